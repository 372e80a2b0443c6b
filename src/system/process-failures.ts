import { MailwrightError } from "../errors.ts";
import type { Outcome } from "./system.ts";

/** How a process ended, or why it did not begin. */
export type End = Pick<Outcome, "exit" | "stderr">;

/** As a shell reports it: 127 for what is not there, 126 for what is no program. */
export function unstartable(program: string, error: unknown): End {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "it, or the interpreter that its first line names, does not exist",
    ENOEXEC: "its first line must name its interpreter, such as #!/bin/sh",
    EACCES: "permission denied",
    EAGAIN:
      "no more processes can be started here: the limit of the process table, of the user or of the container is reached",
    ENOMEM: "there is not enough memory",
    EMFILE: "this process has too many open files",
    ENFILE: "too many files are open on this machine",
  };
  return {
    exit: code === "ENOENT" ? 127 : 126,
    stderr: `${program} cannot be started: ${reasons[code] ?? code}`,
  };
}

/** For a program whose end nobody awaits: most reasons come too late to be told. */
export function notLeft(program: string, cause?: unknown): MailwrightError {
  return new MailwrightError(`${program} cannot be started`, {
    code: "NOT_STARTED",
    hint: "Look whether it is there and may be executed, and whether more processes can be started here.",
    cause,
  });
}

export function interrupted(program: string, signal: string): MailwrightError {
  return new MailwrightError(`interrupted (${signal}) while ${program} was at work`, {
    code: "INTERRUPTED",
    hint: "Run it again: it does what is left.",
  });
}
