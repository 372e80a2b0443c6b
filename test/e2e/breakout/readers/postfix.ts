import { type Machine, output, type Reader, textList, type Written } from "../breakout.ts";
import { folder, lines, program } from "../places.ts";

const packages = ["postfix", "postfix-pcre", "python3"];

/** The expanded right-hand sides of parameters, as a daemon gets them (`postconf` would show tabs as blanks). */
async function parameters(machine: Machine, sides: readonly string[]): Promise<(string | undefined)[]> {
  const text = sides.map((side, at) => `v${at} = ${side}\n`).join("");
  await machine.write(`${folder}/main.cf`, `compatibility_level = 3.6\n${text}`);
  return library(
    machine,
    "parameters",
    sides.map((_, at) => `v${at}`),
  );
}

/** What `postmap -q` finds for each key. */
async function found(machine: Machine, table: string, keys: readonly string[]): Promise<Map<string, string>> {
  const input = keys.map((key) => `${key}\n`).join("");
  const result = await machine.run(["postmap", "-c", folder, "-q", "-", table], { input });
  const pairs = new Map<string, string>();
  // KEY tab RESULT: one of the two is our kN and holds no tab, the other may hold some
  for (const line of lines(result.stdout)) {
    const first = line.indexOf("\t");
    const tab =
      keys.includes(line.slice(0, first)) && /^k\d+$/.test(line.slice(0, first))
        ? first
        : line.lastIndexOf("\t");
    pairs.set(line.slice(0, tab), line.slice(tab + 1));
  }
  return pairs;
}

async function lookups(
  machine: Machine,
  kind: string,
  rows: readonly (readonly [string, string])[],
  keys: readonly string[],
): Promise<Map<string, string>> {
  await machine.write(`${folder}/main.cf`, "compatibility_level = 3.6\n");
  await machine.write(`${folder}/table`, rows.map(([key, result]) => `${key} ${result}\n`).join(""));
  return found(machine, `${kind}:${folder}/table`, keys);
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `k${at}`);

/** Values in front of `kN`: the key that finds the number is the value. */
function keys(kind: string, variant: string | undefined, around: (token: string) => string): Reader {
  return {
    syntax: "postfix-map",
    ...(variant === undefined ? {} : { variant }),
    place: `key of ${kind}`,
    packages,
    // tables fold the case of what is looked up
    same: (value) => value.normalize("NFKC").toLowerCase().replaceAll("ß", "ss"),
    read: async (machine, written) => {
      const rows = written.map(({ token }, at) => [around(token), `k${at}`] as const);
      const asked = written.map(({ value }) => value);
      const pairs = await lookups(machine, kind, rows, asked);
      return asked.map((value, at) => (pairs.get(value) === `k${at}` ? value : pairs.get(value)));
    },
  };
}

/** Values behind `kN`: the result for it is the value. */
function results(kind: string, variant: string | undefined, around: (key: string) => string): Reader {
  return {
    syntax: "postfix-map",
    ...(variant === undefined ? {} : { variant }),
    place: `result of ${kind}`,
    packages,
    read: async (machine, written) => {
      const rows = written.map(({ token }, at) => [around(`k${at}`), token] as const);
      const asked = numbered(written.length);
      const pairs = await lookups(machine, kind, rows, asked);
      return asked.map((key) => pairs.get(key));
    },
  };
}

async function addressKeys(machine: Machine, written: readonly Written[]): Promise<(string | undefined)[]> {
  const rows = written.map(({ token }, at) => `${token} k${at}\n`).join("");
  await machine.write(`${folder}/main.cf`, "compatibility_level = 3.6\n");
  await machine.write(`${folder}/table`, rows);
  const ask = await program(machine, "postfix-library.py");
  const argv = ["env", `MAIL_CONFIG=${folder}`, "python3", ask, "find", `${folder}/table`];
  const values = written.map(({ value }) => value);
  const found = textList(await output(machine, argv, JSON.stringify(values)));
  return found.map((result, at) => (result === `k${at}` ? values[at] : result));
}

/** The library's answers on texts that a table or main.cf gave. */
async function library(machine: Machine, question: string, texts: readonly (string | undefined)[]) {
  const ask = await program(machine, "postfix-library.py");
  const input = JSON.stringify(texts.map((text) => text ?? ""));
  const argv = ["env", `MAIL_CONFIG=${folder}`, "python3", ask, question];
  return textList(await output(machine, argv, input));
}

export const postfixReaders: readonly Reader[] = [
  {
    syntax: "postfix-main",
    packages,
    read: (machine, written) =>
      // every second one on a line of its own
      parameters(
        machine,
        written.map(({ token }, at) => (at % 2 === 0 ? token : `\n    ${token}`)),
      ),
  },
  {
    syntax: "postfix-main",
    variant: "item",
    packages,
    read: async (machine, written) => {
      const sides = written.map(({ token }, at) => (at % 2 === 0 ? `a, ${token}, z` : `a\n  ${token}\n  z`));
      return library(machine, "items", await parameters(machine, sides));
    },
  },
  keys("texthash", undefined, (token) => token),
  results("texthash", undefined, (key) => key),
  keys("texthash", "key", (token) => token),
  results("texthash", "result", (key) => key),
  {
    syntax: "postfix-map",
    variant: "address",
    place: "key",
    packages,
    same: (value) => value.normalize("NFKC").toLowerCase().replaceAll("ß", "ss"),
    read: addressKeys,
  },
  {
    syntax: "postfix-map",
    variant: "address",
    place: "result",
    packages,
    // `@domain` as a result is no address, but a domain to rewrite to
    skips: (value) => value.startsWith("@"),
    read: async (machine, written) => {
      const rows = written.map(({ token }, at) => [`k${at}`, token] as const);
      const asked = numbered(written.length);
      const pairs = await lookups(machine, "texthash", rows, asked);
      return library(
        machine,
        "parse",
        asked.map((key) => pairs.get(key)),
      );
    },
  },
  keys("regexp", "pattern", (token) => `/^${token}$/`),
  keys("pcre", "pattern", (token) => `/^${token}$/`),
  results("regexp", "pattern-result", (key) => `/^${key}$/`),
  results("pcre", "pattern-result", (key) => `/^${key}$/`),
];
