import { publicUser } from "../catalogue/account-name.ts";
import { listItems } from "../catalogue/notation.ts";
import { localDomains } from "./accounts.ts";

import type { Settings } from "./settings.ts";

/** A property that may name public mailboxes. */
export interface NamingProperty {
  readonly database: string;
  readonly type: string;
  /** Where given, of this record alone. */
  readonly key?: string;
  readonly property: string;
  /** What is to be where none is left. Absent: the record itself goes, for it is an address that leads nowhere. */
  readonly without?: Readonly<Record<string, string>>;
}

/** All of them. */
export const namingProperties: readonly NamingProperty[] = [
  { database: "accounts", type: "pseudonym", property: "Account" },
  {
    database: "accounts",
    type: "user",
    property: "MailForwardAddress",
    without: { MailForwardStatus: "disabled" },
  },
  {
    database: "domains",
    type: "domain",
    property: "UnknownRecipientsActionDeliverMailbox",
    without: { UnknownRecipientsActionType: "bounce" },
  },
  {
    database: "domains",
    type: "domain",
    property: "AlwaysBccAddress",
    without: { AlwaysBccStatus: "disabled" },
  },
  {
    database: "configuration",
    type: "service",
    key: "postfix",
    property: "AlwaysBccAddress",
    without: { AlwaysBccStatus: "disabled" },
  },
  { database: "configuration", type: "configuration", key: "root", property: "EmailAddress", without: {} },
  {
    database: "configuration",
    type: "service",
    key: "rspamd",
    property: "QuarantineAccount",
    without: { QuarantineStatus: "disabled" },
  },
];

/** What becomes of the name of a folder: another name, `undefined` where it goes, itself where it is another folder. */
export type FolderChange = (folder: string) => string | undefined;

/** A folder with those below it gets another name. */
export function renaming(from: string, to: string): FolderChange {
  return (folder) =>
    folder === from ? to : folder.startsWith(`${from}/`) ? `${to}${folder.slice(from.length)}` : folder;
}

/** A folder goes with those below it. */
export function removing(name: string): FolderChange {
  return (folder) => (folder === name || folder.startsWith(`${name}/`) ? undefined : folder);
}

/** The public mailbox that a destination means, `vmail+FOLDER` with or without a domain of this server. */
export function publicFolder(destination: string, domains: ReadonlySet<string>): string | undefined {
  if (!destination.toLowerCase().startsWith(`${publicUser}+`)) return undefined;
  const at = destination.lastIndexOf("@");
  if (at >= 0 && !domains.has(destination.slice(at + 1).toLowerCase())) return undefined;
  return destination.slice(publicUser.length + 1, at < 0 ? undefined : at);
}

/** A list of destinations with the public mailboxes among them changed; what is no such mailbox stays as it is. */
export function changedDestinations(
  value: string,
  change: FolderChange,
  domains: ReadonlySet<string>,
): string {
  const items = listItems(value);
  const changed = items.flatMap((item) => {
    const folder = publicFolder(item, domains);
    if (folder === undefined) return [item];
    const next = change(folder);
    if (next === undefined) return [];
    return next === folder
      ? [item]
      : [`${publicUser}+${next}${item.slice(publicUser.length + 1 + folder.length)}`];
  });
  return changed.length === items.length && changed.every((item, index) => item === items[index])
    ? value
    : [...new Set(changed)].join(",");
}

/** The domains that are delivered here, in lower case. */
export function ownDomains(settings: Settings): ReadonlySet<string> {
  return new Set(localDomains(settings).map((domain) => domain.toLowerCase()));
}
