import { join } from "node:path";
import { MailwrightError } from "../../errors.ts";
import { realSystem } from "../../system/real-system.ts";
import type { CommandContext } from "../context.ts";
import { statisticsFile, statisticsUnit, writeStatistics } from "../filter/bayes/statistics.ts";
import { backupFolder } from "./settings-file.ts";

const copyOf = ({ paths }: CommandContext): string => join(backupFolder(paths), "learned.rdb");

/**
 * Puts a copy of what the filter has learned beside the settings: as of now, or of a minute ago where it is at that
 * already, or of when Redis stopped.
 */
export async function saveStatistics(context: CommandContext): Promise<void> {
  const { files, processes } = realSystem(context.paths.root, "none");
  if (context.paths.root === "/" && processes.find("redis-cli") !== undefined)
    await writeStatistics(processes);
  const bytes = files.read(context.paths.target(statisticsFile));
  if (bytes !== undefined) files.write(copyOf(context), bytes, { mode: 0o600 });
}

/** Has Redis begin with the copy, where there is one and Redis is here; it must not run while its file is put back. */
export async function restoreStatistics(context: CommandContext): Promise<void> {
  const { files, processes, services } = realSystem(context.paths.root, "systemd");
  const bytes = files.read(copyOf(context));
  if (bytes === undefined || (await services.state(statisticsUnit)).load !== "loaded") return;
  const isActive = (await services.state(statisticsUnit)).active;
  await services.run(statisticsUnit, "stop");
  files.write(statisticsFile, bytes, { mode: 0o600 });
  const owned = await processes.run(["chown", "redis:redis", "--", statisticsFile]);
  const started = isActive ? await services.run(statisticsUnit, "start") : owned;
  if (owned.exit === 0 && started.exit === 0) return;
  throw new MailwrightError("Redis does not run with what the filter had learned", {
    code: "STATISTICS",
    hint: `${owned.stderr}${started.stderr}see: systemctl status ${statisticsUnit}`,
  });
}
