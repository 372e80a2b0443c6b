import type { ByteSource } from "../system/byte-source.ts";
import { EarlyRefusals } from "./early-refusals.ts";
import { isLocal } from "./link-stories.ts";
import { hasSender, type LogRecord, type Told } from "./log-record.ts";
import { parseRecord } from "./parse-record.ts";
import { isQueueId } from "./queue-identifier.ts";
import { type FoundLine, Needles, readLines, searchLines } from "./search-lines.ts";
import { sessionOf } from "./session.ts";
import { handedOn } from "./story.ts";

/** A log that can be read more than once. */
export interface LogSource {
  readonly name: string;
  /** When it was last written, in milliseconds since 1970. */
  readonly modified: number;
  open(): ByteSource;
}

/** More identifiers than this are not followed: a message identifier may be that of thousands of messages. */
const mostNeedles = 300;

export interface Gathered {
  /** In the order of the logs. */
  readonly records: readonly LogRecord[];
  /** Whether there were more messages than are followed. */
  readonly isCut: boolean;
}

/**
 * Finds all lines of the messages that have one of these queue identifiers or message identifiers, and of those that
 * were made of them, or that they were made of. Logs are read once; again only where something that was found out can
 * have happened before.
 */
export async function gatherRecords(
  sources: readonly LogSource[],
  queueIds: readonly string[],
  messageIds: readonly string[],
): Promise<Gathered> {
  const circle = new Circle(queueIds, messageIds);
  for (;;) {
    const records = await readAll(sources, circle.beginPass(), (record) => circle.meet(record));
    if (!circle.wantsAnother()) return { records, isCut: circle.isCut };
  }
}

/** What the newest lines tell that name something. */
export interface Named {
  /** Of messages in the queue, oldest first. */
  readonly queueIds: readonly string[];
  /** Of what has no identifier: commands that were refused before there was a message, and what getmail says by itself. */
  readonly alone: readonly LogRecord[];
}

/**
 * Looks for the newest `limit` messages whose lines hold one of these texts, in whatever case, or any lines where it is
 * `undefined`, and of which `isMeant` is true. The newest log is read first, and an older one where messages are missing.
 */
export async function findNamed(
  sources: readonly LogSource[],
  texts: readonly string[] | undefined,
  isMeant: (record: LogRecord) => boolean,
  limit: number,
): Promise<Named> {
  let queueIds: string[] = [];
  let alone: LogRecord[] = [];
  for (const source of sources.toReversed()) {
    const newest = new Map<string, LogRecord>();
    const early = new EarlyRefusals();
    let count = 0;
    const needles = texts === undefined ? undefined : new Needles();
    for (const text of texts ?? []) needles?.addFolded(text);
    await readSource(source, needles, (record) => {
      if (!("queueId" in record) || !isMeant(record)) return;
      const id = record.queueId ?? "";
      if (id === "" && record.kind !== "refused" && record.kind !== "fetched") return;
      const before = record.kind === "refused" ? early.repeated(record) : undefined;
      if (before !== undefined && record.kind === "refused" && !hasSender(record)) return;
      for (const [key, known] of before === undefined ? [] : newest) if (known === before) newest.delete(key);
      const key = id === "" ? `alone ${++count}` : id;
      newest.delete(key);
      newest.set(key, record);
      const [oldest] = newest.keys();
      if (newest.size > limit && oldest !== undefined) newest.delete(oldest);
    });
    const found = [...newest.values()];
    queueIds = [...found.flatMap((record) => idsOf(record)), ...queueIds];
    alone = [...found.filter((record) => idsOf(record).length === 0), ...alone];
    if (queueIds.length + alone.length >= limit) break;
  }
  return { queueIds: [...new Set(queueIds)], alone };
}

function idsOf(record: LogRecord): string[] {
  if (!("queueId" in record)) return [];
  return record.queueId === undefined || record.queueId === "" ? [] : [record.queueId];
}

async function readAll(
  sources: readonly LogSource[],
  needles: Needles,
  tell: (record: LogRecord) => void,
): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for (const source of sources) {
    const found: { offset: number; record: LogRecord }[] = [];
    await readSource(source, needles, (record, offset) => {
      found.push({ offset, record });
      tell(record);
    });
    found.sort((one, other) => one.offset - other.offset);
    for (const { record } of found) all.push(record);
  }
  return all;
}

