import { asciiControl, refuse } from "./unwritable-value.ts";

/**
 * A string of a Lua program (5.1 and LuaJIT): quote and backslash get a backslash, control characters are three
 * decimal digits. Lua 5.1 manual, 2.1.
 *
 * @throws UnwritableValue only for what is no text: NUL and half of a surrogate pair.
 */
export function escapeLua(value: string): string {
  refuse(value, "a Lua file", []);
  const escaped = value
    .replace(/["\\]/g, "\\$&")
    .replace(asciiControl, (character) => `\\${String(character.charCodeAt(0)).padStart(3, "0")}`);
  return `"${escaped}"`;
}
