import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { Outcome, Processes, RunOptions } from "./system.ts";

/** Where administrators' programs lie, whatever PATH says. */
const programFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** More than this of one stream is not kept. */
const keptCharacters = 1_000_000;

/** Processes of this machine, each in a group of its own, so that a time limit ends its children too. */
export class RealProcesses implements Processes {
  async run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<Outcome> {
    const [program, ...args] = argv;
    const child = execa(program, args, {
      env: {
        PATH: programFolders.join(":"),
        LC_ALL: "C.UTF-8",
        TZ: process.env["TZ"],
        ...options.environment,
      },
      extendEnv: false,
      reject: false,
      all: true,
      detached: true,
      stripFinalNewline: false,
      maxBuffer: keptCharacters,
      ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
      ...(options.folder === undefined ? {} : { cwd: options.folder }),
    });
    let timedOut = false;
    const endGroup = (): void => {
      timedOut = true;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const timer = options.timeout === undefined ? undefined : setTimeout(endGroup, options.timeout);
    try {
      if (options.onLine !== undefined) {
        for await (const line of child.iterable({ from: "all" })) options.onLine(String(line));
      }
      const result = await child;
      return {
        exit: result.exitCode ?? (result.code === "ENOENT" ? 127 : 128),
        stdout: result.stdout ?? "",
        stderr: result.stderr ?? result.originalMessage ?? "",
        timedOut,
      };
    } finally {
      clearTimeout(timer);
    }
  }

  inspect(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome> {
    return this.run(argv, options);
  }

  find(program: string): string | undefined {
    return programFolders.map((folder) => join(folder, program)).find(isExecutable);
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
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
