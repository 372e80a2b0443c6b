import { createHash } from "node:crypto";
import { harmless } from "../../format/harmless.ts";
import type { Connector } from "../../mail/connectors.ts";
import type { Letter, Receipt } from "../../system/lmtp.ts";
import type { DeliveryJournal } from "./delivery-journal.ts";
import { type Fetched, readFetched, withHeaders } from "./fetched-message.ts";
import type { Verdict } from "./filter-verdict.ts";
import { refusalNotice } from "./refusal-notice.ts";

/** What became of one message. */
export interface Delivered {
  readonly result: "delivered" | "spam" | "refused" | "again" | "kept";
  readonly from: string;
  readonly subject: string;
  /** Why it is refused, or kept at the provider. */
  readonly reason?: string;
  /** What the log tells of it; absent where getmail does not tell which message it is. */
  readonly trace?: Trace;
}

/** By what a message is found again in the logs. */
export interface Trace {
  /** The mark, which Rspamd is told as its queue identifier. */
  readonly id: string;
  /** Without `<>`; empty where there is none. */
  readonly messageId: string;
  /** The envelope's sender. */
  readonly sender: string;
  /** Bytes. */
  readonly size: number;
  /** Dovecot's answer; empty where it was not asked. */
  readonly answer: string;
}

/** What a delivery asks of the machine. */
export interface Means {
  /** The word of the filter; `undefined` where nothing is to be checked. */
  readonly judge: ((content: Uint8Array, sender: string, mark: string) => Promise<Verdict>) | undefined;
  /** Why the mailbox takes no more, or `undefined`. */
  readonly fullness: (size: number) => Promise<string | undefined>;
  /** Puts it into the mailbox; as `deliver` of LMTP. */
  readonly deliver: (letter: Letter) => Promise<Receipt>;
  /** Whether the mailbox holds a message with this mark. */
  readonly holds: (mark: string) => Promise<boolean>;
  readonly journal: DeliveryJournal;
  /** Who writes to the user where a message is not delivered. */
  readonly postmaster: string;
}

/** The header by which a message is found again, when a delivery was cut off. */
export const markHeader = "X-Fetch-Id";

/** The same for each message of a provider's mailbox, whatever getmail calls it: 32 hexadecimal digits. */
export function markOf({ key, server, username }: Connector, id: string): string {
  const text = JSON.stringify([key, server.toLowerCase(), username, id]);
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** Delivers one message, once, or leaves it at the provider. */
export async function deliverFetched(
  connector: Connector,
  bytes: Uint8Array,
  means: Means,
): Promise<Delivered> {
  const message = readFetched(bytes);
  if (message === undefined)
    return { result: "kept", from: "", subject: "", reason: "getmail does not tell which message it is" };
  const mark = markOf(connector, message.id);
  const { messageId, sender, content } = message;
  const trace = { id: mark, messageId, sender, size: content.length, answer: "" };
  const about = { from: harmless(message.from), subject: harmless(message.subject), trace };
  const { journal } = means;
  const known = journal.known(mark);
  if (known === "delivered" || (known === "begun" && (await means.holds(mark)))) {
    if (known === "begun") journal.delivered(mark);
    return { ...about, result: "again" };
  }
  const full = await means.fullness(content.length);
  if (full !== undefined) return { ...about, result: "kept", reason: full };
  const verdict = await means.judge?.(content, sender, mark);
  if (verdict?.kind === "later") return { ...about, result: "kept", reason: verdict.reason };
  journal.begin(mark);
  const letter = letterOf(connector, message, mark, verdict, means.postmaster);
  const { isTaken, answer } = await means.deliver(letter);
  const asked = { ...about, trace: { ...trace, answer: harmless(answer) } };
  if (!isTaken) return { ...asked, result: "kept", reason: harmless(answer) };
  journal.delivered(mark);
  if (verdict?.kind === "refuse") return { ...asked, result: "refused", reason: harmless(verdict.reason) };
  return { ...asked, result: verdict?.isSpam === true ? "spam" : "delivered" };
}

function letterOf(
  { account, key }: Connector,
  { content, sender, from, subject }: Fetched,
  mark: string,
  verdict: Exclude<Verdict, { kind: "later" }> | undefined,
  postmaster: string,
): Letter {
  const isRefused = verdict?.kind === "refuse";
  const text = isRefused
    ? refusalNotice({ account, key, from, subject, reason: verdict.reason, postmaster })
    : content;
  const { removed = [], added = [], subject: changed } = (!isRefused && verdict?.headers) || {};
  const headers = {
    removed: [markHeader, ...removed],
    added: [[markHeader, mark] as const, ...added],
    subject: changed,
  };
  return { sender: isRefused ? "" : sender, recipient: account, content: withHeaders(text, headers) };
}
