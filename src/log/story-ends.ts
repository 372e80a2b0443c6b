import type { LogRecord, Told } from "./log-record.ts";
import { filingsBySession, sessionOf } from "./session.ts";
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
    /** No mail: whether the address is there was asked (postconf(5), reject_unverified_recipient; sendmail(1), -bv). */
    | "probed"
    | "unfinished";
  /** The folders, the host, the address, or what a probed address is. */
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

const onItsWay: ReadonlySet<End["end"]> = new Set(["deferred", "held", "queued"]);

/** Of what is kept from its recipients: also how it is with the quarantine's address, until it is there. */
function quarantineEnds(story: Story): End[] {
  const ends = allEnds(story);
  const judged = story.records.findLast((record) => record.kind === "judged");
  if (judged === undefined) return ends;
  // The quarantine may be on another server, and its address an alias.
  const isThere = ends.some(
    ({ end, to, original }) =>
      (end === "delivered" || end === "relayed") && [to, original].includes(judged.reason),
  );
  const recipients = recipientsOf(story, judged.to);
  if (!isThere) {
    const isComing = ends.some(({ end }) => onItsWay.has(end));
    const waiting = isComing ? recipients : [];
    return [...ends, ...waiting.map((to) => plain(judged.time, "quarantined", "on its way there", to))];
  }
  const left = story.records.findLast((record) => record.kind === "released");
  const reason =
    left === undefined ? "" : left.child === undefined ? "deleted there" : `released as ${left.child}`;
  const refused = ends.filter(({ end }) => end === "refused");
  const held = recipients.map(
    (to): End => ({ ...plain(judged.time, "quarantined", reason, to), where: judged.reason }),
  );
  return [...refused, ...held];
}

/** All to whom what is true of the whole message applies: Postfix names the first one, or none, and Rspamd all. */
function recipientsOf({ filter }: Story, first: string): readonly string[] {
  const all = filter?.to ?? [];
  return all.length > 0 && (first === "" || all.includes(first)) ? all : [first];
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
  const filings = filingsBySession(records);
  const filed = (record: LogRecord): readonly Told<"filed">[] => filings.get(sessionOf(record) ?? "") ?? [];
  const state = stateOf(records);
  for (const [key, delivery] of deliveries) {
    const end = ofDelivery(delivery, filed(delivery), attempts.get(key) ?? 1, state);
    const isAnew = end.end === "deferred" && state === "requeued";
    ends.push(isAnew ? { ...end, end: "queued", reason: queuedAnew(story) } : end);
  }
  const fetched = records.filter((record) => record.kind === "fetched");
  const last = fetched.at(-1);
  if (last !== undefined) ends.push(ofFetched(last, fetched.length, filed(last)));
  const whole = wholeMessage(story, ends.length);
  if (whole.length > 0) return [...ends, ...whole];
  const missing = recipients - deliveries.size;
  const time = records.at(-1)?.time ?? 0;
  if (ends.length > 0 && missing > 0) ends.push(...ofMissing(missing, state, time));
  return ends;
}

/** Of recipients whose addresses the log does not tell yet, for they were not tried. */
function ofMissing(count: number, state: State, time: number): End[] {
  const more = `${count} more ${count === 1 ? "recipient" : "recipients"}`;
  if (state === "queued") return [plain(time, "queued", `${more} ${count === 1 ? "waits" : "wait"}`)];
  if (state === "held" || state === "deleted") return [plain(time, state, `${more}, not tried yet`)];
  return [];
}

const plain = (time: number, end: End["end"], reason = "", to = ""): End => ({
  ...{ to, original: to, end, where: "", reason, time, attempts: 0 },
});

const refusal = (to: string, reply: string, time: number): End =>
  plain(time, /^4/.test(reply) ? "put off" : "refused", reply, to);

/** `expired`: it was too long in the queue, and has gone back to its sender. */
type State = "queued" | "requeued" | "held" | "deleted" | "expired" | "gone";

/** What became of what was queued anew (postsuper(1), -r). */
function queuedAnew({ children }: Story): string {
  const [last] = [...children].slice(-1);
  return last === undefined ? "queued anew, under another identifier" : `queued anew as ${last}`;
}

/** Where the message is, by the last record that tells. */
function stateOf(records: readonly LogRecord[]): State {
  let state: State = "queued";
  for (const record of records) {
    if (record.kind === "removed") state = state === "expired" ? state : "gone";
    else if (record.kind === "deleted" || record.kind === "expired") state = record.kind;
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
  if (state === "held" || state === "deleted")
    return recipientsOf(story, "").map((to) => plain(last.time, state, judged?.reason, to));
  if (state === "expired")
    return recipientsOf(story, "").map((to) => plain(last.time, "returned", "it has expired", to));
  const wasQueued = records.some(({ kind }) => kind === "queued");
  return [plain(last.time, wasQueued && state === "queued" ? "queued" : "unfinished")];
}

function ofFetched(fetched: Told<"fetched">, attempts: number, own: readonly Told<"filed">[]): End {
  const { to, time, result, reply, account } = fetched;
  const base = { to, original: to, time, attempts, where: "", reason: "" };
  if (result === "kept") return { ...base, end: "kept", where: account, reason: reply };
  if (result === "dropped") return { ...base, end: "discarded", reason: `by getmail's filter ${reply}` };
  if (result === "refused") return { ...base, end: "refused", reason: reply };
  const end = own.length === 0 ? { ...base, end: "delivered" as const } : ofFilings(base, own);
  // getmail's own log has where it went in its own words, and Dovecot's answer has a code.
  return end.where === "" && !/^250 /.test(reply) ? { ...end, where: reply } : end;
}

function ofDelivery(
  delivery: Told<"delivery">,
  own: readonly Told<"filed">[],
  attempts: number,
  state: State,
): End {
  const { to, original, time, reply, relay } = delivery;
  const base = { to, original, time, attempts, where: "", reason: reply };
  switch (delivery.status) {
    case "bounced":
    case "expired":
      return { ...base, end: "returned" };
    case "deliverable":
    case "undeliverable":
      return { ...base, end: "probed", where: delivery.status };
    case "deferred":
      return { ...base, ...ofDeferred(reply, state) };
    default:
  }
  if (delivery.program.endsWith("/discard")) return { ...base, end: "discarded" };
  if (/\/(?:lmtp|pipe|local|virtual)$/.test(delivery.program)) return ofMailbox(base, delivery, own);
  return { ...base, end: "relayed", where: relay };
}

/** What the last try did not end, the state of the message does. */
function ofDeferred(reply: string, state: State): Pick<End, "end" | "reason"> {
  if (state === "held" || state === "deleted") return { end: state, reason: reply };
  if (state === "expired") return { end: "returned", reason: `it has expired (${reply})` };
  return { end: state === "gone" ? "unfinished" : "deferred", reason: reply };
}

/** Dovecot tells what it did; of a delivery that it says nothing of, the folder is not known. */
function ofMailbox(base: Omit<End, "end">, delivery: Told<"delivery">, own: readonly Told<"filed">[]): End {
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
