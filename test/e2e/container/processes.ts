/** Child processes from argument arrays, with their bytes kept apart, and the few facts of /proc that the harness needs. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What a finished program left behind; `exit` is 128 + signal when a signal ended it. */
export type Result = { exit: number; stdout: string; stderr: string };

export type RunOptions = {
  input?: string | Uint8Array;
  env?: Record<string, string>;
  timeoutSeconds?: number;
};

const SIGNALS: Record<string, number> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs a program to its end. Rejects only when it could not be started; a failure is a non-zero `exit`. */
export function runProcess(argv: readonly string[], options: RunOptions = {}): Promise<Result> {
  const [program, ...args] = argv;
  if (program === undefined) return Promise.reject(new Error("runProcess: empty argument list"));
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        LC_ALL: "C.UTF-8",
        ...options.env,
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const timer = setTimeout(() => child.kill("SIGKILL"), (options.timeoutSeconds ?? 120) * 1000);
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.stdin.on("error", () => undefined); // a program may end without reading its input
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const exit = code ?? 128 + (SIGNALS[signal ?? ""] ?? 0);
      resolve({ exit, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
    child.stdin.end(options.input ?? "");
  });
}

/** As `runProcess`, but a non-zero exit is an error that carries the program's words. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await runProcess(argv, options);
  if (result.exit !== 0) {
    throw new Error(
      `${argv.join(" ")}: exit ${result.exit}\n${result.stderr.trim() || result.stdout.trim()}`,
    );
  }
  return result.stdout;
}

/** Start time of a process in clock ticks since boot: with the pid it names one process for good. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** The first process of the container that `nspawn` (its pid) runs, or undefined while there is none. */
export function leaderOf(nspawn: number): number | undefined {
  for (const pid of childrenOf(nspawn)) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const inner = /^NSpid:\s+\d+\s+1$/m.test(status);
      if (inner) return pid;
    } catch {
      continue; // ended meanwhile
    }
    const deeper = leaderOf(pid);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
