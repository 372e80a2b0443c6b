import { EarlyRefusals } from "./early-refusals.ts";
import { type Gone, hasSender, type LogRecord, type Told } from "./log-record.ts";
import { isMark } from "./queue-identifier.ts";

/** What is counted together. */
export const groupings = ["day", "sender", "recipient", "reason"] as const;
export type Grouping = (typeof groupings)[number];

/**
 * How many messages, recipients or refusals, of one day, sender, recipient or reason. What `meaningful` does not name for the
 * grouping is 0.
 */
export interface Counts {
  /** Messages that came into the queue, and their bytes. */
  messages: number;
  bytes: number;
  /** Recipients whose message was delivered, here or elsewhere. */
  delivered: number;
  /** Recipients whose message was put off at least once: each once in a group, however often it was tried. */
  deferred: number;
  /** Recipients who have not got it, and will not. */
  returned: number;
  /** Refused while the client was connected, for now or for ever. */
  refused: number;
  /** What the filter flagged as spam. */
  flagged: number;
}

/** What can be counted in a grouping: a message has one sender and one day, but recipients have one each, and reasons of their own. */
export const meaningful: Readonly<Record<Grouping, readonly (keyof Counts)[]>> = {
  day: ["messages", "delivered", "deferred", "returned", "refused", "flagged", "bytes"],
  sender: ["messages", "delivered", "deferred", "returned", "refused", "flagged", "bytes"],
  recipient: ["delivered", "deferred", "returned", "refused", "flagged"],
  reason: ["deferred", "returned", "refused"],
};

/** Of whose sender the log tells nothing. */
const unknown = "unknown";

/** A message in the queue, and its recipients whose last try failed for now. */
interface Open {
  readonly queued: Told<"queued">;
  readonly deferred: Map<string, Told<"delivery">>;
}

/** Counts records as they come, each once: of those before `since`, in milliseconds since 1970, it learns the senders alone. */
export class Summary {
  readonly groups = new Map<string, Counts>();
  private readonly open = new Map<string, Open>();
  private readonly early = new EarlyRefusals();
  private readonly probes = new Set<string>();
  /** By the message in the queue, or at a provider: in which groups a recipient is counted as deferred. */
  private readonly putOff = new Map<string, Set<string>>();

  constructor(
    private readonly grouping: Grouping,
    /** The day of a time, as it is shown. */
    private readonly dayOf: (time: number) => string,
    private readonly since = 0,
  ) {}

  take(record: LogRecord): void {
    switch (record.kind) {
      case "queued":
        // The queue manager says it again at each attempt.
        if (this.open.has(record.queueId) || this.probes.has(record.queueId)) return;
        this.open.set(record.queueId, { queued: record, deferred: new Map() });
        this.count(record, record.from, undefined, "", { messages: 1, bytes: record.size });
        return;
      case "removed":
      case "deleted":
        this.open.delete(record.queueId);
        this.probes.delete(record.queueId);
        this.putOff.delete(record.queueId);
        return;
      case "delivery":
        this.takeDelivery(record);
        return;
      case "expired":
        this.takeExpired(record);
        return;
      case "refused":
        this.takeRefused(record);
        return;
      case "judged":
        if (record.verdict === "reject")
          this.count(record, record.from, record.to, record.reason, { refused: 1 });
        return;
      case "fetched":
        this.takeFetched(record);
        return;
      case "filtered":
        // What was fetched is counted by what became of it, and what was looked at again is no mail that came.
        if (record.queueId === "" || isMark(record.queueId)) return;
        if (/^(?:add header|rewrite subject)$/.test(record.action))
          this.count(record, record.from, record.to[0], "", { flagged: 1 });
        return;
      default:
    }
  }

  private takeRefused(record: Told<"refused">): void {
    const before = this.early.repeated(record);
    if (before !== undefined && !hasSender(record)) return;
    if (before !== undefined) this.countRefused(before, -1);
    this.countRefused(record, 1);
  }

  private countRefused(record: Told<"refused">, refused: number): void {
    this.count(record, hasSender(record) ? record.from : unknown, record.to, record.reply, { refused });
  }

