import { refused } from "../../../errors.ts";
import { ExitCode } from "../../../exit-codes.ts";
import { harmless } from "../../../format/harmless.ts";
import type { Style } from "../../../format/style.ts";
import { columns } from "../../../format/table.ts";
import { dateTime } from "../../../format/times.ts";
import type { Handler } from "../../command.ts";
import { bytesText } from "../../people/sizes.ts";
import { type Attachment, attachments } from "./attachments.ts";
import { type Held, named } from "./held.ts";
import { heldData, noticesOf, senderText } from "./list.ts";
import { gone, heldIn, holdingMailbox, storedText } from "./mailbox.ts";
import { messageText } from "./message-text.ts";
import { asItCame, fieldText, storedMessage } from "./stored-message.ts";

/** One held message: its envelope, why it is held, and what it says; with `--raw` all of it, as its sender sent it. */
export const showHeld: Handler = async (context, [id = ""], options) => {
  if (options["raw"] === true && context.json)
    throw refused(
      "--raw and --json contradict each other: the bytes of a message are no JSON",
      "USAGE",
      "accepted: one of them; with --json its headers, text and attachments are told.",
    );
  const mailbox = await holdingMailbox(context);
  const [held] = named(await heldIn(context, mailbox), [id]);
  const stored = held === undefined ? undefined : await storedText(context, mailbox, held);
  if (held === undefined || stored === undefined) throw gone(id);
  const message = asItCame(stored);
  if (options["raw"] === true) return { exit: ExitCode.done, text: Buffer.from(message, "latin1") };
  const symbols = symbolsOf(fieldText(storedMessage(stored), "X-Spamd-Result") ?? "");
  const headers = storedMessage(message).fields.map(({ name, raw }): [string, string] => [
    name,
    Buffer.from(raw.slice(raw.indexOf(":") + 1), "latin1")
      .toString("utf8")
      .trim(),
  ]);
  const text = messageText(message);
  const attached = attachments(message);
  return {
    exit: ExitCode.done,
    data: { ...heldData(held), symbols, headers, text, attachments: attached },
    notices: noticesOf(mailbox),
    view: (style) => view(held, symbols, headers, { text, attached }, style),
  };
};

/** What a check of Rspamd's found. */
interface FoundSymbol {
  readonly name: string;
  readonly score: number;
  readonly options: string;
}

/** The symbols of the header that milter_headers adds: `default: False [7.50 / 20.00];  NAME(1.00)[options]; …`. */
function symbolsOf(result: string): FoundSymbol[] {
  const found = result.matchAll(/(?:^|;)\s*(\w+)\((-?[\d.]+)\)\[([^\]]*)\]/g);
  return [...found].map(([, name = "", score = "", options = ""]) => ({
    ...{ name, options },
    score: Number(score),
  }));
}

/** The headers that people look at; the subject and the sender are shown decoded. */
const shown = ["To", "Cc", "Date", "Message-ID", "Received"];

function view(
  held: Held,
  symbols: readonly FoundSymbol[],
  headers: readonly (readonly [string, string])[],
  { text, attached }: { readonly text: string; readonly attached: readonly Attachment[] },
  style: Style,
): string {
  const isShown = ([name]: readonly [string, string]): boolean =>
    shown.some((one) => one.toLowerCase() === name.toLowerCase());
  const envelope = [
    ["  held since", dateTime(held.received, style.isUtc)],
    ["  sender", senderText(held.sender)],
    ...held.recipients.map((recipient, index) => [index === 0 ? "  recipients" : "", harmless(recipient)]),
    ["  reason", harmless(held.reason)],
    ["  size", bytesText(held.bytes)],
  ];
  const author = [
    ["  From", harmless(held.from)],
    ["  Subject", harmless(held.subject)],
  ];
  const others = headers.filter(isShown).map(([name, value]) => [`  ${name}`, harmless(value)]);
  const checks = symbols
    .toSorted((left, right) => right.score - left.score)
    .map(({ name, score, options }) => [`  ${name}`, score.toFixed(2), harmless(options)]);
  const files = attached.map(({ name, type, bytes }) => [
    `  ${harmless(name) || style.faint("without a name")}`,
    harmless(type),
    bytesText(bytes),
  ]);
  const lines = text.trimEnd().split("\n").map(harmless);
  return [
    `${style.strong(held.id)}\n${columns([...envelope, ...author, ...others])}`,
    ...(checks.length === 0 ? [] : [`${style.faint("symbols")}\n${columns(checks)}`]),
    ...(files.length === 0 ? [] : [`${style.faint("attachments")}\n${columns(files)}`]),
    ...(text.trim() === "" ? [] : [`${lines.join("\n")}\n`]),
  ].join("\n");
}
