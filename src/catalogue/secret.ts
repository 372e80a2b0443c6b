import { findProperty } from "./effective.ts";
import type { KeyEntry } from "./entry.ts";

/** Names of properties that the catalogue does not know and that are taken for secrets all the same. */
const secretName = /password|passwd|secret|token|passphrase/i;

/** Whether the values of a property are never shown where nobody asked for them. */
export function isSecret(entry: KeyEntry | undefined, name: string): boolean {
  return secretName.test(name) || findProperty(entry, name)?.secret === true;
}
