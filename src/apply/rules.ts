import { checkRules } from "../catalogue/check-record.ts";
import { refused } from "../errors.ts";
import type { Settings } from "../mail/settings.ts";
import type { Event } from "./event.ts";

/** Refuses to apply settings that do not fit together, as far as the event carries them out. */
export function verifySettings(settings: Settings, event: Event): void {
  for (const database of settings.catalogue.keys()) {
    for (const record of settings.records(database)) {
      const { entry } = record;
      if (entry?.rules === undefined) continue;
      for (const name of event.carriesOut) {
        const [refusal] = checkRules(entry, record, settings, name);
        if (refusal === undefined) continue;
        const subject = `${database} ${record.key}${refusal.property === undefined ? "" : ` ${refusal.property}`}`;
        const hint = `accepted: ${refusal.accepted}. Nothing was touched.`;
        throw refused(`${subject}: ${refusal.reason}`, "SETTINGS_REFUSED", hint);
      }
    }
  }
}