/** Of all lines where there are no needles. */
async function readSource(
  source: LogSource,
  needles: Needles | undefined,
  tell: (record: LogRecord, offset: number) => void,
): Promise<void> {
  const bytes = source.open();
  try {
    const take = ({ line, offset }: FoundLine): void => {
      const record = parseRecord(line, source.modified);
      if (record !== undefined) tell(record, offset);
    };
    if (needles !== undefined) await searchLines(bytes, needles, take);
    else await readLines(bytes, take);
  } finally {
    bytes.close();
  }
}

/** The messages that are followed, which grow as lines tell of others. */
class Circle {
  isCut = false;
  private needles = new Needles();
  private readonly queueIds: Set<string>;
  private readonly messageIds: Set<string>;
  private readonly local = new Set<string>();
  /** Of messages whose identifier Dovecot does not name, or names another. */
  private readonly sessions = new Set<string>();
  private readonly identified = new Set<string>();
  /** Whether what was met last can have lines before those that it was met in. */
  private isEarlierPossible = false;

  constructor(queueIds: readonly string[], messageIds: readonly string[]) {
    this.queueIds = new Set(queueIds);
    this.messageIds = new Set(messageIds);
  }

  beginPass(): Needles {
    this.isEarlierPossible = false;
    this.needles = new Needles();
    for (const id of [...this.queueIds, ...this.sessions]) this.needles.add(id);
    for (const id of this.messageIds) this.needles.add(needleOf(id));
    return this.needles;
  }

  wantsAnother(): boolean {
    return this.isEarlierPossible && !this.isCut;
  }

  meet(record: LogRecord): void {
    switch (record.kind) {
      case "client":
        if (isLocal({ by: "client", ...record })) this.local.add(record.queueId);
        break;
      case "pickup":
        this.local.add(record.queueId);
        if (record.earlier !== undefined) this.bind(record.earlier, record.queueId);
        break;
      case "message-id":
        if (record.messageId !== "") this.identified.add(record.queueId);
        this.meetPair(record.queueId, record.messageId);
        break;
      case "filtered":
        this.meetPair(record.queueId, record.messageId);
        break;
      case "fetched":
        this.meetPair(record.queueId, record.messageId);
        this.meetSession(record);
        break;
      case "notified":
        this.bind(record.queueId, record.child);
        break;
      case "released":
        if (record.child !== undefined) this.bind(record.queueId, record.child);
        break;
      case "delivery":
        for (const child of handedOn(record)) this.bind(record.queueId, child);
        if (!this.identified.has(record.queueId)) this.meetSession(record);
        break;
      default:
    }
  }

  /** What Dovecot did stands just before what was told of it, and is looked for there. */
  private meetSession(record: Told<"fetched"> | Told<"delivery">): void {
    const session = this.queueIds.has(record.queueId) ? sessionOf(record) : undefined;
    if (session === undefined || this.sessions.size >= mostNeedles) return;
    this.sessions.add(session);
    this.needles.add(session);
  }

  /** A message that this machine handed in may be a copy of one that came before. */
  private meetPair(queueId: string, messageId: string): void {
    if (messageId !== "" && this.queueIds.has(queueId))
      this.learn(this.messageIds, messageId, this.local.has(queueId));
    if (queueId !== "" && this.messageIds.has(messageId)) this.learn(this.queueIds, queueId, false);
  }

  private bind(parent: string, child: string): void {
    if (this.queueIds.has(parent)) this.learn(this.queueIds, child, false);
    else if (this.queueIds.has(child)) this.learn(this.queueIds, parent, true);
  }

  private learn(known: Set<string>, id: string, isEarlierPossible: boolean): void {
    if (known.has(id) || (known === this.queueIds && !isQueueId(id))) return;
    if (this.queueIds.size + this.messageIds.size >= mostNeedles) {
      this.isCut = true;
      return;
    }
    known.add(id);
    this.needles.add(known === this.messageIds ? needleOf(id) : id);
    if (isEarlierPossible) this.isEarlierPossible = true;
  }
}

/** Fewer characters than this may stand in any line. */
const leastNeedle = 8;

/** What lines with a message identifier hold: a sender may have chosen a very short one. */
const needleOf = (messageId: string): string =>
  messageId.length < leastNeedle ? `<${messageId}>` : messageId;
