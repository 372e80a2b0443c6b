import type { Reader } from "./breakout.ts";
import { dovecotReaders } from "./readers/dovecot.ts";
import { postfixReaders } from "./readers/postfix.ts";
import { scriptReaders } from "./readers/scripts.ts";
import { systemReaders } from "./readers/system.ts";

/** Every reader; `plain` has none, since its files have no syntax of their own. */
export const readers: readonly Reader[] = [
  ...postfixReaders,
  ...dovecotReaders,
  ...scriptReaders,
  ...systemReaders,
];
