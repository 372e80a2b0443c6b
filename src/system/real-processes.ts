import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { constants as osConstants } from "node:os";
import { join } from "node:path";
import { MailwrightError } from "../errors.ts";
import { OutputLines } from "./output-lines.ts";
import type { Outcome, Processes, RunOptions } from "./system.ts";

/** Where administrators' programs lie, whatever PATH says. */
const programFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** Milliseconds for the last output to arrive: a daemon that a script leaves behind may hold the pipe for ever. */
const afterExit = 250;

const interrupts = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Processes of this machine, each in a group of its own, so that a time limit ends its children too. Ctrl-C and
 * its like are handed on to the group; `run` then throws, so that the caller cleans up before it ends.
 */
export class RealProcesses implements Processes {
  async run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<Outcome> {
    const [program] = argv;
    let child: ChildProcessWithoutNullStreams | undefined;
    let interrupt: NodeJS.Signals | undefined;
    const handOn = (signal: NodeJS.Signals): void => {
      if (child !== undefined) signalGroup(child, interrupt === undefined ? signal : "SIGKILL");
      interrupt = signal;
    };
    // Before the program starts: it may be quicker than what follows.
    for (const signal of interrupts) process.on(signal, handOn);
    const forget = (): void => {
      for (const signal of interrupts) process.off(signal, handOn);
    };
    try {
      child = start(argv, options);
    } catch (error) {
      forget();
      return { stdout: "", timedOut: false, ...unstartable(program, error) };
    }
    const running = child;
    const stdout = new OutputLines(child.stdout, options.onLine);
    const stderr = new OutputLines(child.stderr, options.onLine);
    let timedOut = false;
    const endGroup = (): void => {
      timedOut = true;
      signalGroup(running, "SIGKILL");
    };
    const timer = options.timeout === undefined ? undefined : setTimeout(endGroup, options.timeout);
    const end = await endOf(child, program);
    clearTimeout(timer);
    forget();
    const outcome = { exit: end.exit, stdout: stdout.end(), stderr: stderr.end() || end.stderr, timedOut };
    if (interrupt !== undefined) throw interrupted(program, interrupt);
    return outcome;
  }

  inspect(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome> {
    return this.run(argv, options);
  }

  find(program: string): string | undefined {
    return programFolders.map((folder) => join(folder, program)).find(isExecutable);
  }
}

function start(
  [program, ...args]: readonly [string, ...string[]],
  options: RunOptions,
): ChildProcessWithoutNullStreams {
  const { input, folder, environment } = options;
  const timeZone = process.env["TZ"];
  const child = spawn(program, args, {
    ...(folder === undefined ? {} : { cwd: folder }),
    env: {
      PATH: programFolders.join(":"),
      LC_ALL: "C.UTF-8",
      ...(timeZone === undefined ? {} : { TZ: timeZone }),
      ...environment,
    },
    detached: true,
    stdio: "pipe",
  });
  // A program that ends before it has read its input does not fail for that.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input ?? "");
  return child;
}

type End = Pick<Outcome, "exit" | "stderr">;

/** Waits until the process has ended and its output has arrived. */
function endOf(child: ChildProcessWithoutNullStreams, program: string): Promise<End> {
  return new Promise((resolve) => {
    let end: End | undefined;
    let patience: ReturnType<typeof setTimeout> | undefined;
    child.on("error", (error) => {
      end ??= unstartable(program, error);
      resolve(end);
    });
    child.on("exit", (code, signal) => {
      end ??= { exit: code ?? 128 + (signal === null ? 0 : osConstants.signals[signal]), stderr: "" };
      patience = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        if (end !== undefined) resolve(end);
      }, afterExit);
    });
    child.on("close", () => {
      clearTimeout(patience);
      if (end !== undefined) resolve(end);
    });
  });
}

/** As a shell reports it: 127 for what is not there, 126 for what is no program. */
function unstartable(program: string, error: unknown): End {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "it, or the interpreter that its first line names, does not exist",
    ENOEXEC: "its first line must name its interpreter, such as #!/bin/sh",
    EACCES: "permission denied",
  };
  return {
    exit: code === "ENOENT" ? 127 : 126,
    stderr: `${program} cannot be started: ${reasons[code] ?? code}`,
  };
}

function interrupted(program: string, signal: string): MailwrightError {
  return new MailwrightError(`interrupted (${signal}) while ${program} was at work`, {
    code: "INTERRUPTED",
    hint: "Signal the event again: it does what is left.",
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It ended by itself in this moment.
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
