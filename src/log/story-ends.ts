import type { LogRecord, Told } from "./log-record.ts";
import { isOfSession, type Story } from "./story.ts";

/** What became of a message for one recipient, as far as the log tells. */
export interface End {
  /** The final recipient; empty where none is known. */
  readonly to: string;
  /** The recipient before aliases. */
  readonly original: string;
  readonly end:
    | "delivered"
    | "relayed"
    | "forwarded"
    | "discarded"
    | "deferred"
    | "returned"
    | "refused"
    | "put off"
    | "held"
    | "deleted"
    | "queued"
    | "unfinished";
  /** The folders, the host, or the address. */
  readonly where: string;
  /** Why, in the words of who decided. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly attempts: number;
}

/** One end for each recipient that the log names, or one for the whole message. */
export function endsOf({ records, recipients }: Story): End[] {
  const deliveries = new Map<string, Told<"delivery">>();
  const attempts = new Map<string, number>();
  const ends: End[] = [];
  for (const record of records) {
    if (record.kind === "delivery") {
      const key = `${record.to} ${record.original}`;
      deliveries.set(key, record);
      attempts.set(key, (attempts.get(key) ?? 0) + 1);
    }
    if (record.kind === "refused") ends.push(refusal(record.to, record.reply, record.time));
  }
  const filings = records.filter((record) => record.kind === "filed");
  for (const [key, delivery] of deliveries)
    ends.push(ofDelivery(delivery, filings, attempts.get(key) ?? 1, stateOf(records)));
  const judged = wholeMessage(records, ends.length);
  if (judged !== undefined) return [...ends, judged];
  const missing = recipients - deliveries.size;
  const last = records.at(-1);
  if (deliveries.size > 0 && missing > 0 && stateOf(records) === "queued" && last !== undefined)
    ends.push({ ...plain(last.time, "queued"), reason: `${missing} more recipients wait` });
  return ends;
}

const plain = (time: number, end: End["end"], reason = "", to = ""): End => ({
  ...{ to, original: to, end, where: "", reason, time, attempts: 0 },
});

const refusal = (to: string, reply: string, time: number): End =>
  plain(time, /^4/.test(reply) ? "put off" : "refused", reply, to);

type State = "queued" | "held" | "deleted" | "gone";

/** Where the message is, by the last record that tells. */
function stateOf(records: readonly LogRecord[]): State {
  let state: State = "queued";
  for (const record of records) {
    if (record.kind === "removed") state = "gone";
    else if (record.kind === "deleted") state = "deleted";
    else if (record.kind === "held" || (record.kind === "judged" && record.verdict === "hold"))
      state = "held";
    else if (record.kind === "freed" || record.kind === "requeued") state = "queued";
  }
  return state;
}

/** What happened to a message as a whole: at its entry, by an administrator, or nothing yet. */
function wholeMessage(records: readonly LogRecord[], known: number): End | undefined {
  const judged = records.findLast((record) => record.kind === "judged");
  if (judged?.verdict === "reject") return refusal(judged.to, judged.reason, judged.time);
  if (judged?.verdict === "discard") return plain(judged.time, "discarded", judged.reason, judged.to);
  const last = records.at(-1);
  if (known > 0 || last === undefined) return undefined;
  const state = stateOf(records);
  if (state === "held" || state === "deleted") return plain(last.time, state, judged?.reason);
  const wasQueued = records.some(({ kind }) => kind === "queued");
  return plain(last.time, wasQueued && state === "queued" ? "queued" : "unfinished");
}

function ofDelivery(
  delivery: Told<"delivery">,
  filings: readonly Told<"filed">[],
  attempts: number,
  state: State,
): End {
  const { to, original, time, reply, relay } = delivery;
  const base = { to, original, time, attempts, where: "", reason: reply };
  switch (delivery.status) {
    case "bounced":
    case "expired":
    case "undeliverable":
      return { ...base, end: "returned" };
    case "deferred":
      if (state === "held" || state === "deleted") return { ...base, end: state };
      return { ...base, end: "deferred" };
    default:
  }
  if (delivery.program.endsWith("/discard")) return { ...base, end: "discarded" };
  if (/\/(?:lmtp|pipe|local|virtual)$/.test(delivery.program)) return ofMailbox(base, delivery, filings);
  return { ...base, end: "relayed", where: relay };
}

/** Dovecot tells what it did; of a delivery that it says nothing of, the folder is not known. */
function ofMailbox(
  base: Omit<End, "end">,
  delivery: Told<"delivery">,
  filings: readonly Told<"filed">[],
): End {
  const own = filings.filter((filing) => isOfSession(delivery, filing));
  const mine = own.filter(({ user }) => sameUser(user, delivery));
  const done = mine.length > 0 || own.length === 0 ? mine : own;
  const stored = done.filter((filing) => filing.done === "stored");
  if (stored.length > 0)
    return { ...base, end: "delivered", where: stored.map(({ where }) => where).join(", "), reason: "" };
  const other = done.find((filing) => filing.done === "forwarded" || filing.done === "discarded");
  if (other?.done === "forwarded") return { ...base, end: "forwarded", where: other.where, reason: "" };
  return { ...base, end: other === undefined ? "delivered" : "discarded", reason: "" };
}

const localPart = (address: string): string => address.toLowerCase().replace(/@[^@]*$/, "");

/** Dovecot names the user, and Postfix the address, which may have a tag. */
function sameUser(user: string, { to }: Told<"delivery">): boolean {
  const [name = ""] = localPart(to).split("+", 1);
  return localPart(user) === name || user.toLowerCase() === to.toLowerCase();
}
