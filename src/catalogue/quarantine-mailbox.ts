import type { Refusal, Rule, RuleContext } from "./entry.ts";

/**
 * Mail that is diverted to the quarantine goes to one mailbox and nowhere else: no alias is expanded for it, and
 * what cannot be delivered would bounce to whoever the sender claims to be. So a local account must be a user; one
 * of another domain is the administrator's to know.
 */
export const quarantineMailbox: Rule = {
  when: "event",
  properties: ["QuarantineAccount", "QuarantineStatus"],
  check(record, context): Refusal | undefined {
    const account = record.prop("QuarantineAccount");
    if (record.prop("QuarantineStatus") !== "enabled" || account === "") return undefined;
    const [, local = "", domain = context.primaryDomain] = /^(.*?)(?:@([^@]*))?$/.exec(account) ?? [];
    const name = local.replace(/\+.*$/, "").toLowerCase();
    if (!isLocal(domain.toLowerCase(), context) || isUser(name, context)) return undefined;
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

function isUser(name: string, context: RuleContext): boolean {
  for (const { key, type } of context.records("accounts")) {
    if (type === "user" && key.replace(/@[^@]*$/, "").toLowerCase() === name) return true;
  }
  return false;
}
