import { readSnapshot } from "../db/store.ts";
import { Settings } from "../mail/settings.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";

/** Reads the settings as of one moment; nothing may keep them longer than `read` runs. */
export async function openSettings<T>(
  context: CommandContext,
  read: (settings: Settings) => T | Promise<T>,
): Promise<T> {
  const catalogue = await loadCatalogue(context);
  const snapshot = readSnapshot(context.paths.database);
  try {
    return await read(new Settings(snapshot, catalogue, () => findHostName(context)));
  } finally {
    snapshot.close();
  }
}
