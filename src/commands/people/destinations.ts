import { listItems } from "../../catalogue/notation.ts";
import type { Setting, Settings } from "../../mail/settings.ts";

/** A property that says where mail goes, and how it is changed. */
export interface DestinationProperty {
  /** The command whose records have it; `config` for keys of the configuration. */
  readonly family: "address" | "user" | "domain" | "config";
  readonly database: string;
  /** A type, or a key of the configuration. */
  readonly name: string;
  readonly property: string;
  /** It acts only while this property has this value. */
  readonly where?: readonly [property: string, value: string];
  readonly isCatchAll?: true;
  /** The words, behind the record's key, that take an item out of it; `rest` is what is left of the list. */
  without(item: string, rest: string): readonly string[];
}

const set = (property: string, value: string): readonly string[] => [property, value];

/** All that holds destinations: users, groups, public mailboxes, addresses elsewhere. */
export const destinationProperties: readonly DestinationProperty[] = [
  {
    family: "address",
    database: "accounts",
    name: "pseudonym",
    property: "Account",
    without: (item) => ["--remove-to", item],
  },
  {
    family: "user",
    database: "accounts",
    name: "user",
    property: "MailForwardAddress",
    where: ["MailForwardStatus", "enabled"],
    without: (_item, rest) => (rest === "" ? ["--no-forward"] : ["--forward", rest]),
  },
  {
    family: "domain",
    database: "domains",
    name: "domain",
    property: "UnknownRecipientsActionDeliverMailbox",
    where: ["UnknownRecipientsActionType", "deliver"],
    isCatchAll: true,
    without: () => ["--no-catch-all"],
  },
  {
    family: "domain",
    database: "domains",
    name: "domain",
    property: "AlwaysBccAddress",
    where: ["AlwaysBccStatus", "enabled"],
    without: () => ["--no-bcc"],
  },
  {
    family: "config",
    database: "configuration",
    name: "postfix",
    property: "AlwaysBccAddress",
    where: ["AlwaysBccStatus", "enabled"],
    without: () => set("AlwaysBccStatus", "disabled"),
  },
  {
    family: "config",
    database: "configuration",
    name: "root",
    property: "EmailAddress",
    without: (_item, rest) => set("EmailAddress", rest),
  },
  {
    family: "config",
    database: "configuration",
    name: "rspamd",
    property: "QuarantineAccount",
    where: ["QuarantineStatus", "enabled"],
    without: () => set("QuarantineStatus", "disabled"),
  },
];

/** What a record's property leads to, one by one. */
export interface Destinations {
  readonly of: DestinationProperty;
  readonly record: Setting;
  readonly items: readonly string[];
}

/** All destinations that are in force, property by property. */
export function destinations(settings: Settings): Destinations[] {
  return destinationProperties.flatMap((of) =>
    recordsOf(settings, of)
      .filter(({ prop }) => of.where === undefined || prop(of.where[0]) === of.where[1])
      .map((record) => ({ of, record, items: listItems(record.prop(of.property)) })),
  );
}

function recordsOf(settings: Settings, { database, name }: DestinationProperty): Setting[] {
  if (database !== "configuration")
    return [...settings.records(database)].filter(({ type }) => type === name);
  const record = settings.record(database, name);
  return record === undefined ? [] : [record];
}
