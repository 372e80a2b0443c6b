import { findEntry } from "../../src/catalogue/catalogue.ts";
import type { KeyEntry } from "../../src/catalogue/entry.ts";
import { type Setting, Settings } from "../../src/mail/settings.ts";

/** Settings that note which properties are read of them, as `postfix HeloHost` by key, or `user MailStatus` by type. */
export class RecordingSettings extends Settings {
  readonly read = new Set<string>();

  override prop(database: string, key: string, name: string): string | undefined {
    this.note(findEntry(this.catalogue, database, key, this.snapshot.type(database, key)), name);
    return super.prop(database, key, name);
  }

  override record(database: string, key: string): Setting | undefined {
    const record = super.record(database, key);
    return record && this.recorded(record);
  }

  override *records(database: string): Generator<Setting> {
    for (const record of super.records(database)) yield this.recorded(record);
  }

  private recorded(record: Setting): Setting {
    const prop = (name: string): string => {
      this.note(record.entry, name);
      return record.prop(name);
    };
    return { ...record, prop };
  }

  private note(entry: KeyEntry | undefined, name: string): void {
    if (entry === undefined || !Object.hasOwn(entry.properties, name)) return;
    this.read.add(`${"key" in entry.match ? entry.match.key : entry.match.type} ${name}`);
  }
}
