import { byBytes } from "../system/byte-order.ts";
import type { KeyEntry, PropertyEntry } from "./entry.ts";
import type { Kind } from "./kinds.ts";
import { listItems, plainInteger, plainNumber } from "./notation.ts";

/**
 * The stored properties of a record. Only own members count, so build it with `Object.fromEntries`, which keeps
 * even a property called `__proto__`.
 */
type StoredProps = Readonly<Record<string, string>>;

/** The catalogue's entry of a property; `undefined` where the key or the property is not known. */
export function findProperty(entry: KeyEntry | undefined, name: string): PropertyEntry | undefined {
  return entry !== undefined && Object.hasOwn(entry.properties, name) ? entry.properties[name] : undefined;
}

/** All properties that have a value, stored or default, in the byte order of their names. */
export function effectiveProps(entry: KeyEntry | undefined, stored: StoredProps): [string, string][] {
  const values = new Map<string, string>();
  for (const [name, property] of Object.entries(entry?.properties ?? {})) {
    if (property.default !== undefined) values.set(name, property.default);
  }
  for (const [name, value] of Object.entries(stored)) values.set(name, value);
  return [...values].sort(([a], [b]) => byBytes(a, b));
}

/**
 * A value as templates use it: a number for the kinds `integer` and `number`, the trimmed, non-empty items for
 * a list, else the string itself; also where a number is empty, a word such as `unlimited`, or forced to be none.
 */
export function typedValue(kind: Kind, value: string): string | number | string[] {
  switch (kind.kind) {
    case "list":
      return listItems(value);
    case "integer":
      return plainInteger.test(value) ? Number(value) : value;
    case "number":
      return plainNumber.test(value) ? Number(value) : value;
    default:
      return value;
  }
}
