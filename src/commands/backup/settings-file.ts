import { join } from "node:path";
import type { DbRecord, Snapshot } from "../../db/record.ts";
import { MailwrightError } from "../../errors.ts";
import type { RecordChange } from "../../mail/changed-snapshot.ts";
import type { Paths } from "../../paths.ts";
import type { CommandContext } from "../context.ts";

/** The layout of the file; another one is refused. */
const layout = 1;

interface SettingsFile {
  readonly layout: number;
  readonly databases: Readonly<Record<string, readonly StoredRecord[]>>;
}

interface StoredRecord {
  readonly key: string;
  readonly type: string;
  readonly props: Readonly<Record<string, string>>;
}

export const backupFolder = ({ state }: Paths): string => join(state, "backup");
const settingsFile = (paths: Paths): string => join(backupFolder(paths), "settings.json");

/** All databases as of one moment, secrets included, for the private folder of the backup. */
export function writeSettings({ files, paths }: CommandContext, snapshot: Snapshot): void {
  const databases = Object.fromEntries(
    snapshot.databases().map((database) => [database, snapshot.records(database).map(plain)]),
  );
  const text = `${JSON.stringify({ layout, databases } satisfies SettingsFile, null, 1)}\n`;
  files.write(settingsFile(paths), Buffer.from(text), { mode: 0o600 });
}

const plain = ({ key, type, props }: DbRecord): StoredRecord => ({
  key,
  type,
  props: Object.fromEntries(props),
});

/** What makes the settings those of the backup: its records as they were, and no others. */
export function restoredRecords(snapshot: Snapshot, { files, paths }: CommandContext): RecordChange[] {
  const path = settingsFile(paths);
  const kept = parse(files.readText(path), path);
  const changes = Object.entries(kept.databases).flatMap(([database, records]) =>
    records.map(({ key, type, props }) => ({
      database,
      key,
      record: { key, type, props: new Map(Object.entries(props)) },
    })),
  );
  const known = new Set(changes.map(({ database, key }) => JSON.stringify([database, key])));
  const gone = snapshot.databases().flatMap((database) =>
    snapshot
      .keys(database)
      .filter((key) => !known.has(JSON.stringify([database, key])))
      .map((key) => ({ database, key, record: undefined })),
  );
  return [...gone, ...changes];
}

function parse(text: string | undefined, path: string): SettingsFile {
  const broken = (problem: string, cause?: unknown) =>
    new MailwrightError(`${path}: ${problem}`, {
      code: "BACKUP",
      cause,
      hint: "signal-event pre-backup-config makes it. Bring it back from the backup, then signal post-restore-config.",
    });
  if (text === undefined) throw broken("there is no such file");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw broken("it is not whole", cause);
  }
  if (!isSettingsFile(parsed)) throw broken(`it is not of the layout ${layout}`);
  return parsed;
}

function isSettingsFile(value: unknown): value is SettingsFile {
  return (
    isObject(value) &&
    value["layout"] === layout &&
    isObject(value["databases"]) &&
    Object.values(value["databases"]).every((records) => Array.isArray(records) && records.every(isRecord))
  );
}

function isRecord(value: unknown): value is StoredRecord {
  if (!isObject(value)) return false;
  const { key, type, props } = value;
  return (
    typeof key === "string" &&
    typeof type === "string" &&
    isObject(props) &&
    Object.values(props).every((prop) => typeof prop === "string")
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
