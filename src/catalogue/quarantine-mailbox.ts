import { accountName } from "./account-name.ts";
import type { Refusal, Rule, RuleContext } from "./entry.ts";
import { hasAccount, usesSystem } from "./known-account.ts";

/**
 * Mail that is diverted to the quarantine goes to one mailbox and nowhere else: no alias is expanded for it, and
 * what cannot be delivered would bounce to whoever the sender claims to be. So a local account must be a user; one
 * of another domain is the administrator's to know, and so is one of the system.
 */
export const quarantineMailbox: Rule = {
  when: "event",
  properties: ["QuarantineAccount", "QuarantineStatus"],
  events: ["user-create", "user-modify", "user-delete", "mailbox-save"],
  check(record, context): Refusal | undefined {
    const account = record.prop("QuarantineAccount");
    if (record.prop("QuarantineStatus") !== "enabled" || account === "" || usesSystem(context))
      return undefined;
    const [, local = "", domain = context.primaryDomain] = /^(.*?)(?:@([^@]*))?$/.exec(account) ?? [];
    const name = accountName(local.replace(/\+.*$/, ""));
    if (!isLocal(domain.toLowerCase(), context) || hasAccount("user", name, context)) return undefined;
    return {
      property: "QuarantineAccount",
      reason: `there is no user ${name} to take what is quarantined`,
      accepted: `a user's address, such as that of one made with: db accounts set ${name}@${domain} user; signal-event user-create ${name}@${domain}`,
    };
  },
};

function isLocal(domain: string, context: RuleContext): boolean {
  if (domain === context.primaryDomain.toLowerCase()) return true;
  const records = [...context.records("domains")];
  return records.some(
    ({ key, type, prop }) =>
      key.toLowerCase() === domain && type === "domain" && prop("TransportType") === "LocalDelivery",
  );
}
