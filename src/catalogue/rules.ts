import type { Refusal, Rule, RuleRecord } from "./entry.ts";

/**
 * `property` must have a value while `option` has the value `value`. Checked before an event, because the two
 * may be stored one after the other.
 */
export function needed(property: string, option: string, value: string, form: string): Rule {
  return {
    when: "event",
    properties: [property, option],
    check: (record) =>
      record.prop(option) === value && record.prop(property).trim() === ""
        ? { property, reason: `it must not be empty while ${option} is ${value}`, accepted: form }
        : undefined,
  };
}

/** Says what a rule for events will say, when a property is stored already. */
export const toldBefore = (rule: Rule): Rule => ({ ...rule, when: "told" });

/** `lower` must be below `upper`, where both are numbers and `lower` is not switched off by 0 or nothing. */
export function below(lower: string, upper: string, form: string): Rule {
  return {
    when: "set",
    properties: [lower, upper],
    check(record, _context, changed): Refusal | undefined {
      const low = Number(record.prop(lower));
      const high = Number(record.prop(upper));
      if (low === 0 || !(low >= high)) return undefined;
      return changed.has(upper)
        ? {
            property: upper,
            reason: `it must be above ${lower}, which is ${record.prop(lower)}`,
            accepted: form,
          }
        : {
            property: lower,
            reason: `it must be below ${upper}, which is ${record.prop(upper)}`,
            accepted: form,
          };
    },
  };
}

/** Either both properties have a value or neither has; checked before an event. */
export function together(first: string, second: string, form: string): Rule {
  return {
    when: "event",
    properties: [first, second],
    check(record): Refusal | undefined {
      const [missing, given] = record.prop(first) === "" ? [first, second] : [second, first];
      if (record.prop(given) === "" || record.prop(missing) !== "") return undefined;
      return { property: missing, reason: `it must not be empty while ${given} is set`, accepted: form };
    },
  };
}

/** Whether a record is only there until its delete event ends; all but that event ignore it. */
export function isDeleted(record: RuleRecord): boolean {
  return record.type.endsWith("-deleted");
}
