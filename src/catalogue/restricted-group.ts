import type { Refusal, Rule, RuleContext } from "./entry.ts";
import { nearest } from "./suggest.ts";

/** A group that is not there would restrict nobody, and nobody would know. The system's groups are not looked up. */
export const restrictedGroup: Rule = {
  when: "event",
  properties: ["RestrictedAccessGroup"],
  check(record, context): Refusal | undefined {
    const name = localPart(record.prop("RestrictedAccessGroup"));
    if (name === "" || usesSystem(context)) return undefined;
    const groups = groupsOf(context);
    if (groups.includes(name)) return undefined;
    const meant = nearest(name, groups);
    return {
      property: "RestrictedAccessGroup",
      reason: `there is no group ${name}`,
      accepted: "the name of a group that there is, or an empty value",
      ...(meant !== undefined && { nearest: meant }),
    };
  },
};

function groupsOf(context: RuleContext): string[] {
  return [...context.records("accounts")]
    .filter(({ type }) => type === "group")
    .map(({ key }) => localPart(key));
}

function usesSystem(context: RuleContext): boolean {
  const sssd = [...context.records("configuration")].find(({ key }) => key === "sssd");
  return sssd?.prop("Provider") === "system";
}

function localPart(name: string): string {
  return name.replace(/@[^@]*$/, "").toLowerCase();
}
