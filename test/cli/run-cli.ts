import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { OutputStream } from "../../src/cli/terminal.ts";
import type { Asker } from "../../src/commands/context.ts";

/** Where templates and events lie in a working copy. */
export const project = fileURLToPath(new URL("../..", import.meta.url));

export interface RunOptions {
  /** The folder that stands for `/`. */
  readonly root: string;
  readonly stdin?: string;
  /** Whoever sits at the terminal; nobody unless given. */
  readonly asker?: Asker;
  /** Whether standard output is a terminal, without colours. */
  readonly isTerminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** The root below which daemons run; `root` unless given, for whose daemons a test answers. */
  readonly runningRoot?: string;
}

export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process, as `bin/mailwright.ts` would in one of its own. */
export async function runCli(
  program: string,
  args: readonly string[],
  { root, stdin, asker, isTerminal = false, env = {}, runningRoot = root }: RunOptions,
): Promise<Outcome> {
  const output = capture(isTerminal);
  const error = capture();
  const exit = await main({
    program,
    args,
    environment: { MAILWRIGHT_SHARE: project, MAILWRIGHT_ROOT: root, LOGNAME: "tester", ...env },
    terminal: { output, error, asker },
    runningRoot,
    stdin: () => {
      if (stdin === undefined) throw new Error("the test gave no standard input");
      return stdin;
    },
  });
  return { exit, stdout: output.text(), stderr: error.text() };
}

function capture(isTerminal = false): OutputStream & { text(): string } {
  let text = "";
  return {
    isTerminal,
    wantsColour: false,
    columns: 80,
    write: (more) => {
      text += more;
    },
    text: () => text,
  };
}

/** A new, empty folder for one test, removed when the test has ended. */
export function temporaryRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "mailwright-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}
