import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { findNamed, gatherRecords, type LogSource } from "../../log/gather-records.ts";
import type { LogRecord } from "../../log/log-record.ts";
import { connected, type Story, storiesOf } from "../../log/story.ts";
import type { Handler } from "../command.ts";
import { followLogs } from "./log-follow.ts";
import { logSources } from "./log-sources.ts";
import { storiesView, storyData } from "./log-view.ts";
import { parseSince } from "./since.ts";

/** Messages of an address that are told of, unless `--limit` says how many. */
const usualLimit = 20;

const queueId = /^(?:[0-9A-F]{5,}|[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{10,20})$/;

/** Follows messages by queue identifier, message identifier or address through all that the logs say of them. */
export const logTrace: Handler = async (context, [what = ""], options, given) => {
  const wanted = what.trim();
  if (wanted === "") throw refused("what is to be traced is empty", "USAGE", accepted);
  const since = parseSince(options["since"], Date.now());
  const limit = countOf(options["limit"]);
  const files = given.filter(([name]) => name === "file").map(([, value]) => value);
  const sources = logSources(context, files, since);
  const { stories, notices } = await trace(sources, wanted, limit);
  const recent = stories.filter(({ records }) => (records.at(-1)?.time ?? 0) >= since);
  const isUtc = options["utc"] === true;
  const isFollowed = options["follow"] === true;
  if (recent.length === 0 && !isFollowed) notices.push(`no message in the logs has ${wanted}`);
  return {
    exit: recent.length === 0 && !isFollowed ? ExitCode.failed : ExitCode.done,
    data: recent.map(storyData),
    view: (style) => storiesView(recent, style, isUtc),
    notices,
    ...(isFollowed && { lines: () => followLogs(context, sources, wanted, recent, isUtc) }),
  };
};

const accepted =
  "accepted: a queue identifier, a message identifier in <>, an address, or a domain as @DOMAIN";

async function trace(
  sources: readonly LogSource[],
  wanted: string,
  limit: number,
): Promise<{ stories: Story[]; notices: string[] }> {
  if (queueId.test(wanted)) {
    const { records, isCut } = await gatherRecords(sources, [wanted], []);
    return {
      stories: connected(storiesOf(records), (story) => story.queueId === wanted),
      notices: isCut ? [tooMany] : [],
    };
  }
  const name = /^<(.*)>$/.exec(wanted)?.[1] ?? wanted;
  const isMeant = (record: LogRecord): boolean => names(record, name);
  const { queueIds, refusals } = await findNamed(sources, name, isMeant, limit + 1);
  const { records, isCut } = await gatherRecords(sources, queueIds, []);
  const all = connected(storiesOf([...refusals, ...records].sort(byTime)), ({ records: told }) =>
    told.some(isMeant),
  );
  const more = all.length > limit ? [`only the newest ${limit} messages are shown: see --limit`] : [];
  return { stories: all.slice(-limit), notices: [...more, ...(isCut ? [tooMany] : [])] };
}

const tooMany = "not all copies are followed, for they are too many";

const byTime = (one: LogRecord, other: LogRecord): number => one.time - other.time;

/** Whether a record has this message identifier, or this address, or one of this domain. */
export function names(record: LogRecord, name: string): boolean {
  if ("messageId" in record && record.messageId === name) return true;
  const wanted = name.toLowerCase();
  const isMeant = (address: string): boolean =>
    wanted.startsWith("@") ? address.toLowerCase().endsWith(wanted) : address.toLowerCase() === wanted;
  switch (record.kind) {
    case "queued":
    case "pickup":
      return isMeant(record.from);
    case "delivery":
      return isMeant(record.to) || isMeant(record.original);
    case "judged":
    case "refused":
      return isMeant(record.from) || isMeant(record.to);
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
