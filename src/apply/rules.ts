import { checkRules, rulesOf } from "../catalogue/check-record.ts";
import { refused } from "../errors.ts";
import { isUnscanned } from "../mail/antivirus.ts";
import type { Settings } from "../mail/settings.ts";
import type { Event } from "./event.ts";

/** Refuses to apply settings that do not fit together, as far as the event carries them out. */
export function verifySettings(settings: Settings, event: Event): void {
  for (const [database, entries] of settings.catalogue) {
    // Most events carry out nothing of most databases, and those are not read.
    const due = new Map(entries.map((entry) => [entry, rulesOf(entry, event.carriesOut)]));
    if ([...due.values()].every((rules) => rules.length === 0)) continue;
    for (const record of settings.records(database)) {
      const { entry } = record;
      if (entry === undefined) continue;
      const [refusal] = checkRules(entry, record, settings, due.get(entry) ?? []);
      if (refusal === undefined) continue;
      const subject = `${database} ${record.key}${refusal.property === undefined ? "" : ` ${refusal.property}`}`;
      const hint = `accepted: ${refusal.accepted}. Nothing was touched.`;
      throw refused(`${subject}: ${refusal.reason}`, "SETTINGS_REFUSED", hint);
    }
  }
}

/** What an administrator may not expect of settings that fit together, as far as the event carries them out. */
export function settingNotes(settings: Settings, event: Event): string[] {
  const isOfFilter = event.carriesOut.includes("nethserver-mail-filter-save");
  if (!isOfFilter || !isUnscanned(settings)) return [];
  return [
    "mail is not scanned for viruses: rspamd VirusCheckStatus is enabled, and clamd@rspamd status disabled",
  ];
}