  private takeDelivery(record: Told<"delivery">): void {
    const { queueId, status, original, reply } = record;
    const open = this.open.get(queueId);
    if (status === "deliverable" || status === "undeliverable") {
      this.takeProbe(queueId, open);
      return;
    }
    const from = open?.queued.from ?? unknown;
    const recipient = `${record.to} ${original}`;
    if (status === "deferred") {
      open?.deferred.set(recipient, record);
      this.countDeferred(record, from, original, reply);
      return;
    }
    open?.deferred.delete(recipient);
    const isSent = status === "sent";
    this.count(record, from, original, isSent ? "" : reply, isSent ? { delivered: 1 } : { returned: 1 });
  }

  /** That it is no mail, but the question whether an address is there, is known when it is answered. */
  private takeProbe(queueId: string, open: Open | undefined): void {
    this.probes.add(queueId);
    if (open === undefined) return;
    this.open.delete(queueId);
    const { queued } = open;
    this.count(queued, queued.from, undefined, "", { messages: -1, bytes: -queued.size });
  }

  private takeExpired(record: Gone & LogRecord): void {
    const open = this.open.get(record.queueId);
    if (open === undefined) return;
    for (const { original, reply } of open.deferred.values())
      this.count(record, open.queued.from, original, reply, { returned: 1 });
    open.deferred.clear();
  }

  private takeFetched(record: Told<"fetched">): void {
    const { from, to, result, reply, size } = record;
    if (result === "again") return;
    if (result === "kept") {
      this.countDeferred(record, from, to, reply);
      return;
    }
    this.putOff.delete(record.queueId);
    if (result === "refused") {
      this.count(record, from, to, reply, { refused: 1 });
      return;
    }
    this.count(record, from, undefined, "", { messages: 1, bytes: size });
    const delivered = result === "dropped" ? {} : { delivered: 1 };
    this.count(record, from, to, "", { ...delivered, ...(result === "spam" && { flagged: 1 }) });
  }

  /** Once for a recipient in a group; what getmail logs by itself has no name, and is counted each time. */
  private countDeferred(
    record: Told<"delivery"> | Told<"fetched">,
    from: string,
    to: string,
    reason: string,
  ): void {
    if (record.time < this.since) return;
    const known = this.putOff.get(record.queueId) ?? new Set();
    const key = `${record.to} ${to} ${this.groupOf(record, from, to, reason)}`;
    if (known.has(key)) return;
    if (record.queueId !== "") this.putOff.set(record.queueId, known.add(key));
    this.count(record, from, to, reason, { deferred: 1 });
  }

  private groupOf(
    { time }: LogRecord,
    from: string,
    to: string | undefined,
    reason: string,
  ): string | undefined {
    switch (this.grouping) {
      case "day":
        return this.dayOf(time);
      case "sender":
        return from || "<>";
      case "recipient":
        return to;
      default:
        return plainReason(reason);
    }
  }

  private count(
    record: LogRecord,
    from: string,
    to: string | undefined,
    reason: string,
    more: Partial<Counts>,
  ): void {
    if (record.time < this.since) return;
    const group = this.groupOf(record, from, to, reason);
    if (group === undefined || group === "") return;
    const counts = this.groups.get(group) ?? emptyCounts();
    this.groups.set(group, counts);
    for (const name of Object.keys(more) as (keyof Counts)[]) counts[name] += more[name] ?? 0;
    if (Object.values(counts).every((number) => number === 0)) this.groups.delete(group);
  }
}

const emptyCounts = (): Counts => ({
  ...{ messages: 0, bytes: 0, delivered: 0, deferred: 0, returned: 0, refused: 0, flagged: 0 },
});

/** A reason without what differs from message to message: addresses, hosts and numbers in brackets. */
export function plainReason(reason: string): string {
  return (
    reason
      // The queue manager says it of what it does not try, for others of the same host have failed.
      .replace(/^delivery temporarily suspended: /, "")
      .replace(/^host \S+ said: /, "")
      .replace(/<[^>]*>:?/g, "<…>")
      .replace(/\[[^\]]*\](?::\d+)?/g, "[…]")
      .replace(/\s+\(in reply to .*\)$/, "")
      .slice(0, 120)
  );
}
