import { ExitCode } from "./exit-codes.ts";

/** What an expected failure tells, beside its sentence. */
interface ErrorDetails {
  /** Stable, upper-case name for scripts and tests, such as `UNKNOWN_PROPERTY`. */
  readonly code: string;
  /** What is accepted, or what to do next; whole sentences, a line each. */
  readonly hint?: string | undefined;
  readonly exit?: ExitCode;
  readonly cause?: unknown;
}

/**
 * The one class for failures that an administrator can cause or mend. Its message says what happened and
 * where. Anything else that is thrown is a bug of the program and is shown with its stack.
 */
export class MailwrightError extends Error {
  override readonly name = "MailwrightError";
  readonly code: string;
  readonly hint: string | undefined;
  readonly exit: ExitCode;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.hint = details.hint;
    this.exit = details.exit ?? ExitCode.failed;
  }
}

/** A value or a command line that was not accepted: exit status 3, nothing stored. */
export function refused(message: string, code: string, hint?: string): MailwrightError {
  return new MailwrightError(message, { code, hint, exit: ExitCode.refused });
}
