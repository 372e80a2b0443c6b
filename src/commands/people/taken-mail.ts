import { accountName } from "../../catalogue/account-name.ts";
import { listItems } from "../../catalogue/notation.ts";
import { refused } from "../../errors.ts";
import { localDomains } from "../../mail/accounts.ts";
import type { Settings } from "../../mail/settings.ts";
import { shellWord } from "../pending-changes.ts";
import type { Family } from "./family.ts";
import type { Props } from "./given-props.ts";

/**
 * Refuses an address that would lead to nobody, and one that would take all mail of the user of that name: what is looked
 * up first in virtual(5) is the address, and the mailbox gets nothing.
 */
export function refuseTakenMail(settings: Settings, family: Family, key: string, props: Props): void {
  const list = props.get("Account");
  if (family.name !== "address" || list === undefined) return;
  const to = listItems(list);
  if (to.length === 0) {
    const hint = `delete it instead: mailwright address delete ${shellWord(key)}. Nothing was stored.`;
    throw refused(`${key} would lead to nobody`, "USAGE", hint);
  }
  const name = accountName(key);
  const user = settings
    .namesakes("accounts", name)
    .find((one) => one.type === "user" && accountName(one.key) === name);
  if (user === undefined || !ownKeys(settings, name).includes(key.toLowerCase())) return;
  if (to.some((item) => leadsTo(settings, item, name))) return;
  const whole = to.map((item) => (item.includes("@") ? item : `${item}@${settings.primaryDomain}`));
  throw refused(
    `${name} is a user, who would get no mail any more`,
    "EXISTS",
    `to forward it: mailwright user modify ${shellWord(name)} --forward ${shellWord(whole.join(","))}     or let ${name} be one of the destinations. Nothing was stored.`,
  );
}

/** The addresses that take the mail of a new user. */
export function takenBefore(settings: Settings, family: Family, key: string): string[] {
  if (family.name !== "user") return [];
  const name = accountName(key);
  return ownKeys(settings, name).flatMap((address) => {
    const record = settings.record("accounts", address);
    if (record?.type !== "pseudonym") return [];
    const to = listItems(record.prop("Account"));
    if (to.some((item) => leadsTo(settings, item, name))) return [];
    return [
      `there is the address ${address}: its mail goes to ${to.join(", ")}, and not to ${name}. To change it: mailwright address modify ${shellWord(address)} --add-to ${shellWord(name)}`,
    ];
  });
}

/** A user's own address, as one of every domain and as one of the primary one. */
function ownKeys({ primaryDomain }: Settings, name: string): string[] {
  return [`${name}@`, `${name}@${primaryDomain.toLowerCase()}`];
}

function leadsTo(settings: Settings, item: string, name: string): boolean {
  const at = item.lastIndexOf("@");
  const isHere = at < 0 || localDomains(settings).includes(item.slice(at + 1).toLowerCase());
  return isHere && accountName(item).replace(/(?<=.)\+.*$/, "") === name;
}
