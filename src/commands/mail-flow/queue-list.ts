import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { counted } from "../../format/counted.ts";
import { harmless } from "../../format/harmless.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { ago, dateTime } from "../../format/times.ts";
import { plainReason } from "../../log/summarize.ts";
import { keptBytes } from "../../system/kept-bytes.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { bytesText } from "../people/sizes.ts";
import { select, selectionOf } from "./queue-selection.ts";
import { programOf, type QueuedMail, queuedMail } from "./queued-mail.ts";

/** What is in the queue, all of it or what is selected, oldest first. */
export const queueList: Handler = async (context, ids, options) => {
  const problems: string[] = [];
  const queue = await queuedMail(context, { told: (problem) => problems.push(problem) });
  const now = Date.now();
  // What is listed is not acted on, so a message that others wait for too is listed as well.
  const { mail } = select(queue, { ...selectionOf(ids, options, now), shared: true });
  if (options["summary"] === true) return { exit: ExitCode.done, notices: problems, ...summary(mail) };
  return {
    exit: ExitCode.done,
    notices: problems,
    ...(context.json ? { data: mail.map(dataOf) } : {}),
    view: (style) => (mail.length === 0 ? nothing(queue.length) : tableOf(mail, now, style)),
  };
};

const nothing = (count: number): string =>
  count === 0 ? "The queue is empty.\n" : `Of ${counted(count, "message")} in the queue none is meant.\n`;

function tableOf(mail: readonly QueuedMail[], now: number, style: Style): string {
  const bytes = mail.reduce((sum, { size }) => sum + size, 0);
  const rows = mail.map(({ id, queue, arrival, size, from, recipients }) => {
    const [first, ...more] = recipients;
    const to = `${first?.address ?? ""}${more.length === 0 ? "" : ` and ${more.length} more`}`;
    return [
      style.strong(id),
      queue === "hold" || queue === "deferred" ? style.changed(queue) : queue,
      ago(arrival, now).replace(" ago", ""),
      bytesText(size),
      harmless(from === "" ? "<>" : from),
      harmless(to),
      style.faint(harmless(first?.reason ?? "")),
    ];
  });
  const head = ["id", "queue", "age", "size", "from", "to", "reason"].map(style.faint);
  return `${columns([head, ...rows])}${counted(mail.length, "message")}, ${bytesText(bytes)}\n`;
}

/** Messages by their queue and the reason of the first recipient's delay. */
function summary(mail: readonly QueuedMail[]): { data: unknown; view: (style: Style) => string } {
  const groups = new Map<string, { queue: string; reason: string; messages: number; bytes: number }>();
  for (const { queue, size, recipients } of mail) {
    const reason = plainReason(recipients[0]?.reason ?? "");
    const group = groups.get(`${queue} ${reason}`) ?? { queue, reason, messages: 0, bytes: 0 };
    groups.set(`${queue} ${reason}`, group);
    group.messages++;
    group.bytes += size;
  }
  const rows = [...groups.values()].sort((one, other) => other.messages - one.messages);
  return {
    data: rows,
    view: (style) =>
      rows.length === 0
        ? nothing(0)
        : columns([
            ["messages", "size", "queue", "reason"].map(style.faint),
            ...rows.map(({ queue, reason, messages, bytes }) => [
              ...[String(messages), bytesText(bytes), queue, harmless(reason)],
            ]),
          ]),
  };
}

function dataOf({ arrival, ...rest }: QueuedMail): unknown {
  return { ...rest, arrival: new Date(arrival).toISOString() };
}

/** A message with its envelope, why it waits, and its headers; with `--raw` as it lies in the queue. */
export const queueShow: Handler = async (context, [id = ""], options) => {
  const isRaw = options["raw"] === true;
  if (isRaw && context.json)
    throw refused(
      "--raw and --json contradict each other: the bytes of a message are no JSON",
      "USAGE",
      "accepted: one of them; with --json its envelope and its headers are told.",
    );
  const found = (await queuedMail(context)).find((message) => message.id === id);
  if (found === undefined) throw notQueued(id);
  const bytes = await storedBytes(context, id, isRaw ? "-bhq" : "-hq");
  if (isRaw) return { exit: ExitCode.done, text: bytes };
  const headers = bytes.toString("utf8").trimEnd().split("\n");
  const isUtc = options["utc"] === true;
  return {
    exit: ExitCode.done,
    data: { ...(dataOf(found) as object), headers },
    view: (style) =>
      [
        `${style.strong(id)} ${found.queue}, ${bytesText(found.size)}, since ${dateTime(found.arrival, isUtc)}\n`,
        `  from ${harmless(found.from === "" ? "<>" : found.from)}\n`,
        ...found.recipients.map(
          ({ address, reason }) =>
            `  to   ${harmless(address)}${reason === "" ? "" : `: ${style.changed(harmless(reason))}`}\n`,
        ),
        "\n",
        ...headers.map((line) => `${harmless(line)}\n`),
      ].join(""),
  };
};

/** What postcat(1) prints of a message, byte for byte. */
async function storedBytes(context: CommandContext, id: string, parts: "-bhq" | "-hq"): Promise<Buffer> {
  const { processes } = realSystem(context.paths.root, "none");
  const { onBytes, all } = keptBytes();
  const { exit, stderr } = await processes.inspect([programOf(context, "postcat"), parts, id], { onBytes });
  if (exit === 0) return all();
  throw new MailwrightError(`${id} cannot be read`, { code: "NO_QUEUE", hint: stderr.trim() });
}

/** Exit status 1: what is not there. */
function notQueued(id: string): MailwrightError {
  return new MailwrightError(`${id} is not in the queue`, {
    code: "NOT_QUEUED",
    hint: "see: mailwright queue list, mailwright log trace",
  });
}
