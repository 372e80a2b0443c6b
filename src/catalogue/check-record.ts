import { joinOr } from "./accepted.ts";
import { checkText, checkValue } from "./check-value.ts";
import { findProperty } from "./effective.ts";
import type { KeyEntry, Refusal, Rule, RuleContext, RuleRecord } from "./entry.ts";
import { isDeleted } from "./rules.ts";
import { nearest } from "./suggest.ts";

/** Properties that are to be stored; `undefined` removes one. `type` stands for the record's type. */
export type Changes = Readonly<Record<string, string | undefined>>;

/** How refusals call an entry: its key, or what records of its type are called. */
function entryName(entry: KeyEntry): string {
  return "key" in entry.match ? entry.match.key : `a record of type ${entry.match.type}`;
}

function withNearest(refusal: Refusal, name: string, candidates: Iterable<string>): Refusal {
  const meant = nearest(name, candidates);
  return meant === undefined ? refusal : { ...refusal, nearest: meant };
}

function checkType(entry: KeyEntry, type: string): Refusal | undefined {
  if (entry.value !== undefined) {
    const found = checkValue(entry.value, type);
    return found === undefined ? undefined : { property: "type", ...found };
  }
  if (entry.types.includes(type)) return undefined;
  const reason = `it is not a type of ${"key" in entry.match ? entry.match.key : "such a record"}`;
  return withNearest({ property: "type", reason, accepted: joinOr(entry.types) }, type, entry.types);
}

function checkChange(entry: KeyEntry, name: string, value: string | undefined): Refusal | undefined {
  if (name === "type") return value === undefined ? undefined : checkType(entry, value);
  const property = findProperty(entry, name);
  // What is not known may always be removed: an import may have left it.
  if (property === undefined && value === undefined) return undefined;
  if (property === undefined) {
    const known = `a property that config describe lists for ${entryName(entry)}`;
    const reason = `${entryName(entry)} has no property ${name}`;
    return withNearest({ property: name, reason, accepted: known }, name, Object.keys(entry.properties));
  }
  const found = value === undefined ? undefined : checkValue(property, value);
  return found === undefined ? undefined : { property: name, ...found };
}

/** The record as it would be after the changes. */
function changedRecord(entry: KeyEntry, changes: Changes, current: RuleRecord): RuleRecord {
  return {
    key: current.key,
    type: changes.type ?? current.type,
    prop(name) {
      if (!Object.hasOwn(changes, name)) return current.prop(name);
      return changes[name] ?? findProperty(entry, name)?.default ?? "";
    },
  };
}

function runRules(
  rules: readonly Rule[],
  record: RuleRecord,
  context: RuleContext,
  isChanged: (name: string) => boolean,
): Refusal[] {
  const refusals: Refusal[] = [];
  for (const rule of rules) {
    const changed = new Set(rule.properties.filter(isChanged));
    const found = changed.size === 0 ? undefined : rule.check(record, context, changed);
    if (found !== undefined) refusals.push(found);
  }
  return refusals;
}

/** Checks how a new record is called. For an entry that is matched by its key nothing is left to check. */
export function checkKey(entry: KeyEntry, key: string): Refusal | undefined {
  return entry.key === undefined
    ? checkText(key, false)
    : checkValue({ kind: entry.key.kind, text: "", events: [] }, key);
}

/**
 * Checks properties before they are stored: known names, accepted values, then the rules `set` and `made` on the record
 * as it would be. `current` is the record as it is, stored over default; where the whole record is replaced,
 * one without stored properties.
 */
export function checkProperties(
  entry: KeyEntry,
  changes: Changes,
  current: RuleRecord,
  context: RuleContext,
): Refusal[] {
  const refusals = Object.entries(changes).flatMap(([name, value]) => checkChange(entry, name, value) ?? []);
  // A rule compares values: on one that is not accepted its verdict would be noise.
  if (refusals.length > 0) return refusals;
  const rules = entry.rules?.filter(({ when }) => when !== "event" && when !== "told") ?? [];
  return runRules(rules, changedRecord(entry, changes, current), context, (name) =>
    Object.hasOwn(changes, name),
  );
}

/** What is to be said of properties that are stored all the same. `context`: the settings before. */
export function toldOf(
  entry: KeyEntry,
  changes: Changes,
  current: RuleRecord,
  context: RuleContext,
): Refusal[] {
  const rules = entry.rules?.filter(({ when }) => when === "told") ?? [];
  return runRules(rules, changedRecord(entry, changes, current), context, (name) =>
    Object.hasOwn(changes, name),
  );
}

/** The rules, but those for a record that is made, on properties that one of the events applies, or for one of them. */
export function rulesOf(entry: KeyEntry, events: readonly string[]): Rule[] {
  return storedRules(entry).filter((rule) => events.some((event) => isApplied(entry, rule, event)));
}

function storedRules(entry: KeyEntry): readonly Rule[] {
  return entry.rules?.filter(({ when }) => when !== "made" && when !== "told") ?? [];
}

function isApplied(entry: KeyEntry, rule: Rule, event: string): boolean {
  if (rule.events?.includes(event) === true) return true;
  return rule.properties.some((name) => (findProperty(entry, name)?.events ?? entry.events).includes(event));
}

/**
 * Checks a stored record against rules, or all of its entry but those for a record that is made, as an event does. A
 * record that its delete event is removing is not checked.
 */
export function checkRules(
  entry: KeyEntry,
  record: RuleRecord,
  context: RuleContext,
  rules: readonly Rule[] = storedRules(entry),
): Refusal[] {
  if (rules.length === 0 || isDeleted(record)) return [];
  return runRules(rules, record, context, () => true);
}
