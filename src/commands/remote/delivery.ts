import { createHash } from "node:crypto";
import { harmless } from "../../format/harmless.ts";
import { mailDate } from "../../format/times.ts";
import type { Connector } from "../../mail/connectors.ts";
import { type Letter, lmtpPatience, type Receipt } from "../../system/lmtp.ts";
import { protocolOf } from "./connector-family.ts";
import type { DeliveryJournal } from "./delivery-journal.ts";
import { readFetched, withHeaders } from "./fetched-message.ts";
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
  /** `writer` of the message. */
  readonly sender: string;
  /** Bytes. */
  readonly size: number;
  /** Dovecot's answer; empty where it was not asked. */
  readonly answer: string;
}

/** What a delivery asks of the machine. */
export interface Means {
  readonly now: () => number;
  /** The word of the filter; `undefined` where nothing is to be checked. */
  readonly judge: ((content: Uint8Array, sender: string, mark: string) => Promise<Verdict>) | undefined;
  /** Why the mailbox takes no more, or `undefined`. */
  readonly fullness: (size: number) => Promise<string | undefined>;
  /** Puts it into the mailbox; as `deliver` of LMTP. */
  readonly deliver: (letter: Letter, begin: () => void) => Promise<Receipt>;
  /** Whether the mailbox holds a message with this mark. */
  readonly holds: (mark: string) => Promise<boolean>;
  readonly journal: DeliveryJournal;
  /** Who writes to the user where messages are not delivered. */
  readonly postmaster: string;
}

/** The header by which a message is found again, when a delivery was cut off. */
export const markHeader = "X-Fetch-Id";

/** The notes of the quarantine: a sender's own would be taken for them. Postfix takes them out of the mail that it sees. */
const quarantineNotes = ["To", "ID", "Sender", "Recipients", "Reason"].map((name) => `X-Quarantine-${name}`);

/** The same for each message of a provider's mailbox, whatever getmail calls it: 32 hexadecimal digits. */
export function markOf({ key, server, username }: Connector, id: string): string {
  return digest([key, server.toLowerCase(), username, id]);
}

const digest = (texts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 32);

/** Delivers one message, once, or leaves it at the provider; of one that is refused `tellRefused` tells the user. */
export async function deliverFetched(
  connector: Connector,
  bytes: Uint8Array,
  means: Means,
): Promise<Delivered> {
  const message = readFetched(bytes);
  if (message === undefined)
    return { result: "kept", from: "", subject: "", reason: "getmail does not tell which message it is" };
  const mark = markOf(connector, message.id);
  const trace: Trace = {
    ...{ id: mark, messageId: message.messageId, sender: message.writer },
    ...{ size: message.content.length, answer: "" },
  };
  const about = { from: harmless(message.from), subject: harmless(message.subject), trace };
  try {
    const { journal } = means;
    const { account } = connector;
    const state = await stateOf(mark, means);
    if (state === "done") return { ...about, result: "again" };
    if (state === "open") return { ...about, result: "kept", reason: cutOff };
    const content = withHeaders(message.content, {
      removed: ["Return-Path", markHeader, ...quarantineNotes],
      added: [["Received", received(connector, means)]],
    });
    const full = await means.fullness(content.length);
    if (full !== undefined) return { ...about, result: "kept", reason: full };
    const verdict = await means.judge?.(content, message.sender, mark);
    if (verdict?.kind === "later") return { ...about, result: "kept", reason: harmless(verdict.reason) };
    if (verdict?.kind === "refuse") {
      const reason = harmless(verdict.reason);
      journal.refuse({ id: mark, account, from: about.from, subject: about.subject, reason });
      return { ...about, result: "refused", reason };
    }
    const { removed = [], added = [], subject } = verdict?.headers ?? {};
    const marked = withHeaders(content, { removed, added: [[markHeader, mark], ...added], subject });
    const letter = { sender: message.sender, recipient: account, content: marked };
    const { isTaken, answer } = await handOver(letter, mark, means);
    const asked = { ...about, trace: { ...trace, answer: harmless(answer) } };
    if (!isTaken) return { ...asked, result: "kept", reason: harmless(answer) };
    return { ...asked, result: verdict?.isSpam === true ? "spam" : "delivered" };
  } catch (error) {
    // Whether it was delivered the next run finds out.
    const reason = harmless(error instanceof Error ? error.message : String(error));
    return { ...about, result: "kept", reason };
  }
}

/**
 * Tells the user of what was refused and is untold, in one note however many there are: nothing is lost without a word. Returns
 * why the note was not delivered; the next run tries again.
 */
export async function tellRefused(connector: Connector, means: Means): Promise<string | undefined> {
  const { journal, postmaster } = means;
  const refused = journal.untold(connector.account);
  if (refused.length === 0) return undefined;
  const mark = digest(refused.map(({ id }) => id));
  try {
    const state = await stateOf(mark, means);
    if (state === "open") return cutOff;
    if (state === "new") {
      const notice = refusalNotice(connector, refused, postmaster, mailDate(means.now()));
      const content = withHeaders(notice, { removed: [], added: [[markHeader, mark]] });
      const letter = { sender: "", recipient: connector.account, content };
      const { isTaken, answer } = await handOver(letter, mark, means);
      if (!isTaken) return harmless(answer);
    }
    journal.told(mark, refused);
    return undefined;
  } catch (error) {
    return harmless(error instanceof Error ? error.message : String(error));
  }
}

/** RFC 5321, 4.4; a gateway says how it came by a message (3.7.2). */
function received({ server, retriever }: Connector, { postmaster, now }: Means): string {
  const domain = postmaster.slice(postmaster.lastIndexOf("@") + 1);
  return `from ${server} by ${domain} with ${protocolOf(retriever).toUpperCase()} (mailwright fetch); ${mailDate(now())}`;
}

/** Why what was begun and cut off is left alone for now. */
export const cutOff = "its delivery was cut off, and may still go on: the next run finds out";

/**
 * `done` is what is in the mailbox already, or dealt with otherwise; `open` what may yet come there, for the LMTP server goes on
 * when the one who gave it the message is gone.
 */
async function stateOf(mark: string, { journal, holds, now }: Means): Promise<"done" | "open" | "new"> {
  const known = journal.known(mark);
  if (known === "done" || known === undefined) return known ?? "new";
  if (await holds(mark)) {
    journal.done(mark);
    return "done";
  }
  const age = now() - known.begun;
  return age >= 0 && age < lmtpPatience ? "open" : "new";
}

async function handOver(letter: Letter, mark: string, means: Means): Promise<Receipt> {
  const { journal, now } = means;
  const receipt = await means.deliver(letter, () => journal.begin(mark, now()));
  if (receipt.isTaken) journal.done(mark);
  else journal.failed(mark);
  return receipt;
}
