import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { runBuilt } from "../built-executable.ts";
import { temporaryRoot } from "../run-cli.ts";

interface Line {
  readonly argv: readonly string[];
  readonly stdin: string | null;
  readonly stdout: string;
  readonly exit: number;
}

/**
 * What the original printed, line after line, on one database that was empty at first. It has no `setprop` of a
 * missing key, which fails here on purpose.
 */
const transcript = readFileSync(new URL("db-transcript.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Line);

const jsonVerbs = ["getjson", "printjson", "showjson"];

/** JSON as its value, for the order of members is free, with the line breaks at its end. */
function comparable(verb: string, stdout: string): unknown {
  if (!jsonVerbs.includes(verb)) return stdout;
  return { value: JSON.parse(stdout) as unknown, end: /\n*$/.exec(stdout)?.[0] };
}

describe("the recorded transcript of the e-smith command db", () => {
  it("every line has the same output and status from the built executable", async () => {
    const root = temporaryRoot();
    const different: unknown[] = [];
    for (const [index, { argv, stdin, stdout, exit }] of transcript.entries()) {
      const [verb = ""] = argv;
      const outcome = await runBuilt("db", ["site", ...argv], { root, ...(stdin === null ? {} : { stdin }) });
      const expected = { exit, stdout: comparable(verb, stdout), stderr: "" };
      const actual = { ...outcome, stdout: comparable(verb, outcome.stdout) };
      if (!isDeepStrictEqual(actual, expected)) different.push({ line: index + 1, argv, expected, actual });
    }
    console.log(`${transcript.length} lines, ${transcript.length - different.length} of them equal`);
    expect(different).toEqual([]);
    expect(transcript.length).toBeGreaterThan(100);
  });
});
