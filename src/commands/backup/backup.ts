import { join } from "node:path";
import { readSnapshot } from "../../db/store.ts";
import { ExitCode } from "../../exit-codes.ts";
import { backupExcludes, backupPaths } from "../../mail/backup-paths.ts";
import { Settings } from "../../mail/settings.ts";
import type { Handler } from "../command.ts";
import { findHostName, loadCatalogue } from "../context.ts";
import { saveStatistics } from "./learned.ts";
import { backupFolder, writeSettings } from "./settings-file.ts";

/** Writes what the backup must hold of the settings, and of what the filter has learned, and prints and keeps the list of all that it must hold. */
export const backup: Handler = async (context) => {
  const { files, paths } = context;
  const catalogue = await loadCatalogue(context);
  files.makeFolder(backupFolder(paths), 0o700);
  await saveStatistics(context);
  const snapshot = readSnapshot(paths.database);
  try {
    writeSettings(context, snapshot);
    const settings = new Settings(snapshot, catalogue, () => findHostName(context));
    const list = join(backupFolder(paths), "paths");
    const there = [...new Set(backupPaths(settings))].filter(
      (path) => files.status(paths.target(path)) !== undefined,
    );
    const text = there.map((path) => `${path}\n`).join("");
    files.write(list, Buffer.from(text), { mode: 0o600 });
    const excludes = Buffer.from(backupExcludes.map((pattern) => `${pattern}\n`).join(""));
    files.write(join(backupFolder(paths), "excludes"), excludes, { mode: 0o600 });
    return { exit: ExitCode.done, text, data: there };
  } finally {
    snapshot.close();
  }
};
