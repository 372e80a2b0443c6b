import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { counted } from "../../format/counted.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { agreed } from "../people/delete-handler.ts";
import { bytesText } from "../people/sizes.ts";
import { isSelective, type Selected, type Selection, select, selectionOf } from "./queue-selection.ts";
import { programOf, type QueuedMail, queuedMail } from "./queued-mail.ts";

/** What is done with messages: the words for it, and Postfix's own switch. */
interface Change {
  readonly done: string;
  /** The switch of postsuper(1), which reads identifiers from standard input. */
  readonly postsuper: "-d" | "-h" | "-H" | undefined;
  /** Messages of other queues are left as they are. */
  readonly of: (message: QueuedMail) => boolean;
  /** What is said of the others. */
  readonly others: string;
  readonly asks: boolean;
}

/** What a program has handed in and Postfix has not looked at yet; postsuper(1) holds none of it. */
const isUntaken = (queue: string): boolean => queue === "maildrop";

/** What each verb does. */
export const changes = {
  delete: { done: "deleted", postsuper: "-d", of: () => true, others: "", asks: true },
  hold: {
    done: "held",
    postsuper: "-h",
    of: ({ queue }) => queue !== "hold" && !isUntaken(queue),
    others: "held already",
    asks: false,
  },
  release: {
    done: "released",
    postsuper: "-H",
    of: ({ queue }) => queue === "hold",
    others: "not held",
    asks: false,
  },
  resend: {
    done: "tried again",
    postsuper: undefined,
    of: ({ queue }) => queue === "deferred",
    others: "not deferred",
    asks: false,
  },
} as const satisfies Readonly<Record<string, Change>>;

/**
 * Does one thing with all messages that are selected. Exit status 1 where one that is named is not in the queue, behind what is
 * done with the others; what leaves it while this is at work is no failure.
 */
export const queueChange =
  (name: keyof typeof changes): Handler =>
  async (context, ids, options) => {
    const change: Change = changes[name];
    const selection = selectionOf(ids, options, Date.now());
    if (!isSelective(selection))
      throw refused(
        "which messages are meant?",
        "USAGE",
        "accepted: identifiers, --older, --to, --from, --reason, --queue, or --all. Nothing was touched.",
      );
    const problems: string[] = [];
    const queue = await queuedMail(context, { told: (problem) => problems.push(problem) });
    const chosen = select(queue, selection);
    const meant = chosen.mail.filter(change.of);
    const unknown = selection.ids.filter((id) => !queue.some((message) => message.id === id));
    const isDry = options["dry-run"] === true;
    const report = (mail: readonly QueuedMail[], more: readonly string[] = []) => ({
      exit: unknown.length > 0 ? ExitCode.failed : ExitCode.done,
      data: { [change.done.replaceAll(" ", "-")]: mail.map(({ id }) => id), ...(isDry && { dryRun: true }) },
      text: `${countText(mail)} ${isDry ? "would be " : ""}${change.done}.\n`,
      notices: [
        ...problems,
        ...unknown.map((id) => `${id} is not in the queue`),
        ...noticesOf(selection, chosen, meant.length, change),
        ...more,
      ],
    });
    if (isDry || meant.length === 0) return report(meant);
    if (change.asks)
      await agreed(context, options, `${countText(meant)} will be deleted, and nobody is told.`);
    // Time has passed, in which a message can have gone, and another have got its identifier.
    const still = new Map((await queuedMail(context)).map((message) => [message.id, message.arrival]));
    const now = meant.filter(({ id, arrival }) => still.get(id) === arrival);
    const done = await carryOut(context, change, now);
    const gone = meant.length - done.length;
    return report(done, gone === 0 ? [] : [`${counted(gone, "message")} had left the queue meanwhile`]);
  };

/** All of the queue is tried at once (`postqueue -f`). */
export const queueFlush: Handler = async (context) => {
  const program = programOf(context, "postqueue");
  const { exit, stderr } = await realSystem(context.paths.root, "none").processes.run([program, "-f"]);
  if (exit !== 0) throw failed("postqueue -f", stderr);
  return { exit: ExitCode.done, data: {}, text: "Every message in the queue is tried now.\n" };
};

/** Returns those with which it is done; the others have gone. */
async function carryOut(
  context: CommandContext,
  change: Change,
  mail: readonly QueuedMail[],
): Promise<readonly QueuedMail[]> {
  const { processes } = realSystem(context.paths.root, "none");
  const done = new Set<string>();
  if (change.postsuper === undefined) {
    const program = programOf(context, "postqueue");
    for (const { id } of mail) {
      const { exit, stderr } = await processes.run([program, "-i", id]);
      if (exit === 0) done.add(id);
      else if (!/No such file|not found/i.test(stderr)) throw failed(`postqueue -i ${id}`, stderr);
    }
  } else if (mail.length > 0) {
    const onLine = (line: string): void => {
      const [, id] = changed.exec(line) ?? [];
      if (id !== undefined) done.add(id);
    };
    const program = programOf(context, "postsuper");
    const input = mail.map(({ id }) => `${id}\n`).join("");
    const { exit, stderr } = await processes.run([program, change.postsuper, "-"], { input, onLine });
    if (exit !== 0) throw failed(`postsuper ${change.postsuper} -`, stderr);
  }
  return mail.filter(({ id }) => done.has(id));
}

/** What postsuper(1) says of each message, on standard error. */
const changed = /^postsuper: (\w+): (?:removed|placed on hold|released from hold)$/;

function failed(program: string, said: string): MailwrightError {
  return new MailwrightError(`${program} has failed`, { code: "QUEUE_FAILED", hint: said.trim() });
}

/** What is said of messages that are selected and left as they are; `meant` are not. */
export function noticesOf(
  { ids }: Pick<Selection, "ids">,
  { mail, shared }: Selected,
  meant: number,
  { others, postsuper }: Change,
): string[] {
  const untaken = postsuper === "-h" ? mail.filter(({ queue }) => isUntaken(queue)) : [];
  const left = mail.length - meant - untaken.length;
  // Who releases all that is held, or holds all, knows that there are others.
  const isOfInterest = ids.length > 0 || postsuper === undefined;
  return [
    ...(shared.length > 0
      ? [`${countText(shared)} left alone that others wait for too: --shared takes them as well`]
      : []),
    ...(untaken.length > 0
      ? [`${countText(untaken)} left alone that Postfix has not taken up yet, and cannot hold`]
      : []),
    ...(left > 0 && isOfInterest
      ? [`${counted(left, "message")} left alone that ${left === 1 ? "is" : "are"} ${others}`]
      : []),
  ];
}

function countText(mail: readonly QueuedMail[]): string {
  const bytes = mail.reduce((sum, { size }) => sum + size, 0);
  return `${counted(mail.length, "message")} (${bytesText(bytes)})`;
}
