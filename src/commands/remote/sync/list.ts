import { ExitCode } from "../../../exit-codes.ts";
import { columns } from "../../../format/table.ts";
import { syncJobFile } from "../../../mail/sync-jobs.ts";
import type { Handler } from "../../command.ts";
import { openSettings } from "../../open-settings.ts";
import { shownRecord } from "../../people/show-handlers.ts";
import { oneLine } from "../../verbs/shared.ts";
import { JobNotes } from "./notes.ts";
import { whenText } from "./status.ts";
import { syncFamily } from "./sync-family.ts";

/** All jobs with what the last run of each came to. */
export const listSyncJobs: Handler = (context) =>
  openSettings(context, (settings) => {
    const rows = [...settings.records(syncFamily.database)]
      .filter(({ type }) => syncFamily.types.includes(type))
      .map((record) => ({
        record,
        last: new JobNotes(context.files, context.paths, syncJobFile(record.key)).lastRun(),
      }));
    return {
      exit: ExitCode.done,
      data: rows.map(({ record, last }) => ({ ...shownRecord(record), lastRun: last ?? null })),
      view: (style) =>
        rows.length === 0
          ? "There is none. Make one: mailwright sync add\n"
          : columns([
              ["sync", ...syncFamily.columns.map(({ title }) => title), "last run"].map(style.faint),
              ...rows.map(({ record, last }) => [
                style.strong(oneLine(record.key)),
                ...syncFamily.columns.map(({ cell }) => oneLine(cell(record))),
                last === undefined ? "never" : whenText(last, style),
              ]),
            ]),
    };
  });
