import { accountName, publicUser } from "./account-name.ts";
import type { Refusal, Rule, RuleContext } from "./entry.ts";
import { hasAccount, usesSystem } from "./known-account.ts";
import { listItems } from "./notation.ts";

/**
 * Mail that is diverted to the quarantine goes to one mailbox and nowhere else: no alias is expanded for it. So an
 * account here must be a user, with or without a tag, a public mailbox, or an address that leads to one of these alone;
 * one of another domain is the administrator's to know, and so is one of the system.
 */
export const quarantineMailbox: Rule = {
  when: "event",
  properties: ["QuarantineAccount", "QuarantineStatus"],
  events: [
    ...["user-create", "user-modify", "user-delete", "mailbox-save"],
    ...["pseudonym-create", "pseudonym-modify", "pseudonym-delete"],
  ],
  check(record, context): Refusal | undefined {
    const account = record.prop("QuarantineAccount");
    if (record.prop("QuarantineStatus") !== "enabled" || account === "" || usesSystem(context))
      return undefined;
    const { name, domain } = parts(account, context);
    if (!isLocal(domain, context) || isMailbox(name, context) || leadsToMailbox(name, domain, context))
      return undefined;
    return {
      property: "QuarantineAccount",
      reason: `there is no user or public mailbox ${name} to take what is quarantined`,
      accepted:
        `a user's address, such as that of one made with: mailwright user add ${name.replace(/\+.*$/, "")}; ` +
        `${publicUser}+FOLDER for a public mailbox; or an address that leads to one of these alone`,
    };
  },
};

function parts(address: string, { primaryDomain }: RuleContext): { name: string; domain: string } {
  const [, domain = primaryDomain] = /@([^@]*)$/.exec(address) ?? [];
  return { name: accountName(address), domain: domain.toLowerCase() };
}

function isMailbox(name: string, context: RuleContext): boolean {
  if (name.startsWith(`${publicUser}+`)) return name.length > publicUser.length + 1;
  return [name, name.replace(/(?<=.)\+.*$/, "")].some((user) => hasAccount("user", user, context));
}

/** Whether the address's only destination is such a mailbox. */
function leadsToMailbox(name: string, domain: string, context: RuleContext): boolean {
  const addresses = [...context.records("accounts")].filter(({ type }) => type === "pseudonym");
  const of = (key: string) => addresses.find((address) => address.key.toLowerCase() === key);
  const [next, ...others] = listItems((of(`${name}@${domain}`) ?? of(`${name}@`))?.prop("Account") ?? "");
  if (next === undefined || others.length > 0) return false;
  const destination = parts(next, context);
  return isLocal(destination.domain, context) && isMailbox(destination.name, context);
}

function isLocal(domain: string, context: RuleContext): boolean {
  if (domain === context.primaryDomain.toLowerCase()) return true;
  const records = [...context.records("domains")];
  return records.some(
    ({ key, type, prop }) =>
      key.toLowerCase() === domain && type === "domain" && prop("TransportType") === "LocalDelivery",
  );
}
