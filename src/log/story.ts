import { linkStories } from "./link-stories.ts";
import type { Delivery, LogRecord, Told } from "./log-record.ts";

/** How a message came into the queue. */
export type Origin =
  | { readonly by: "client"; readonly client: string; readonly user: string | undefined }
  | { readonly by: "program"; readonly uid: number }
  /** `what` is bounce(8)'s, such as `sender delay notification`. */
  | { readonly by: "notification"; readonly what: string; readonly of: string }
  | { readonly by: "fetch"; readonly account: string; readonly server: string }
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

/** What tells of a message by other things than Postfix's queue identifier. */
export type OtherRecord = Told<"filtered"> | Told<"filed"> | Told<"learned">;

const isOther = (record: LogRecord): record is OtherRecord =>
  record.kind === "filtered" || record.kind === "filed" || record.kind === "learned";

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
  const others: OtherRecord[] = [];
  for (const record of records) {
    if (record.kind === "login") continue;
    if (isOther(record)) others.push(record);
    else if (record.queueId === undefined || record.queueId === "") add(begin(""), record);
    else {
      const story = ofQueue(record.queueId, firstKinds.has(record.kind));
      add(story, record);
      const messageId = "messageId" in record ? record.messageId : "";
      const known = byMessageId.get(messageId) ?? [];
      if (messageId !== "" && !known.includes(story)) byMessageId.set(messageId, [...known, story]);
    }
  }
  linkStories(stories, byMessageId, others);
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
    case "fetched":
      story.origin = { by: "fetch", account: record.account, server: record.server };
      Object.assign(story, { messageId: record.messageId, from: record.from, size: record.size });
      break;
    case "queued":
      Object.assign(story, { size: record.size, recipients: record.recipients });
      // What the quarantine keeps goes there under a sender of its own.
      if (!isQuarantined(story)) story.from = record.from;
      break;
    case "judged":
    case "refused":
      story.from ||= record.from;
      break;
    case "notified":
      story.children.add(record.child);
      break;
    case "released":
      if (record.child !== undefined) story.children.add(record.child);
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

/** Whether the filter had the message kept from its recipients. */
export const isQuarantined = ({ records }: Story): boolean =>
  records.some((record) => record.kind === "judged" && record.verdict === "quarantine");

/** Whether the message has left the queue. */
function isOver({ records }: Story): boolean {
  return records.some(
    ({ kind, ...record }) =>
      kind === "removed" ||
      kind === "deleted" ||
      (kind === "judged" &&
        "verdict" in record &&
        record.verdict !== "hold" &&
        record.verdict !== "quarantine" &&
        record.verdict !== "redirect"),
  );
}
