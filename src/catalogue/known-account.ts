import { accountName } from "./account-name.ts";
import type { RuleContext } from "./entry.ts";

/** Whether there is a record of a user or a group by its name, without a domain and in lower case. */
export function hasAccount(type: "user" | "group", name: string, context: RuleContext): boolean {
  const namesakes = [...context.namesakes("accounts", name)];
  return namesakes.some((one) => one.type === type && accountName(one.key) === name);
}

/** Whether the system's accounts have mailboxes too, which rules do not look up. */
export function usesSystem(context: RuleContext): boolean {
  const sssd = [...context.records("configuration")].find(({ key }) => key === "sssd");
  return sssd?.prop("Provider") === "system";
}
