import { accountName } from "./account-name.ts";
import type { Refusal, Rule } from "./entry.ts";
import { hasAccount, usesSystem } from "./known-account.ts";

/** A group that is not there would restrict nobody, and nobody would know. The system's groups are not looked up. */
export const restrictedGroup: Rule = {
  when: "event",
  properties: ["RestrictedAccessGroup"],
  events: ["group-create", "group-modify", "group-delete", "mailbox-save"],
  check(record, context): Refusal | undefined {
    const name = accountName(record.prop("RestrictedAccessGroup"));
    if (name === "" || usesSystem(context) || hasAccount("group", name, context)) return undefined;
    return {
      property: "RestrictedAccessGroup",
      reason: `there is no group ${name}`,
      accepted: "the name of a group that there is, or an empty value",
    };
  },
};
