import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { agreed } from "../people/delete-handler.ts";
import { bytesText } from "../people/sizes.ts";
import { isSelective, type Selected, select, selectionOf } from "./queue-selection.ts";
import { programOf, type QueuedMail, queuedMail } from "./queued-mail.ts";

/** What is done with messages: the words for it, and Postfix's own switch. */
interface Change {
  readonly done: string;
  /** The switch of postsuper(1), which reads identifiers from standard input. */
  readonly postsuper: "-d" | "-h" | "-H" | undefined;
  /** Messages of other queues are left as they are. */
  readonly of: (message: QueuedMail) => boolean;
  readonly asks: boolean;
}

const changes = {
  delete: { done: "deleted", postsuper: "-d", of: () => true, asks: true },
  hold: { done: "held", postsuper: "-h", of: ({ queue }) => queue !== "hold", asks: false },
  release: { done: "released", postsuper: "-H", of: ({ queue }) => queue === "hold", asks: false },
  resend: { done: "tried again", postsuper: undefined, of: ({ queue }) => queue === "deferred", asks: false },
} as const satisfies Readonly<Record<string, Change>>;

/** Does one thing with all messages that are selected; what has left the queue meanwhile is no failure. */
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
    const chosen = select(await queuedMail(context), selection);
    const meant = chosen.mail.filter(change.of);
    const notices = noticesOf(selection.ids, chosen, meant, change);
    if (options["dry-run"] === true || meant.length === 0)
      return report(meant, options["dry-run"] === true ? `would be ${change.done}` : change.done, notices);
    if (change.asks)
      await agreed(context, options, `${countText(meant)} will be deleted, and nobody is told.`);
    // Time has passed, in which a message can have gone, and another have got its identifier.
    const still = new Map((await queuedMail(context)).map((message) => [message.id, message.arrival]));
    const now = meant.filter(({ id, arrival }) => still.get(id) === arrival);
    await carryOut(context, change, now);
    return report(now, change.done, notices);
  };

/** All of the queue is tried at once (`postqueue -f`). */
export const queueFlush: Handler = async (context) => {
  const program = programOf(context, "postqueue");
  const { exit, stderr } = await realSystem(context.paths.root, "none").processes.run([program, "-f"]);
  if (exit !== 0) throw failed("postqueue -f", stderr);
  return { exit: ExitCode.done, data: {}, text: "Every message in the queue is tried now.\n" };
};

async function carryOut(context: CommandContext, change: Change, mail: readonly QueuedMail[]): Promise<void> {
  const { processes } = realSystem(context.paths.root, "none");
  if (change.postsuper === undefined) {
    const program = programOf(context, "postqueue");
    for (const { id } of mail) {
      const { exit, stderr } = await processes.run([program, "-i", id]);
      // It may be gone: then it is what was wanted.
      if (exit !== 0 && !/No such file|not found/i.test(stderr)) throw failed(`postqueue -i ${id}`, stderr);
    }
    return;
  }
  const program = programOf(context, "postsuper");
  const input = mail.map(({ id }) => `${id}\n`).join("");
  const { exit, stderr } = await processes.run([program, change.postsuper, "-"], { input });
  if (exit !== 0) throw failed(`postsuper ${change.postsuper} -`, stderr);
}

function failed(program: string, said: string): MailwrightError {
  return new MailwrightError(`${program} has failed`, { code: "QUEUE_FAILED", hint: said.trim() });
}

function noticesOf(
  ids: readonly string[],
  { mail, shared }: Selected,
  meant: readonly QueuedMail[],
  change: Change,
): string[] {
  const known = new Set([...mail, ...shared].map(({ id }) => id));
  const other = mail.length - meant.length;
  return [
    ...ids.filter((id) => !known.has(id)).map((id) => `${id} is not in the queue`),
    ...(shared.length > 0
      ? [`${countText(shared)} left alone that others wait for too: --shared takes them as well`]
      : []),
    ...(other > 0 && change.done === "tried again" ? [`${other} left alone that are not deferred`] : []),
  ];
}

function countText(mail: readonly QueuedMail[]): string {
  const bytes = mail.reduce((sum, { size }) => sum + size, 0);
  return `${mail.length} ${mail.length === 1 ? "message" : "messages"} (${bytesText(bytes)})`;
}

function report(mail: readonly QueuedMail[], done: string, notices: readonly string[]): ReturnType<Handler> {
  return {
    exit: ExitCode.done,
    data: { [done.replaceAll(" ", "-")]: mail.map(({ id }) => id) },
    text: `${countText(mail)} ${done}.\n`,
    notices,
  };
}
