import { accountName, publicUser } from "../../catalogue/account-name.ts";
import { isLocalPart } from "../../catalogue/mail-names.ts";
import type { DbRecord } from "../../db/record.ts";
import { refused } from "../../errors.ts";

import type { RecordChange } from "../../mail/changed-snapshot.ts";

import {
  changedDestinations,
  type FolderChange,
  namingProperties,
  ownDomains,
  removing,
  renaming,
} from "../../mail/public-mailbox.ts";
import type { Setting, Settings } from "../../mail/settings.ts";
import { type Acl, aclOf, mailboxName } from "./arguments.ts";

/** What is said of an address that came with its mailbox. */
const controller = "public-mailbox";

/** What the events of public mailboxes change, by the name that event.yaml has for it. */
export const publicMailboxChanges = {
  "public-mailbox-create": (settings: Settings, [name, ...rights]: readonly string[]) => {
    refuseUnknown(settings, aclOf(rights));
    return ownAddress(settings, mailboxName(name));
  },
  "public-mailbox-modify": (settings: Settings, [from, to, ...rights]: readonly string[]) => {
    refuseUnknown(settings, aclOf(rights));
    if (from !== to) return changedRecords(settings, renaming(mailboxName(from), mailboxName(to)));
    mailboxName(from, true);
    return [];
  },
  "public-mailbox-delete": (settings: Settings, [name]: readonly string[]) =>
    changedRecords(settings, removing(mailboxName(name))),
};

/** Where accounts are records, rights for someone whom there is not are a mistake of the pen. */
function refuseUnknown(settings: Settings, acl: Acl): void {
  if (settings.prop("configuration", "sssd", "Provider") !== "none") return;
  const known = new Set(
    [...settings.records("accounts")].map(({ key, type }) => `${type}=${accountName(key)}`),
  );
  const missing = [...acl].find(([id, rights]) => id.includes("=") && rights.length > 0 && !known.has(id));
  if (missing === undefined) return;
  const [kind, name] = missing[0].split("=");
  throw refused(
    `there is no ${kind} ${JSON.stringify(name)}`,
    "UNKNOWN_ACCOUNT",
    "known: mailwright db accounts print. Nothing was touched.",
  );
}

/** The account or the address that has the name of a public mailbox, which gets no address then. */
export function nameHolder(settings: Settings, name: string): Setting | undefined {
  const local = name.toLowerCase();
  return [...settings.records("accounts")].find(
    (record) => record.key.toLowerCase() === `${local}@` || accountName(record.key) === local,
  );
}

/** `name@` of every domain, where the name can be one and nobody has it yet. */
function ownAddress(settings: Settings, name: string): RecordChange[] {
  const local = name.toLowerCase();
  const key = `${local}@`;
  if (
    nameHolder(settings, name) !== undefined ||
    !isLocalPart(local) ||
    /[+/]/.test(local) ||
    local === publicUser
  )
    return [];
  const props = new Map([
    ["Account", `${publicUser}+${name}`],
    ["ControlledBy", controller],
    ["Description", `The public mailbox ${name}`],
  ]);
  return [{ database: "accounts", key, record: { key, type: "pseudonym", props } }];
}

/** Addresses, forwards, catch-alls and copies that lead to a mailbox follow it, or no longer lead there. */
function changedRecords(settings: Settings, change: FolderChange): RecordChange[] {
  const domains = ownDomains(settings);
  const changed = new Map<string, RecordChange>();
  for (const { database, type, key: only, property, without } of namingProperties) {
    for (const { key, type: ownType, stored } of settings.records(database)) {
      const value = stored.get(property);
      if (ownType !== type || key !== (only ?? key) || value === undefined) continue;
      const next = changedDestinations(value, change, domains);
      if (next === value) continue;
      const id = JSON.stringify([database, key]);
      const before = changed.get(id)?.record?.props ?? stored;
      const gone = next === "" && without === undefined;
      const record = {
        key,
        type,
        props: withProps(before, { [property]: next, ...(next === "" ? without : {}) }),
      };
      changed.set(id, { database, key, record: gone ? undefined : record });
    }
  }
  return [...changed.values()];
}

/** An empty value takes a property away. */
function withProps(before: DbRecord["props"], next: Readonly<Record<string, string>>): DbRecord["props"] {
  const props = new Map(before);
  for (const [name, value] of Object.entries(next)) {
    if (value === "") props.delete(name);
    else props.set(name, value);
  }
  return props;
}
