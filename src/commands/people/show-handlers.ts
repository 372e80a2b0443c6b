import { isSecret } from "../../catalogue/secret.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { propsOf, type Setting } from "../../mail/settings.ts";
import type { Handler } from "../command.ts";
import { openSettings } from "../open-settings.ts";
import { oneLine } from "../verbs/shared.ts";
import type { Family } from "./family.ts";
import { existingRecord } from "./find-record.ts";
import { namedBy } from "./named-by.ts";
import { hasNoGroupAddresses } from "./switches.ts";

const mask = "••••••";

/** All records of the family, a row each. */
export const list =
  (family: Family): Handler =>
  (context) =>
    openSettings(context, (settings) => {
      const records = [...settings.records(family.database)].filter(({ type }) =>
        family.types.includes(type),
      );
      const noAddresses = hasNoGroupAddresses(settings);
      const rows = records.map((record) => [
        record.key,
        ...family.columns.map(({ cell, isGroupAddress }) =>
          isGroupAddress && noAddresses ? "off" : oneLine(cell(record)),
        ),
      ]);
      const titles = [family.name, ...family.columns.map(({ title }) => title)];
      return {
        exit: ExitCode.done,
        data: records.map(shownRecord),
        view: (style) =>
          rows.length === 0
            ? `There is none. Make one: mailwright ${family.name} add\n`
            : columns([
                titles.map(style.faint),
                ...rows.map(([key = "", ...cells]) => [style.strong(key), ...cells]),
              ]),
      };
    });

/** One record with all its properties, and what names it. */
export const show =
  (family: Family): Handler =>
  (context, [name = ""]) =>
    openSettings(context, (settings) => {
      const record = existingRecord(settings, family, name);
      const named = namedBy(settings, record).map(({ by }) => by);
      const isOff = family.name === "group" && hasNoGroupAddresses(settings);
      return {
        exit: ExitCode.done,
        data: { ...shownRecord(record), namedBy: named },
        view: (style) => recordText(record, named, isOff, style),
      };
    });

/** `isOff`: it has no address, since no group has one. */
function recordText(record: Setting, named: readonly string[], isOff: boolean, style: Style): string {
  const isDefault = (name: string): boolean => !record.stored.has(name);
  const props = shownProps(record).map(([name, value]) => [
    `  ${name}`,
    `${oneLine(value)}${isDefault(name) ? style.faint(" (default)") : ""}`,
  ]);
  const rows = [
    ...props,
    ...(isOff ? [["  address", "off: DynamicGroupAlias of postfix is disabled"]] : []),
    ...(named.length === 0 ? [] : [["  named by", named.join(", ")]]),
  ];
  return `${style.strong(record.key)} (${record.type})\n${columns(rows)}`;
}

/** A record in JSON as `db getjson` prints it, but with its secrets masked. */
export function shownRecord(record: Setting): { name: string; type: string; props: Record<string, string> } {
  return { name: record.key, type: record.type, props: Object.fromEntries(shownProps(record)) };
}

function shownProps(record: Setting): (readonly [string, string])[] {
  return propsOf(record).map(([name, value]) => [
    name,
    isSecret(record.entry, name) && value !== "" ? mask : value,
  ]);
}
