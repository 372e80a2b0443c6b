import type { LogRecord, Told } from "./log-record.ts";

/** What is counted together. */
export const groupings = ["day", "sender", "recipient", "reason"] as const;
export type Grouping = (typeof groupings)[number];

/** What `mailwright fetch` has Rspamd log as the queue identifier. */
const isMark = /^[0-9a-f]{32}$/;

/** How many messages, recipients or refusals, of one day, sender, recipient or reason. */
export interface Counts {
  /** Messages that came into the queue, and their bytes. */
  messages: number;
  bytes: number;
  /** Recipients whose message was delivered, here or elsewhere. */
  delivered: number;
  /** Attempts that are to be made again. */
  deferred: number;
  returned: number;
  /** Refused while the client was connected, for now or for ever. */
  refused: number;
  /** What the filter flagged as spam. */
  flagged: number;
}

/** Counts records as they come. */
export class Summary {
  readonly groups = new Map<string, Counts>();
  private readonly senders = new Map<string, string>();

  constructor(
    private readonly grouping: Grouping,
    /** The day of a time, as it is shown. */
    private readonly dayOf: (time: number) => string,
  ) {}

  take(record: LogRecord): void {
    switch (record.kind) {
      case "queued":
        // The queue manager says it again at each attempt.
        if (this.senders.has(record.queueId)) return;
        this.senders.set(record.queueId, record.from);
        this.count(record, record.from, undefined, "", { messages: 1, bytes: record.size });
        return;
      case "removed":
      case "deleted":
        this.senders.delete(record.queueId);
        return;
      case "delivery": {
        const from = this.senders.get(record.queueId) ?? "";
        const counts =
          record.status === "sent"
            ? { delivered: 1 }
            : record.status === "deferred"
              ? { deferred: 1 }
              : { returned: 1 };
        this.count(record, from, record.original, record.status === "sent" ? "" : record.reply, counts);
        return;
      }
      case "refused":
        this.count(record, record.from, record.to, record.reply, { refused: 1 });
        return;
      case "judged":
        if (record.verdict === "reject")
          this.count(record, record.from, record.to, record.reason, { refused: 1 });
        return;
      case "fetched":
        this.takeFetched(record);
        return;
      case "filtered":
        // What was fetched is counted by what became of it.
        if (!isMark.test(record.queueId) && /^(?:add header|rewrite subject)$/.test(record.action))
          this.count(record, record.from, record.to[0], "", { flagged: 1 });
        return;
      default:
    }
  }

  private takeFetched(record: Told<"fetched">): void {
    const { from, to, result, reply, size } = record;
    if (result === "again") return;
    if (result === "kept" || result === "refused") {
      const reason = reply.replace(/; 250 .*$/s, "");
      this.count(record, from, to, reason, result === "kept" ? { deferred: 1 } : { refused: 1 });
      return;
    }
    this.count(record, from, undefined, "", { messages: 1, bytes: size });
    const delivered = result === "dropped" ? {} : { delivered: 1 };
    this.count(record, from, to, "", { ...delivered, ...(result === "spam" && { flagged: 1 }) });
  }

  private count(
    { time }: LogRecord,
    from: string,
    to: string | undefined,
    reason: string,
    more: Partial<Counts>,
  ): void {
    const group = { day: this.dayOf(time), sender: from || "<>", recipient: to, reason: plainReason(reason) }[
      this.grouping
    ];
    if (group === undefined || group === "") return;
    const counts = this.groups.get(group) ?? emptyCounts();
    this.groups.set(group, counts);
    for (const name of Object.keys(more) as (keyof Counts)[]) counts[name] += more[name] ?? 0;
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
