import { ExitCode } from "../../exit-codes.ts";
import { harmless } from "../../format/harmless.ts";
import { columns } from "../../format/table.ts";
import { dateTime } from "../../format/times.ts";
import { fileName } from "../../mail/file-name.ts";
import type { Setting } from "../../mail/settings.ts";
import type { Handler } from "../command.ts";
import { openSettings } from "../open-settings.ts";
import { oneLine } from "../verbs/shared.ts";
import { connectorFamily } from "./connector-family.ts";
import { lastRun, type Run, runFolder } from "./last-run.ts";

/** All accounts with what the last run of each came to. */
export const listConnectors: Handler = async (context) => {
  const folder = context.paths.target(runFolder);
  const rows = await openSettings(context, (settings) =>
    [...settings.records(connectorFamily.database)]
      .filter(({ type }) => connectorFamily.types.includes(type))
      .map((record) => ({ record, run: lastRun(context.files, fileName(record.key), folder) })),
  );
  return {
    exit: ExitCode.done,
    data: rows.map(({ record, run }) => dataOf(record, run)),
    view: (style) => {
      if (rows.length === 0) return "There is none. Make one: mailwright connector add\n";
      const titles = [
        "connector",
        ...connectorFamily.columns.map(({ title }) => title),
        "last run",
        "result",
      ];
      const cells = rows.map(({ record, run }) => [
        style.strong(oneLine(record.key)),
        ...connectorFamily.columns.map(({ cell }) => oneLine(cell(record))),
        run === undefined ? "never" : dateTime(run.started, style.isUtc),
        run === undefined ? "" : run.problem === undefined ? style.good(result(run)) : style.bad(result(run)),
      ]);
      return columns([titles.map(style.faint), ...cells]);
    },
  };
};

const result = ({ delivered, spam, problem }: Run): string =>
  problem === undefined ? `${delivered + spam} delivered` : harmless(problem);

function dataOf({ key, prop }: Setting, run: Run | undefined): unknown {
  const { started, ended, succeeded, ...counts } = run ?? {};
  return {
    name: key,
    account: prop("Account"),
    retriever: prop("Retriever"),
    server: prop("Server"),
    port: prop("Port"),
    username: prop("Username"),
    status: prop("status"),
    lastRun:
      started === undefined || ended === undefined
        ? null
        : {
            at: new Date(started).toISOString(),
            seconds: (ended - started) / 1000,
            ...counts,
            succeeded: succeeded === undefined ? null : new Date(succeeded).toISOString(),
          },
  };
}
