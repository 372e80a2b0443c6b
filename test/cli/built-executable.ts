import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Outcome, project, type RunOptions } from "./run-cli.ts";

/** Folders and files that the executable and its data are made of. */
const sources = ["src", "bin", "templates", "events", "packaging/build.ts", "package.json"];

const executable = join(project, "dist/bin/mailwright");
let isFresh = false;

/** The path of a built command; builds first where there is none or a source is newer. */
export function builtExecutable(name: string): string {
  if (!isFresh) build();
  isFresh = true;
  return join(project, "dist/bin", name);
}

/** Test files run at the same time: one builds, the others wait for it. */
function build(): void {
  const lock = join(project, "node_modules/.mailwright-test-build");
  for (const end = Date.now() + 60_000; ; ) {
    if (!isStale()) return;
    try {
      mkdirSync(join(project, "node_modules"), { recursive: true });
      closeSync(openSync(lock, "wx"));
      break;
    } catch (error) {
      // A build takes seconds; what is there for longer was left by a test run that was killed.
      const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
      if (age > 60_000) rmSync(lock, { force: true });
      if (Date.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
  try {
    if (isStale())
      execFileSync(join(project, "node_modules/.bin/bun"), ["packaging/build.ts"], { cwd: project });
  } finally {
    rmSync(lock, { force: true });
  }
}

function isStale(): boolean {
  if (!existsSync(executable)) return true;
  const built = statSync(executable).mtimeMs;
  return sources.some((path) => newest(join(project, path)) > built);
}

function newest(path: string): number {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

interface BuiltRunOptions extends Omit<RunOptions, "stdin"> {
  readonly stdin?: string | Uint8Array;
  /** Who runs it, where that is not the user of the tests. */
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs a built command in a process of its own. */
export function runBuilt(
  program: string,
  args: readonly string[],
  { root, stdin = "", env = {}, ...identity }: BuiltRunOptions,
): Promise<Outcome> {
  const child = spawn(builtExecutable(program), args, {
    ...identity,
    env: { PATH: process.env["PATH"], MAILWRIGHT_ROOT: root, LOGNAME: "tester", ...env },
  });
  // A command that reads nothing may end before all is written to it.
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (exit) => resolve({ exit: exit ?? -1, ...texts }));
  });
}
