import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { backup } from "./backup/backup.ts";
import { restoreData } from "./backup/restore-data.ts";
import type { Handler } from "./command.ts";
import { trainFilter } from "./filter/bayes/train.ts";
import { publicMailboxTasks } from "./public-mailbox/tasks.ts";
import { forgetConnectors } from "./remote/forget-connectors.ts";
import { removeMirrors } from "./remote/sync/remove-mirrors.ts";
import { removeMailbox } from "./remove-mailbox.ts";

interface Task {
  readonly run: Handler;
  /** How many arguments are accepted. */
  readonly count: readonly [least: number, most: number];
  /** It works on the mailboxes of the system that runs, and on no other root. */
  readonly isLive: boolean;
}

const tasks: Readonly<Record<string, Task>> = {
  ...publicMailboxTasks,
  "remove-mailbox": { run: removeMailbox, count: [1, 1], isLive: true },
  "forget-connectors": { run: forgetConnectors, count: [0, 0], isLive: true },
  "remove-mirrors": { run: removeMirrors, count: [0, 0], isLive: true },
  backup: { run: backup, count: [0, 0], isLive: false },
  "train-filter": { run: trainFilter, count: [0, 0], isLive: true },
  "restore-data": { run: restoreData, count: [0, 0], isLive: true },
};

/** The work that scripts of events hand to this program. */
export const task: Handler = (context, [name = "", ...args], options, given) => {
  const found = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
  if (found === undefined)
    throw refused(`there is no task ${name}`, "USAGE", `known: ${Object.keys(tasks).join(", ")}`);
  const [least, most] = found.count;
  if (args.length < least || args.length > most)
    throw refused(`${name}: ${args.length} arguments`, "USAGE", "accepted: as mailwright(1) says");
  const { root } = context.paths;
  if (found.isLive && root !== "/")
    return {
      exit: ExitCode.done,
      notices: [`mailboxes are left to the system below ${root}, which is not running`],
    };
  return found.run(context, args, options, given);
};
