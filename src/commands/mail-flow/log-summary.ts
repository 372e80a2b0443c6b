import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { harmless } from "../../format/harmless.ts";
import { columns } from "../../format/table.ts";
import { dateTime } from "../../format/times.ts";
import { parseRecord } from "../../log/parse-record.ts";
import { readLines } from "../../log/search-lines.ts";
import { type Counts, type Grouping, groupings, meaningful, Summary } from "../../log/summarize.ts";
import type { Handler } from "../command.ts";
import { bytesText } from "../people/sizes.ts";
import { logSources } from "./log-sources.ts";
import { parseSince } from "./since.ts";

/** Rows that are shown to people, unless it is by day. */
const shown = 25;

/** Counts what the logs tell, by day, sender, recipient or reason. */
export const logSummary: Handler = async (context, _args, options, given) => {
  const grouping = groupingOf(options["by"]);
  const since = parseSince(options["since"], Date.now());
  const isUtc = options["utc"] === true;
  const summary = new Summary(grouping, (time) => dateTime(time, isUtc).slice(0, 10), since);
  const files = given.filter(([name]) => name === "file").map(([, value]) => value);
  const problems = new Set<string>();
  const sources = logSources(context, { given: files, since, told: (problem) => problems.add(problem) });
  for (const source of sources) {
    const bytes = source.open();
    try {
      await readLines(bytes, ({ line }) => {
        const record = parseRecord(line, source.modified);
        if (record !== undefined) summary.take(record);
      });
    } finally {
      bytes.close();
    }
  }
  const rows = [...summary.groups].sort(grouping === "day" ? byName : bySize);
  const shownCounts = meaningful[grouping];
  const visible = grouping === "day" ? rows : rows.slice(0, shown);
  const left = rows.length - visible.length;
  return {
    exit: ExitCode.done,
    data: rows.map(([name, counts]) => ({ [grouping]: name, ...counts })),
    notices: [...problems, ...(left > 0 && !context.json ? [`${left} more, with less: see --json`] : [])],
    view: (style) =>
      rows.length === 0
        ? "The logs tell of no message.\n"
        : columns([
            [grouping, ...shownCounts.map((name) => (name === "bytes" ? "size" : name))].map(style.faint),
            ...visible.map(([name, counts]) => [
              style.strong(harmless(name)),
              ...shownCounts.map((name) =>
                name === "bytes" ? bytesText(counts.bytes) : String(counts[name]),
              ),
            ]),
          ]),
  };
};

const byName = ([one]: [string, Counts], [other]: [string, Counts]): number => (one < other ? -1 : 1);

const total = ([, counts]: [string, Counts]): number =>
  Object.values({ ...counts, bytes: 0 }).reduce((sum, number) => sum + number, 0);

const bySize = (one: [string, Counts], other: [string, Counts]): number => total(other) - total(one);

function groupingOf(text: string | boolean | undefined): Grouping {
  const found = groupings.find((grouping) => grouping === (text ?? "day"));
  if (found !== undefined) return found;
  throw refused(`--by: ${text} is refused`, "USAGE", `accepted: ${groupings.join(", ")}`);
}
