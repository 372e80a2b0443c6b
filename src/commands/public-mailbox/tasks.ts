import type { ApplyRecord } from "../../db/ledger.ts";
import { readLedger } from "../../db/store.ts";
import { ExitCode } from "../../exit-codes.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { Doveadm } from "../doveadm.ts";
import { Homes } from "../homes.ts";
import { aclOf, mailboxName } from "./arguments.ts";
import { PublicFolders } from "./folders.ts";
import { Readers } from "./readers.ts";

type Work = (folders: PublicFolders, args: readonly string[], context: CommandContext) => Promise<void>;

const create: Work = (folders, [name, ...rights]) => folders.create(mailboxName(name), aclOf(rights));

const modify: Work = (folders, [from, to, ...rights]) => {
  const isSame = from === to;
  return folders.modify(mailboxName(from, isSame), mailboxName(to, isSame), aclOf(rights));
};

const mayBeModified: Work = (folders, [from, to, ...rights]) => {
  const isSame = from === to;
  aclOf(rights);
  return folders.mayBeModified(mailboxName(from, isSame), mailboxName(to, isSame));
};

const mayBeDeleted: Work = async (folders, args, context) => {
  const name = mailboxName(args[0]);
  if (!isGoneOnWith(context, args)) await folders.mustExist(name);
};

/** Whether the event has been carried out in part with these arguments: it failed after files were written, or was cut off. */
function isGoneOnWith({ environment, paths }: CommandContext, args: readonly string[]): boolean {
  const ledger = readLedger(paths.database);
  try {
    const isSame = (one: ApplyRecord): boolean =>
      one.event === environment["MAILWRIGHT_EVENT"] && JSON.stringify(one.args) === JSON.stringify(args);
    const outcome = ledger.applies(0).findLast(isSame)?.outcome;
    return outcome === "failed" || outcome === "running";
  } finally {
    ledger.close();
  }
}

const remove: Work = (folders, [name]) => folders.remove(mailboxName(name));

const handler =
  (work: Work): Handler =>
  async (context, args) => {
    const { files, processes } = realSystem(context.paths.root, "none");
    const doveadm = new Doveadm(processes);
    await work(new PublicFolders(doveadm, new Readers(doveadm, new Homes(files, processes))), args, context);
    return { exit: ExitCode.done };
  };

const any = Number.POSITIVE_INFINITY;

/** What is done to the folders of public mailboxes; their addresses are the events'. */
export const publicMailboxTasks = {
  "public-mailbox-create": { run: handler(create), count: [1, any], isLive: true },
  "public-mailbox-may-be-modified": { run: handler(mayBeModified), count: [2, any], isLive: true },
  "public-mailbox-modify": { run: handler(modify), count: [2, any], isLive: true },
  "public-mailbox-may-be-deleted": { run: handler(mayBeDeleted), count: [1, 1], isLive: true },
  "public-mailbox-delete": { run: handler(remove), count: [1, 1], isLive: true },
} as const;
