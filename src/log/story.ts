import type { Delivery, LogRecord, Told } from "./log-record.ts";

/** How a message came into the queue. */
export type Origin =
  | { readonly by: "client"; readonly client: string; readonly user: string | undefined }
  | { readonly by: "program"; readonly uid: number }
  | { readonly by: "notification"; readonly of: string }
  | { readonly by: "unknown" };

/** What a log tells of one message in Postfix's queue, or of one that was refused before it came there. */
export interface Story {
  /** Empty where the message was refused before it had one. */
  readonly queueId: string;
  /** Without `<>`; empty where it is not known. */
  messageId: string;
  from: string;
  /** Bytes; 0 where it is not known. */
  size: number;
  /** How many recipients the queue manager counted; 0 where it has not seen the message. */
  recipients: number;
  origin: Origin;
  filter: Told<"filtered"> | undefined;
  /** Queue identifiers of messages that were made of this one. */
  readonly children: Set<string>;
  /** In the order of the log. */
  readonly records: LogRecord[];
}

/** What a message begins with. */
const firstKinds: ReadonlySet<string> = new Set(["client", "pickup", "message-id"]);

/**
 * Tells the stories of the messages that these records are about, oldest first. A queue identifier that comes again
 * after its message has left the queue is another message's.
 */
export function storiesOf(records: readonly LogRecord[]): Story[] {
  const stories: Story[] = [];
  const open = new Map<string, Story>();
  const byMessageId = new Map<string, Story[]>();
  const begin = (queueId: string): Story => {
    const story = emptyStory(queueId);
    stories.push(story);
    if (queueId !== "") open.set(queueId, story);
    return story;
  };
  const ofQueue = (queueId: string, isFirst: boolean): Story => {
    const story = open.get(queueId);
    return story === undefined || (isFirst && isOver(story)) ? begin(queueId) : story;
  };
  const filters: Told<"filtered">[] = [];
  const filings: Told<"filed">[] = [];
  for (const record of records) {
    if (record.kind === "login") continue;
    if (record.kind === "filtered") filters.push(record);
    else if (record.kind === "filed") filings.push(record);
    else if (record.kind === "refused" && record.queueId === undefined) add(begin(""), record);
    else {
      const story = ofQueue(record.queueId ?? "", firstKinds.has(record.kind));
      add(story, record);
      if (record.kind === "message-id" && record.messageId !== "")
        byMessageId.set(record.messageId, [...(byMessageId.get(record.messageId) ?? []), story]);
    }
  }
  for (const filter of filters) attach(filter, withFilter(filter, stories, byMessageId));
  for (const filing of filings)
    attach(filing, withFiling(filing, byMessageId.get(filing.messageId) ?? stories));
  linkCopies(byMessageId);
  const places = new Map(records.map((record, place) => [record, place]));
  const placeOf = (record: LogRecord): number => places.get(record) ?? 0;
  for (const { records: told } of stories) told.sort((one, other) => placeOf(one) - placeOf(other));
  return stories;
}

function emptyStory(queueId: string): Story {
  return {
    queueId,
    ...{ messageId: "", from: "", size: 0, recipients: 0, origin: { by: "unknown" }, filter: undefined },
    ...{ children: new Set<string>(), records: [] },
  };
}

function add(story: Story, record: LogRecord): void {
  story.records.push(record);
  switch (record.kind) {
    case "client":
      story.origin = { by: "client", client: record.client, user: record.user };
      break;
    case "pickup":
      story.origin = { by: "program", uid: record.uid };
      story.from = record.from;
      break;
    case "message-id":
      story.messageId = record.messageId;
      break;
    case "queued":
      Object.assign(story, { from: record.from, size: record.size, recipients: record.recipients });
      break;
    case "judged":
    case "refused":
      story.from ||= record.from;
      break;
    case "notified":
      story.children.add(record.child);
      break;
    case "delivery":
      for (const child of handedOn(record)) story.children.add(child);
      break;
    default:
  }
}

