import { accountName } from "../../catalogue/account-name.ts";
import { nearest } from "../../catalogue/suggest.ts";
import { MailwrightError } from "../../errors.ts";

import type { Setting, Settings } from "../../mail/settings.ts";
import { shellWord } from "../pending-changes.ts";
import type { Family } from "./family.ts";

/** The record that a name stands for, capitals aside; `undefined` where there is none. */
export function findRecord(settings: Settings, family: Family, name: string): Setting | undefined {
  const { database, isOfAnyDomain } = family;
  const keys = family.keys(name, settings.primaryDomain);
  const own = (record: Setting | undefined): record is Setting =>
    record !== undefined && family.types.includes(record.type);
  const exact = keys.map((key) => settings.record(database, key)).find(own);
  if (exact !== undefined) return exact;
  const folded = keys.map((key) => key.toLowerCase());
  const isWhole = isOfAnyDomain !== true || name.includes("@");
  const near = settings
    .namesakes(database, isWhole ? accountName(keys[0] ?? "") : name.toLowerCase())
    .filter(({ key }) => !isWhole || folded.includes(key.toLowerCase()));
  return near.map(({ key }) => settings.record(database, key)).find(own);
}

/** The same where there must be one: else exit 1, with the name that was probably meant. */
export function existingRecord(settings: Settings, family: Family, name: string): Setting {
  const found = findRecord(settings, family, name);
  if (found !== undefined) return found;
  const keys = settings.snapshot
    .types(family.database)
    .filter(({ type }) => family.types.includes(type))
    .map(({ key }) => key);
  const meant = nearest(name, [...keys, ...keys.map((key) => key.replace(/(?<=.)@.*$/, ""))]);
  throw new MailwrightError(
    `there is no ${family.noun ?? family.name} ${name}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    {
      code: "UNKNOWN_KEY",
      hint: `all of them: mailwright ${family.name} list     make it: mailwright ${family.name} add ${shellWord(name)}`,
    },
  );
}
