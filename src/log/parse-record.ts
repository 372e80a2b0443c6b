import { dovecotRecord } from "./dovecot-record.ts";
import { fetchRecord, getmailRecord } from "./fetch-record.ts";
import { parseLine } from "./log-line.ts";
import type { LogRecord } from "./log-record.ts";
import { postfixRecord } from "./postfix-records.ts";
import { quarantineRecord } from "./quarantine-record.ts";
import { rspamdRecord } from "./rspamd-record.ts";
import { trainingRecord } from "./training-record.ts";

/** Characters of a line that are looked at: syslog's lines end long before (RFC 5424, 6.1). */
const longest = 1 << 14;

/**
 * What a line of a mail log says; `undefined` where it is about no message and no login. `newest` gives a stamp without
 * a year its year, in milliseconds since 1970.
 */
export function parseRecord(line: string, newest: number): LogRecord | undefined {
  const parted = parseLine(line.length > longest ? line.slice(0, longest) : line, newest);
  if (parted === undefined) return undefined;
  const { time, program, text } = parted;
  const said = saidBy(program, text);
  return said === undefined ? undefined : { time, program, ...said };
}

const others: Readonly<Record<string, (text: string) => ReturnType<typeof saidBy>>> = {
  "mailwright-fetch": fetchRecord,
  "mailwright-quarantine": quarantineRecord,
  "mailwright-training": trainingRecord,
  getmail: getmailRecord,
};

function saidBy(program: string, text: string): ReturnType<typeof postfixRecord> {
  if (program.startsWith("postfix")) return postfixRecord(program, text);
  if (program.startsWith("rspamd")) return rspamdRecord(text);
  if (program.startsWith("dovecot")) return dovecotRecord(text);
  return others[program]?.(text);
}
