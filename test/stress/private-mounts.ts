import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import type { Outcome } from "../cli/run-cli.ts";
import { isRoot } from "../given.ts";

/** Fails with what to install where one of these programs is not here. */
export function needs(...programs: readonly string[]): void {
  for (const program of programs) {
    if (spawnSync("sh", ["-c", 'command -v "$1"', "sh", program]).status !== 0)
      throw new Error(`this test needs the program ${program}: install it`);
  }
}

/** Mounts that only the processes started in here see, and that the kernel removes when the test ends in whatever way. */
export class PrivateMounts {
  private constructor(private readonly holder: ChildProcess) {}

  /** `commands` are of sh(1) and mount what is wanted. */
  static async start(commands: string): Promise<PrivateMounts> {
    if (!isRoot) throw new Error("this test mounts file systems of its own: run it as root");
    needs("unshare", "nsenter", "mount");
    const script = `${commands}\necho ready\nexec cat`;
    const holder = spawn("unshare", ["--mount", "--propagation", "private", "sh", "-ec", script], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    // Without its standard input, as when this process is killed, it ends, and with it the mounts.
    onTestFinished(() => void holder.stdin.end());
    const words: string[] = [];
    holder.stderr.on("data", (text) => words.push(String(text)));
    const ready = once(holder.stdout, "data");
    const failed = once(holder, "exit").then(([status]) => {
      throw new Error(`unshare(1) or mount(8) ended with ${status}: ${words.join("")}`);
    });
    await Promise.race([ready, failed]);
    failed.catch(() => undefined);
    return new PrivateMounts(holder);
  }

  /** Where this process finds a path as it is in here. */
  at(path: string): string {
    return `/proc/${this.holder.pid}/root${path}`;
  }

  /** Starts a program in here; its process is the one that is returned. */
  spawn(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
    const args = [`--target=${this.holder.pid}`, "--mount", "--", ...argv];
    return spawn("nsenter", args, { env: { PATH: process.env["PATH"], ...environment } });
  }

  run(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return outcomeOf(this.spawn(argv, environment));
  }
}

/** What a process printed and how it ended; -1 where a signal ended it. */
export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  child.stdin?.on("error", () => undefined);
  child.stdin?.end();
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit) => resolve({ exit: exit ?? -1, ...texts }));
  });
}
