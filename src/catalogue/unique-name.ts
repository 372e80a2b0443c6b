import { accountName, publicUser } from "./account-name.ts";
import type { Refusal, Rule } from "./entry.ts";

/**
 * A login, a mailbox and a group's address are named by the key without its domain, whatever the domain: two users of one
 * name would read each other's mail, and of a user and a group mail reaches one alone.
 */
export const uniqueName: Rule = {
  when: "made",
  properties: ["type"],
  check({ key }, context): Refusal | undefined {
    const name = accountName(key);
    const accepted = "a name that no other user or group has, in whatever domain";
    if (name === publicUser) return { reason: "the public mailboxes belong to it", accepted };
    for (const other of context.namesakes("accounts", name)) {
      const isAccount = other.type === "user" || other.type === "group";
      if (!isAccount || other.key === key || accountName(other.key) !== name) continue;
      return {
        reason: `there is the ${other.type} ${other.key}, and ${name} is one mailbox in all domains`,
        accepted,
      };
    }
    return undefined;
  },
};
