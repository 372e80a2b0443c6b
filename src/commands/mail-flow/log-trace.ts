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
import { storiesView, storyData, verdictsView } from "./log-view.ts";
import { parseSince } from "./since.ts";

/** Messages of an address, or of all, that are told of, unless `--limit` says how many. */
const usualLimit = 20;

/**
 * Follows messages by queue identifier, message identifier or address through all that the logs say of them; without an
 * argument it lists the newest ones.
 */
export const logTrace: Handler = async (context, [what], options, given) => {
  const wanted = what === undefined ? everything : wantedOf(what);
  const since = parseSince(options["since"], Date.now());
  const limit = countOf(options["limit"]);
  const files = given.filter(([name]) => name === "file").map(([, value]) => value);
  const problems = new Set<string>();
  const sources = logSources(context, { given: files, since, told: (problem) => problems.add(problem) });
  const isFollowed = options["follow"] === true;
  // Begun before the logs are read, so that nothing falls between the two.
  const lines = isFollowed ? await followedLines(context, files) : undefined;
  const { stories: recent, notices } = await trace(sources, wanted, since, limit);
  notices.push(...problems);
  const isUtc = options["utc"] === true;
  const view = what === undefined ? verdictsView : storiesView;
  if (recent.length === 0 && !isFollowed) notices.push(nothing(what, since));
  return {
    exit: recent.length === 0 && !isFollowed ? ExitCode.failed : ExitCode.done,
    data: recent.map(storyData),
    view: (style) => view(recent, style, isUtc),
    notices,
    ...(lines !== undefined && { lines: () => followLogs(context, lines, wanted.name, recent, isUtc) }),
  };
};

function nothing(what: string | undefined, since: number): string {
  const when = since > 0 ? " since then" : "";
  return what === undefined
    ? `the logs tell of no message${when}`
    : `no message in the logs has ${what.trim()}${when}`;
}

const accepted =
  "accepted: a queue identifier, a message identifier in <>, an address, a user name, or a domain";

interface Wanted {
  /** Of a message identifier without its `<>`. */
  readonly name: string;
  /** Whether it stood in `<>`: it is a message identifier and nothing else. */
  readonly isMessageId: boolean;
}

/** What every record that is about a message has. */
const everything: Wanted = { name: "", isMessageId: false };

function wantedOf(what: string): Wanted {
  const text = what.trim();
  const name = bare(text);
  if (name === "") throw refused("what is to be traced is empty", "USAGE", accepted);
  return { name, isMessageId: name !== text };
}

async function trace(
  sources: readonly LogSource[],
  { name, isMessageId }: Wanted,
  since: number,
  limit: number,
): Promise<{ stories: Story[]; notices: string[] }> {
  const isRecent = ({ records }: Story): boolean => (records.at(-1)?.time ?? 0) >= since;
  if (!isMessageId && isQueueId(name)) {
    const { records, isCut } = await gatherRecords(sources, [name], []);
    const stories = connected(storiesOf(records), (story) => story.queueId === name);
    // Else it is a user's name that looks like one, such as a number.
    if (stories.length > 0) return { stories: stories.filter(isRecent), notices: isCut ? [tooMany] : [] };
  }
  const texts = isMessageId ? [name] : name === "" ? undefined : textsOf(name);
  const isMeant = (record: LogRecord): boolean => names(record, name);
  const { queueIds, alone } = await findNamed(sources, texts, isMeant, limit + 1);
  const { records, isCut } = await gatherRecords(sources, queueIds, []);
  // Records stay in the order of the log, which is not that of their times where a clock was set.
  const stories = [...storiesOf(alone), ...storiesOf(records)].sort(byStart);
  const all = connected(stories, ({ records: told }) => told.some(isMeant)).filter(isRecent);
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

/** Whether an address is the wanted one, one of the domain (with or without @), or one of the user; both in lower case. */
function isAddressOf(address: string, wanted: string): boolean {
  if (wanted.startsWith("@")) return address.endsWith(wanted);
  if (address === wanted || untagged(address) === wanted) return true;
  return (
    !wanted.includes("@") && (address.endsWith(`@${wanted}`) || untagged(address).startsWith(`${wanted}@`))
  );
}

/**
 * Whether a record has this message identifier, or this address, or one of this domain or user; the empty name is that of every
 * record of a message.
 */
export function names(record: LogRecord, name: string): boolean {
  if (name === "") return record.kind !== "login";
  if ("messageId" in record && record.messageId === name) return true;
  const wanted = name.toLowerCase();
  const isMeant = (text: string): boolean => isAddressOf(text.toLowerCase(), wanted);
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
