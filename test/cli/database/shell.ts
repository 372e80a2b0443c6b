import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type Outcome, runCli, temporaryRoot } from "../run-cli.ts";

interface ShellOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Command lines on one root of their own. */
export interface Shell {
  readonly root: string;
  config(args: readonly string[], options?: ShellOptions): Promise<Outcome>;
  db(args: readonly string[], options?: ShellOptions): Promise<Outcome>;
  /** The standard output of a command that must succeed and say nothing else. */
  output(program: string, ...args: readonly string[]): Promise<string>;
  /** A command that must succeed in silence. */
  store(program: string, ...args: readonly string[]): Promise<void>;
}

export function newShell(root = temporaryRoot()): Shell {
  const run = (program: string, args: readonly string[], options: ShellOptions = {}) =>
    runCli(program, args, { root, ...options });
  return {
    root,
    config: (args, options) => run("config", args, options),
    db: (args, options) => run("db", args, options),
    output: async (program, ...args) => {
      const { exit, stdout, stderr } = await run(program, args);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      return stdout;
    },
    store: async (program, ...args) => {
      expect(await run(program, args)).toEqual({ exit: 0, stdout: "", stderr: "" });
    },
  };
}

/** Asserts that a command was refused: exit status 3, its sentences, and silence on standard output. */
export function expectRefusal(outcome: Outcome, ...sentences: readonly (string | RegExp)[]): void {
  expect(outcome.stdout).toBe("");
  for (const sentence of sentences) expect(outcome.stderr).toMatch(sentence);
  expect(outcome.stderr).not.toContain("This is a bug");
  expect(outcome.exit).toBe(3);
}

/** Makes an event of a site's own, which does nothing, so that changes can name it whatever is shipped. */
export function makeEvent(root: string, name: string): void {
  const folder = join(root, "etc/mailwright/events", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "event.yaml"), "description: of this test\n");
}

/** Everything below a folder, as relative paths. */
export function treeOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }).sort() : [];
}