/** The queue identifiers under which this machine took a delivered message again. */
export function handedOn({ relay, reply }: Delivery): string[] {
  const [, forwarded] = /^forwarded as (\w+)$/.exec(reply) ?? [];
  if (forwarded !== undefined) return [forwarded];
  const [, queued] = /\[(?:127\.\d+\.\d+\.\d+|::1)\]/.test(relay)
    ? (/queued as (\w+)/.exec(reply) ?? [])
    : [];
  return queued === undefined ? [] : [queued];
}

/** Whether the message has left the queue. */
function isOver({ records }: Story): boolean {
  return records.some(
    ({ kind, ...record }) =>
      kind === "removed" ||
      kind === "deleted" ||
      (kind === "judged" &&
        "verdict" in record &&
        record.verdict !== "hold" &&
        record.verdict !== "redirect"),
  );
}

const within = (time: number, { records: [first] }: Story): boolean =>
  first !== undefined && time >= first.time - 1000;

/** By the queue identifier; else, where Rspamd was told none, by the message's own. */
function withFilter(
  filter: Told<"filtered">,
  stories: readonly Story[],
  byMessageId: ReadonlyMap<string, readonly Story[]>,
): Story | undefined {
  const known =
    filter.queueId === ""
      ? byMessageId.get(filter.messageId)
      : stories.filter(({ queueId }) => queueId === filter.queueId);
  return known?.filter((story) => within(filter.time, story)).at(-1) ?? known?.at(-1);
}

/** By the session that Dovecot told Postfix; else the youngest message of that identifier. */
function withFiling(filing: Told<"filed">, stories: readonly Story[]): Story | undefined {
  const bySession = stories.find(({ records }) =>
    records.some((record) => record.kind === "delivery" && isOfSession(record, filing)),
  );
  if (bySession !== undefined || filing.messageId === "") return bySession;
  return stories.filter((story) => story.messageId === filing.messageId && within(filing.time, story)).at(-1);
}

/** Whether Dovecot filed this in the course of the delivery: its session stands in the answer, behind the recipient. */
export function isOfSession({ reply }: Delivery, { session }: Told<"filed">): boolean {
  const [, own] = /^250 2\.0\.0 (?:<.*?> )?(\S+) Saved/.exec(reply) ?? [];
  return own !== undefined && (session === own || session.startsWith(`${own}:`));
}

function attach(record: Told<"filtered"> | Told<"filed">, story: Story | undefined): void {
  if (story === undefined) return;
  story.records.push(record);
  if (record.kind !== "filtered") return;
  story.filter = record;
  story.messageId ||= record.messageId;
  story.from ||= record.from;
}

/** A program of this machine that hands in the same message later forwards it: Sieve, a list, an administrator. */
function linkCopies(byMessageId: ReadonlyMap<string, readonly Story[]>): void {
  for (const [, copies] of byMessageId) {
    copies.forEach((story, index) => {
      const before = copies[index - 1];
      if (before !== undefined && before.queueId !== story.queueId && isLocal(story.origin))
        before.children.add(story.queueId);
    });
  }
}

/** Whether the message was handed in on this machine. */
export function isLocal(origin: Origin): boolean {
  if (origin.by === "client") return /\[(?:127\.\d+\.\d+\.\d+|::1)\]$/.test(origin.client);
  return origin.by === "program";
}

/** The stories that hang together with those of `wanted`, by what was made of what. */
export function connected(stories: readonly Story[], wanted: (story: Story) => boolean): Story[] {
  const chosen = new Set(stories.filter(wanted));
  let before = -1;
  while (chosen.size !== before) {
    before = chosen.size;
    const ids = new Set([...chosen].map(({ queueId }) => queueId));
    const children = new Set([...chosen].flatMap((story) => [...story.children]));
    for (const story of stories) {
      if (children.has(story.queueId) || [...story.children].some((child) => ids.has(child)))
        chosen.add(story);
    }
  }
  return stories.filter((story) => chosen.has(story));
}
