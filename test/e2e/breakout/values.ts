/** Texts that some parser of a mail server takes for something else than text. */
const awkward = [
  ..."\"'`;:,=#!</>[](){}|&$%@\\*?~^+-._ \t\n\r\v\f\u0001\u0003\u001f\u007f\u0085\u00a0\u00e9\u00df\u2028\ufeff\u{1f4e7}",
  "$mydomain",
  "$(id)",
  "`id`",
  "$$",
  "$1",
  "%u",
  "%%",
  "%{user}",
  "%(sender)",
  "%n",
  "{{",
  "}}",
  "{%",
  "%}",
  "{=",
  "=}",
  "{#",
  "#}",
  "[[",
  "]]",
  "/*",
  "*/",
  "--",
  "//",
  "EOD",
  "\nEOD\n",
  ".include",
  ".include(try=true) x",
  "$VARDIR",
  "!include",
  "</etc/passwd",
  "hash:/etc/x",
  "\\\\",
  '\\"',
  "\\'",
  "\\%",
  "\\n",
  "\\0",
  "\\u0041",
  "''",
  '""',
  "' '",
  "\r\n",
  "\n ",
  "\n}",
  "; ",
  "if",
  "endif",
  "true",
  "null",
  "10k",
  "[12]",
  "~root/",
  "\u0000",
  "\ud800",
  "\udc00x",
  // in braces after a dollar sign: what the parsers look up
  ...["x", "mail_version", "hex:41", "unicode:41", "1", "CONFDIR"].map((name) => `$\u007b${name}}`),
];

const ordinary = ["a", "B", "7", "mail", "example.org", "user", "Public Folder", " ", "0"] as const;

/** Numbers below a limit from a seed, so that a failure can be run again. */
function dice(seed: number): (limit: number) => number {
  let state = seed | 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** Every awkward piece alone, in front, inside, at the end, twice; the empty text; long texts. */
export function nastyValues(): string[] {
  const around = awkward.flatMap((piece) => [piece, `${piece}a`, `a${piece}`, `a${piece}b`, piece + piece]);
  const long = [4096, 65_536].flatMap((size) => ["x".repeat(size), "p%q$r\\s\"t' ".repeat(size / 11)]);
  return [...new Set(["", ...around, ...long])];
}

/**
 * `count` random texts of up to twelve pieces; half of them without what few files can hold, so that the others'
 * readers see enough of them.
 */
export function randomValues(count: number, seed: number): string[] {
  const below = dice(seed);
  const pick = (from: readonly string[]) => from[below(from.length)] ?? "";
  const harmless = awkward.filter((piece) => !/[\p{Cc}\p{Cs}]/u.test(piece));
  const printable = () => String.fromCodePoint(33 + below(94));
  const values = new Set<string>();
  while (values.size < count) {
    const pieces = below(2) === 0 ? harmless : awkward;
    const sources = [() => pick(pieces), printable, printable, () => pick(ordinary)];
    const length = 1 + below(12);
    values.add(Array.from({ length }, () => (sources[below(4)] ?? printable)()).join(""));
  }
  return [...values];
}

/** Random texts without blanks, controls, quotes and backslashes: for the places that take few characters. */
export function randomWords(count: number, seed: number): string[] {
  return randomValues(count * 2, seed)
    .map((value) => value.replace(/[\s\p{Cc}\p{Cs}"'\\]/gu, ""))
    .filter((value, index, all) => value !== "" && all.indexOf(value) === index)
    .slice(0, count);
}
