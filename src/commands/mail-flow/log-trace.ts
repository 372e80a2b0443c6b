import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { findNamed, gatherRecords, type LogSource } from "../../log/gather-records.ts";
import { connected } from "../../log/link-stories.ts";
import type { LogRecord } from "../../log/log-record.ts";
import { bare } from "../../log/postfix-records.ts";
import { isQueueId } from "../../log/queue-identifier.ts";
import { type Story, storiesOf } from "../../log/story.ts";
import type { Handler } from "../command.ts";
import { followLogs } from "./log-follow.ts";
import { followedLines, logSources } from "./log-sources.ts";
import { storiesView, storyData } from "./log-view.ts";
import { parseSince } from "./since.ts";

/** Messages of an address that are told of, unless `--limit` says how many. */
const usualLimit = 20;

/** Follows messages by queue identifier, message identifier or address through all that the logs say of them. */
export const logTrace: Handler = async (context, [what = ""], options, given) => {
  const wanted = wantedOf(what);
  const since = parseSince(options["since"], Date.now());
  const limit = countOf(options["limit"]);
  const files = given.filter(([name]) => name === "file").map(([, value]) => value);
  const problems = new Set<string>();
  const sources = logSources(context, { given: files, since, told: (problem) => problems.add(problem) });
  const isFollowed = options["follow"] === true;
  // Begun before the logs are read, so that nothing falls between the two.
  const lines = isFollowed ? await followedLines(context, files) : undefined;
  const { stories, notices } = await trace(sources, wanted, limit);
  notices.push(...problems);
  const recent = stories.filter(({ records }) => (records.at(-1)?.time ?? 0) >= since);
  const isUtc = options["utc"] === true;
  if (recent.length === 0 && !isFollowed) notices.push(`no message in the logs has ${what.trim()}`);
  return {
    exit: recent.length === 0 && !isFollowed ? ExitCode.failed : ExitCode.done,
    data: recent.map(storyData),
    view: (style) => storiesView(recent, style, isUtc),
    notices,
    ...(lines !== undefined && { lines: () => followLogs(context, lines, wanted.name, recent, isUtc) }),
  };
};

const accepted =
  "accepted: a queue identifier, a message identifier in <>, an address, or a domain as @DOMAIN";

interface Wanted {
  /** Of a message identifier without its `<>`. */
  readonly name: string;
  /** Whether it stood in `<>`: it is a message identifier and nothing else. */
  readonly isMessageId: boolean;
}

function wantedOf(what: string): Wanted {
  const text = what.trim();
  const name = bare(text);
  if (name === "") throw refused("what is to be traced is empty", "USAGE", accepted);
  return { name, isMessageId: name !== text };
}

async function trace(
  sources: readonly LogSource[],
  { name, isMessageId }: Wanted,
  limit: number,
): Promise<{ stories: Story[]; notices: string[] }> {
  if (!isMessageId && isQueueId(name)) {
    const { records, isCut } = await gatherRecords(sources, [name], []);
    return {
      stories: connected(storiesOf(records), (story) => story.queueId === name),
      notices: isCut ? [tooMany] : [],
    };
  }
  const texts = isMessageId ? [name] : textsOf(name);
  const isMeant = (record: LogRecord): boolean => names(record, name);
  const { queueIds, alone } = await findNamed(sources, texts, isMeant, limit + 1);
  const { records, isCut } = await gatherRecords(sources, queueIds, []);
  // Records stay in the order of the log, which is not that of their times where a clock was set.
  const stories = [...storiesOf(alone), ...storiesOf(records)].sort(byStart);
  const all = connected(stories, ({ records: told }) => told.some(isMeant));
  const more = all.length > limit ? [`only the newest ${limit} messages are shown: see --limit`] : [];
  return { stories: all.slice(-limit), notices: [...more, ...(isCut ? [tooMany] : [])] };
}

const tooMany = "not all copies are followed, for they are too many";

const byStart = ({ records: [one] }: Story, { records: [other] }: Story): number =>
  (one?.time ?? 0) - (other?.time ?? 0);

/** What lines about an address hold: it, or with a tag behind its local part (`recipient_delimiter`). */
function textsOf(name: string): string[] {
  const [, local] = /^([^@+]+)@/.exec(name) ?? [];
  return local === undefined ? [name] : [name, `${local}+`];
}

/** The address without a tag. */
const untagged = (address: string): string => address.replace(/^([^@+]+)\+[^@]*@/, "$1@");

/** Whether a record has this message identifier, or this address, or one of this domain. */
export function names(record: LogRecord, name: string): boolean {
  if ("messageId" in record && record.messageId === name) return true;
  const wanted = name.toLowerCase();
  const isMeant = (text: string): boolean => {
    const address = text.toLowerCase();
    return wanted.startsWith("@")
      ? address.endsWith(wanted)
      : address === wanted || untagged(address) === wanted;
  };
  switch (record.kind) {
    case "queued":
    case "pickup":
      return isMeant(record.from);
    case "delivery":
      return isMeant(record.to) || isMeant(record.original);
    case "judged":
    case "refused":
      return isMeant(record.from) || isMeant(record.to);
    case "fetched":
      return isMeant(record.from) || isMeant(record.to) || isMeant(record.account);
    case "filtered":
      return isMeant(record.from) || record.to.some(isMeant);
    default:
      return false;
  }
}

function countOf(text: string | boolean | undefined): number {
  if (text === undefined) return usualLimit;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw refused(`--limit: ${text} is refused`, "USAGE", "accepted: a whole number above 0");
}
