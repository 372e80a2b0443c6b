import type { Refusal, Rule, RuleContext } from "./entry.ts";

/** A group that is not there would restrict nobody, and nobody would know. The system's groups are not looked up. */
export const restrictedGroup: Rule = {
  when: "event",
  properties: ["RestrictedAccessGroup"],
  check(record, context): Refusal | undefined {
    const name = localPart(record.prop("RestrictedAccessGroup"));
    if (name === "" || usesSystem(context)) return undefined;
    if (isGroup(name, context)) return undefined;
    return {
      property: "RestrictedAccessGroup",
      reason: `there is no group ${name}`,
      accepted: "the name of a group that there is, or an empty value",
    };
  },
};

function isGroup(name: string, context: RuleContext): boolean {
  return [...context.records("accounts")].some(
    ({ key, type }) => type === "group" && localPart(key) === name,
  );
}

function usesSystem(context: RuleContext): boolean {
  const sssd = [...context.records("configuration")].find(({ key }) => key === "sssd");
  return sssd?.prop("Provider") === "system";
}

function localPart(name: string): string {
  return name.replace(/@[^@]*$/, "").toLowerCase();
}
