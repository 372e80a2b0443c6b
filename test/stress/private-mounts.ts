import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Outcome } from "../cli/run-cli.ts";
import { isRoot } from "../given.ts";

/** Mounts that only the processes started in here see, and that the kernel removes when the test ends in whatever way. */
export class PrivateMounts {
  private constructor(private readonly holder: ChildProcess) {}

  /** `commands` are of sh(1) and mount what is wanted. */
  static async start(commands: string): Promise<PrivateMounts> {
    if (!isRoot) throw new Error("this test mounts file systems of its own: run it as root");
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

  /** The command line by which another one runs in here. */
  within(argv: readonly string[]): readonly [string, ...string[]] {
    return ["nsenter", `--target=${this.holder.pid}`, "--mount", "--", ...argv];
  }

  run(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const [program, ...args] = this.within(argv);
    return outcomeOf(spawn(program, args, { env: { PATH: process.env["PATH"], ...environment } }));
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

/**
 * Writes init scripts below a folder, each enabled, by their names; returns the commands that put them in the place of this
 * machine's, of which service(8) and update-rc.d(8) then know no other.
 */
export function initScripts(folder: string, scripts: Readonly<Record<string, string>>): string {
  if (!existsSync("/usr/sbin/service") || !existsSync("/etc/rc2.d"))
    throw new Error("this test needs service(8) and /etc/rc2.d: install init-system-helpers");
  for (const name of ["init.d", "rc2.d"]) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(folder, "init.d", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    writeFileSync(join(folder, "rc2.d", `S01${name}`), "");
  }
  const mounts = ["init.d", "rc2.d"].map((name) => `mount --bind ${folder}/${name} /etc/${name}\n`).join("");
  // service(8) asks systemd where it runs.
  return `${mounts}mount -t tmpfs none /run`;
}
