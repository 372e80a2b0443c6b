import { refused } from "../../errors.ts";
import type { Setting, Settings } from "../../mail/settings.ts";
import type { Handler, OptionValues } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { shellWord } from "../pending-changes.ts";
import { changeRecord, type RecordChange } from "./change-record.ts";
import type { Family } from "./family.ts";
import { existingRecord } from "./find-record.ts";
import { namedBy } from "./named-by.ts";

/** Removes a record and signals its event, after whoever is at the terminal has agreed. */
export const deleteRecord =
  (family: Family): Handler =>
  async (context, [name = ""], options) => {
    const { cleanup } = family;
    const cleans = cleanup !== undefined && options[cleanup.option.name] === true;
    if (cleans) refuseConfirm(options, "a mailbox");
    const { key, notices } = await openSettings(context, (settings) => {
      const record = existingRecord(settings, family, name);
      const obstacle = family.keeps?.(record.key, settings.primaryDomain);
      if (obstacle !== undefined) throw refused(obstacle, "NOT_DELETED", "Nothing was touched.");
      if (!record.isStored) throw isDefault(family, record);
      return { key: record.key, notices: leftBehind(settings, record) };
    });
    await agreed(context, options, cleans ? cleanup.loses(key) : family.loses(key));
    const change = deletion(family, key, cleans ? cleanup : undefined);
    const result = await changeRecord(context, change, options);
    return { ...result, notices: [...(result.notices ?? []), ...notices] };
  };

/** Asks for consent to what is lost; `--yes` gives it, and so does a dry run, in which nothing is. */
export async function agreed({ asker }: CommandContext, options: OptionValues, loses: string): Promise<void> {
  if (options["yes"] === true || options["dry-run"] === true) return;
  if (asker === undefined)
    throw refused(
      "nobody can be asked here whether this is meant",
      "NOT_CONFIRMED",
      `${loses}\nsay so with --yes. Nothing was touched.`,
    );
  if (!(await asker.confirm(`${loses} Go on?`)))
    throw refused("not agreed to", "NOT_CONFIRMED", "Nothing was touched.");
}

/** Refuses `--confirm` for the removal of `what`, which no deadline brings back. */
export function refuseConfirm(options: OptionValues, what: string): void {
  if (options["confirm"] === undefined) return;
  const hint = "accepted: the same without --confirm. Nothing was touched.";
  throw refused(`--confirm: ${what} that is removed would not come back`, "USAGE", hint);
}

/** An event of deletion removes the record itself; where there is none, the record goes before the event. */
function deletion(
  { name, database, events }: Family,
  key: string,
  cleanup: Family["cleanup"] | undefined,
): RecordChange {
  const removes = events.delete.endsWith("-delete");
  return {
    what: `${name} delete`,
    database,
    key,
    store: ({ writer }) => {
      if (!removes) writer.deleteRecord(database, key);
    },
    calls: [
      { event: events.delete, args: removes ? [key] : [] },
      ...(cleanup === undefined ? [] : [{ event: cleanup.event, args: [key] }]),
    ],
    ...(cleanup === undefined ? {} : { unfinished: cleanup.unfinished(key) }),
  };
}

function isDefault({ name }: Family, { key }: Setting) {
  const hint = `change it: mailwright ${name} modify ${shellWord(key)}. Nothing was touched.`;
  return refused(`${key} is there by default, and cannot be deleted`, "NOT_DELETED", hint);
}

/** What names the record that is gone: it stays, and would mean a new one of that name. */
function leftBehind(settings: Settings, record: Setting): string[] {
  return namedBy(settings, record).map(({ by, commands }) => {
    const words = commands.map((command) => command.map(shellWord).join(" "));
    return `the ${by} still names it: ${words.join("; ")}`;
  });
}
