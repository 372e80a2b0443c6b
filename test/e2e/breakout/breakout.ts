/**
 * Reads values back with the real programs: what an escape function wrote must be, to the daemon's own parser,
 * exactly the value.
 *
 *     const { mismatches } = await checkReadBack(reader, [...nastyValues(), ...randomValues(2000, 1)], container)
 */
import { type SyntaxName, syntaxes, writeValue } from "../../../src/template/syntax/syntaxes.ts";
import { UnwritableValue } from "../../../src/template/syntax/unwritable-value.ts";

/** A Debian system with the daemons; a container of test/e2e/container is one. */
export interface Machine {
  run(
    argv: readonly string[],
    options?: { input?: string; timeoutSeconds?: number },
  ): Promise<{ exit: number; stdout: string; stderr: string }>;
  write(path: string, text: string): Promise<void>;
}

export interface Written {
  readonly value: string;
  readonly token: string;
}

/** How a file of many values looks, and which program tells what it read. */
export interface Reader {
  readonly syntax: SyntaxName;
  readonly variant?: string;
  /** Tells readers of one syntax and variant apart: the place in which the values stand. */
  readonly place?: string;
  /** Debian packages that hold the program. */
  readonly packages: readonly string[];
  /** The program is part of a booted system: a chroot is not enough. */
  readonly booted?: boolean;
  /** A value that the place itself does not take, whatever the way of writing; why stands beside it. */
  readonly skips?: (value: string) => boolean;
  /** Values that are one and the same to the program (folded case): only the first is written. */
  readonly same?: (value: string) => string;
  /** What was read for each, in order; undefined where the program read nothing. */
  read(machine: Machine, written: readonly Written[]): Promise<(string | undefined)[]>;
}

export interface Mismatch extends Written {
  readonly got: string | undefined;
}

export interface ReadBack {
  readonly written: number;
  readonly refused: number;
  readonly skipped: number;
  readonly mismatches: readonly Mismatch[];
}

/** Values in one file; also what fits into the arguments of one process. */
const batch = 500;

/** Writes all values that the syntax does not refuse, has them read, and compares. */
export async function checkReadBack(
  reader: Reader,
  values: readonly string[],
  machine: Machine,
): Promise<ReadBack> {
  const seen = new Set<string>();
  const written: Written[] = [];
  let refused = 0;
  let skipped = 0;
  for (const value of values) {
    const token = tokenOf(reader, value);
    const one = reader.same?.(value) ?? value;
    if (token === undefined) refused++;
    else if (reader.skips?.(value) === true || seen.has(one)) skipped++;
    else {
      seen.add(one);
      written.push({ value, token });
    }
  }
  const mismatches: Mismatch[] = [];
  for (let start = 0; start < written.length; start += batch) {
    const part = written.slice(start, start + batch);
    const got = await reader.read(machine, part);
    part.forEach((entry, at) => {
      if (got[at] !== entry.value) mismatches.push({ ...entry, got: got[at] });
    });
  }
  return { written: written.length, refused, skipped, mismatches };
}

function tokenOf(reader: Reader, value: string): string | undefined {
  try {
    return writeValue(syntaxes[reader.syntax], value, reader.variant);
  } catch (error) {
    if (error instanceof UnwritableValue) return undefined;
    throw error;
  }
}

/** The standard output of a program that must succeed. */
export async function output(machine: Machine, argv: readonly string[], input?: string): Promise<string> {
  const result = await machine.run(argv, input === undefined ? {} : { input });
  if (result.exit !== 0) throw new Error(`${argv[0]}: exit ${result.exit}\n${result.stderr.slice(0, 2000)}`);
  return result.stdout;
}

/** What a program printed as a JSON list of texts, null where it read nothing. */
export function textList(json: string): (string | undefined)[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new Error("not a JSON list");
  return list.map((item: unknown) => (typeof item === "string" ? item : undefined));
}
