import { isOfSession } from "./link-stories.ts";
import type { LogRecord, Told } from "./log-record.ts";
import { isQuarantined, type Story } from "./story.ts";

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
    | "quarantined"
    /** It stays at the provider from which it was to be fetched. */
    | "kept"
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

/** What needs somebody's eye stands first. */
const urgency: Readonly<Partial<Record<End["end"], number>>> = {
  ...{ refused: 0, returned: 0, deleted: 0, kept: 0 },
  ...{ "put off": 1, deferred: 1, held: 1, quarantined: 1, queued: 2, unfinished: 2 },
};

/** One end for each recipient that the log names, or one for the whole message; what is wrong first. */
export function endsOf(story: Story): End[] {
  const rank = ({ end }: End): number => urgency[end] ?? 3;
  const ends = isQuarantined(story) ? quarantineEnds(story) : allEnds(story);
  return ends.toSorted((one, other) => rank(one) - rank(other));
}

/** Of what is kept from its recipients, unless it waits on the way to the quarantine. */
function quarantineEnds(story: Story): End[] {
  const ends = allEnds(story);
  const judged = story.records.findLast((record) => record.kind === "judged");
  const isThere = ends.some(({ end, to }) => end === "delivered" && to === judged?.reason);
  if (judged === undefined || !isThere) return ends;
  const left = story.records.findLast((record) => record.kind === "released");
  const reason =
    left === undefined ? "" : left.child === undefined ? "deleted there" : `released as ${left.child}`;
  const refused = ends.filter(({ end }) => end === "refused");
  const held = recipientsOf(story, judged.to).map(
    (to): End => ({ ...plain(judged.time, "quarantined", reason, to), where: judged.reason }),
  );
  return [...refused, ...held];
}

/** All to whom a verdict on the whole message applies: Postfix names the first one, and Rspamd all. */
function recipientsOf({ filter }: Story, first: string): readonly string[] {
  return filter?.to.includes(first) === true ? filter.to : [first];
}

function allEnds(story: Story): End[] {
  const { records, recipients } = story;
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
  const state = stateOf(records);
  for (const [key, delivery] of deliveries) {
    const end = ofDelivery(delivery, filings, attempts.get(key) ?? 1, state);
    const isAnew = end.end === "deferred" && state === "requeued";
    ends.push(isAnew ? { ...end, end: "queued", reason: queuedAnew(story) } : end);
  }
  const fetched = records.filter((record) => record.kind === "fetched");
  const last = fetched.at(-1);
  if (last !== undefined) ends.push(ofFetched(last, fetched.length, filings));
  const whole = wholeMessage(story, ends.length);
  if (whole.length > 0) return [...ends, ...whole];
  const missing = recipients - deliveries.size;
  const time = records.at(-1)?.time ?? 0;
  if (deliveries.size > 0 && missing > 0 && state === "queued")
    ends.push(
      plain(time, "queued", `${missing} more ${missing === 1 ? "recipient waits" : "recipients wait"}`),
    );
  return ends;
}

const plain = (time: number, end: End["end"], reason = "", to = ""): End => ({
  ...{ to, original: to, end, where: "", reason, time, attempts: 0 },
});

const refusal = (to: string, reply: string, time: number): End =>
  plain(time, /^4/.test(reply) ? "put off" : "refused", reply, to);

type State = "queued" | "requeued" | "held" | "deleted" | "gone";

/** What became of what was queued anew (postsuper(1), -r). */
function queuedAnew({ children }: Story): string {
  const [last] = [...children].slice(-1);
  return last === undefined ? "queued anew, under another identifier" : `queued anew as ${last}`;
}

/** Where the message is, by the last record that tells. */
function stateOf(records: readonly LogRecord[]): State {
  let state: State = "queued";
  for (const record of records) {
    if (record.kind === "removed") state = "gone";
    else if (record.kind === "deleted") state = "deleted";
    else if (record.kind === "held" || (record.kind === "judged" && record.verdict === "hold"))
      state = "held";
    else if (record.kind === "freed") state = "queued";
    else if (record.kind === "requeued") state = "requeued";
  }
  return state;
}

/** What happened to a message as a whole: at its entry, by an administrator, or nothing yet. */
function wholeMessage(story: Story, known: number): End[] {
  const { records } = story;
  const judged = records.findLast((record) => record.kind === "judged");
  if (judged?.verdict === "reject")
    return recipientsOf(story, judged.to).map((to) => refusal(to, judged.reason, judged.time));
  if (judged?.verdict === "discard")
    return recipientsOf(story, judged.to).map((to) => plain(judged.time, "discarded", judged.reason, to));
  const last = records.at(-1);
  if (known > 0 || last === undefined) return [];
  const state = stateOf(records);
  if (state === "requeued") return [plain(last.time, "queued", queuedAnew(story))];
  if (state === "held" || state === "deleted") return [plain(last.time, state, judged?.reason)];
  const wasQueued = records.some(({ kind }) => kind === "queued");
  return [plain(last.time, wasQueued && state === "queued" ? "queued" : "unfinished")];
}

function ofFetched(fetched: Told<"fetched">, attempts: number, filings: readonly Told<"filed">[]): End {
  const { to, time, result, reply, account } = fetched;
  const base = { to, original: to, time, attempts, where: "", reason: "" };
  if (result === "kept") return { ...base, end: "kept", where: account, reason: reply };
  if (result === "dropped") return { ...base, end: "discarded", reason: `by getmail's filter ${reply}` };
  const own = filings.filter((filing) => isOfSession(fetched, filing));
  const folders = own.filter(({ done }) => done === "stored").map(({ where }) => where);
  // Who is refused mail gets a note in its place, and the folder is the note's.
  if (result === "refused")
    return { ...base, end: "refused", where: folders.join(", "), reason: reply.replace(/; 250 .*$/s, "") };
  const end = own.length === 0 ? { ...base, end: "delivered" as const } : ofFilings(base, own);
  // getmail's own log has where it went in its own words, and Dovecot's answer has a code.
  return end.where === "" && !/^250 /.test(reply) ? { ...end, where: reply } : end;
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
  return ofFilings(base, mine.length > 0 || own.length === 0 ? mine : own);
}

function ofFilings(base: Omit<End, "end">, done: readonly Told<"filed">[]): End {
  const stored = done.filter((filing) => filing.done === "stored");
  if (stored.length > 0)
    return { ...base, end: "delivered", where: stored.map(({ where }) => where).join(", "), reason: "" };
  if (done.some((filing) => filing.done === "rejected"))
    return { ...base, end: "returned", reason: "the recipient's Sieve script rejects it" };
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
