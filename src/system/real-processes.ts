import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { constants as osConstants } from "node:os";
import { join } from "node:path";
import { OutputLines } from "./output-lines.ts";
import { killWithThisProcess } from "./own-children.ts";
import { type End, interrupted, notLeft, unstartable } from "./process-failures.ts";
import type { Outcome, Processes, RunOptions } from "./system.ts";

/** Where administrators' programs lie, whatever PATH says. */
const programFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** Milliseconds for the last output to arrive: a daemon that a script leaves behind may hold the pipe for ever. */
const afterExit = 250;

const interrupts = ["SIGINT", "SIGTERM"] as const;

/**
 * Processes of this machine, each in a group of its own, so that a time limit ends its children too. Ctrl-C and
 * SIGTERM are handed on to the group; `run` then throws, so that the caller cleans up before it ends. SIGHUP is no
 * such wish: where the administrator's connection breaks, a program is not stopped half-way.
 */
export class RealProcesses implements Processes {
  /** How much work is going on that no signal may end. */
  private undisturbedWork = 0;

  run(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome> {
    return this.start(argv, options, () => undefined);
  }

  /** Such a program does not outlive this process, which may end without waiting for it. */
  inspect(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome> {
    return this.start(argv, options, (child) =>
      killWithThisProcess(child, () => signalGroup(child, "SIGKILL")),
    );
  }

  private async start(
    argv: readonly [string, ...string[]],
    options: RunOptions = {},
    started: (child: ChildProcess) => void,
  ): Promise<Outcome> {
    const [program] = argv;
    let child: ChildProcess | undefined;
    let interrupt: NodeJS.Signals | undefined;
    const isUndisturbed = this.undisturbedWork > 0;
    const handOn = (signal: NodeJS.Signals): void => {
      if (isUndisturbed) return;
      if (child !== undefined) signalGroup(child, interrupt === undefined ? signal : "SIGKILL");
      interrupt = signal;
    };
    // Before the program starts: it may be quicker than what follows.
    for (const signal of interrupts) process.on(signal, handOn);
    process.on("SIGHUP", liveOn);
    const forget = (): void => {
      process.off("SIGHUP", liveOn);
      for (const signal of interrupts) process.off(signal, handOn);
    };
    try {
      child = start(argv, options);
    } catch (error) {
      forget();
      return { stdout: "", timedOut: false, ...unstartable(program, error) };
    }
    const running = child;
    started(running);
    const { onBytes } = options;
    const stdout = new OutputLines(onBytes === undefined ? child.stdout : undefined, options.onLine);
    if (onBytes !== undefined) child.stdout?.on("data", onBytes);
    const stderr = new OutputLines(child.stderr, options.onLine);
    let timedOut = false;
    const endGroup = (): void => {
      timedOut = true;
      signalGroup(running, "SIGKILL");
    };
    const timer = options.timeout === undefined ? undefined : setTimeout(endGroup, options.timeout);
    const abort = (): void => signalGroup(running, "SIGKILL");
    options.abort?.addEventListener("abort", abort);
    const end = await endOf(child, program);
    clearTimeout(timer);
    options.abort?.removeEventListener("abort", abort);
    forget();
    const outcome = { exit: end.exit, stdout: stdout.end(), stderr: stderr.end() || end.stderr, timedOut };
    if (interrupt !== undefined) throw interrupted(program, interrupt);
    return outcome;
  }

  async undisturbed<T>(work: () => Promise<T>): Promise<T> {
    this.undisturbedWork++;
    try {
      return await work();
    } finally {
      this.undisturbedWork--;
    }
  }

  leave([program, ...args]: readonly [string, ...string[]]): void {
    let child: ChildProcess;
    try {
      child = spawn(program, args, { cwd: "/", env: environmentWith(), detached: true, stdio: "ignore" });
    } catch (cause) {
      throw notLeft(program, cause);
    }
    // Told below; without a listener it would end this process as well.
    child.on("error", () => undefined);
    if (child.pid === undefined) throw notLeft(program);
    child.unref();
  }

  find(program: string): string | undefined {
    return programFolders.map((folder) => join(folder, program)).find(isExecutable);
  }
}

function start([program, ...args]: readonly [string, ...string[]], options: RunOptions): ChildProcess {
  const { input, folder, environment } = options;
  const child = spawn(program, args, {
    ...(folder === undefined ? {} : { cwd: folder }),
    env: environmentWith(environment),
    detached: true,
    stdio: "pipe",
  });
  // A program that ends before it has read its input does not fail for that.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input ?? "");
  return child;
}

const liveOn = (): void => undefined;

function environmentWith(others: RunOptions["environment"] = {}): Record<string, string> {
  const timeZone = process.env["TZ"];
  return {
    PATH: programFolders.join(":"),
    LC_ALL: "C.UTF-8",
    ...(timeZone === undefined ? {} : { TZ: timeZone }),
    ...others,
  };
}

/** Waits until the process has ended and its output has arrived. */
function endOf(child: ChildProcess, program: string): Promise<End> {
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
        child.stdout?.destroy();
        child.stderr?.destroy();
        if (end !== undefined) resolve(end);
      }, afterExit);
    });
    child.on("close", () => {
      clearTimeout(patience);
      if (end !== undefined) resolve(end);
    });
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
