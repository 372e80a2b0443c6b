import { dovecotRecord } from "./dovecot-record.ts";
import { parseLine } from "./log-line.ts";
import type { LogRecord } from "./log-record.ts";
import { postfixRecord } from "./postfix-records.ts";
import { rspamdRecord } from "./rspamd-record.ts";

/**
 * What a line of a mail log says; `undefined` where it is about no message and no login. `newest` gives a stamp without
 * a year its year, in milliseconds since 1970.
 */
export function parseRecord(line: string, newest: number): LogRecord | undefined {
  const parted = parseLine(line, newest);
  if (parted === undefined) return undefined;
  const { time, program, text } = parted;
  const said = saidBy(program, text);
  return said === undefined ? undefined : { time, program, ...said };
}

function saidBy(program: string, text: string): ReturnType<typeof postfixRecord> {
  if (program.startsWith("postfix")) return postfixRecord(program, text);
  if (program.startsWith("rspamd")) return rspamdRecord(text);
  return program.startsWith("dovecot") ? dovecotRecord(text) : undefined;
}
