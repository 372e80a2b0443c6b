import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { harmless } from "../format/harmless.ts";
import type { OutputStream } from "./terminal.ts";

/** An error as lines for standard error, and the exit status. */
export function failureOf(
  program: string,
  error: unknown,
  stream: OutputStream,
): { exit: ExitCode; lines: string[] } {
  const bad = (text: string): string => (stream.wantsColour ? `\u001b[31m${text}\u001b[39m` : text);
  if (error instanceof MailwrightError) {
    const hint = (error.hint ?? "").split("\n").filter(Boolean).map(harmless);
    return {
      exit: error.exit,
      lines: [`${bad(`${program}:`)} ${harmless(error.message)}`, ...hint.map((line) => `  ${line}`)],
    };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const request = "This is a bug of mailwright. Please report it with the lines above.";
  return { exit: ExitCode.bug, lines: [`${bad(`${program}:`)} ${stack}`, request] };
}
