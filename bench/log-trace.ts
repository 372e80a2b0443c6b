/**
 * What it costs to follow a message through a log of a gigabyte, as a ratio to grep(1) for its queue identifier in the
 * same file, and for a compressed log to zgrep(1). The log is made here, and is removed at the end.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Case, medianTimes, peakMemory } from "./measure.ts";

const size = Number(process.env["BENCH_LOG_SIZE"] ?? 1_000_000_000);
const turns = Number(process.env["BENCH_TURNS"] ?? 15);
const bin = join(import.meta.dirname, "../dist/bin/mailwright");

/** Lines of one message, as Postfix, Rspamd and Dovecot write them. */
function message(number: number): string {
  // Spread over the identifiers that Postfix makes: 11 hexadecimal digits of the time and the file's number.
  const id = ((number * 0x9e3779b1) % 0x1_0000_0000)
    .toString(16)
    .toUpperCase()
    .padStart(8, "0")
    .concat("A3F");
  const mid = `${(number * 7919).toString(36)}.${number}@host${number % 997}.example.net`;
  const time = new Date(1_790_000_000_000 + number * 40).toISOString().replace("Z", "000+00:00");
  const to = `user${number % 500}@domain.org`;
  const line = (program: string, text: string): string => `${time} mail ${program}: ${text}\n`;
  const symbols =
    "BAYES_HAM(-3.00){100.00%;},AUTH_NA(1.00){},MID_CONTAINS_FROM(1.00){},MIME_GOOD(-0.10){text/plain;}";
  return [
    line("postfix/smtpd[2584]", `${id}: client=mx.example.com[192.0.2.7]`),
    line("postfix/cleanup[2599]", `${id}: message-id=<${mid}>`),
    line(
      "rspamd[2753]",
      `<8ae27d>; proxy; rspamd_task_write_log: id: <${mid}>, qid: <${id}>, ip: 192.0.2.7, from: <a@example.com>, (default: F (no action): [-0.64/20.00] [${symbols}]), len: 2348, time: 75.636ms, dns req: 7, digest: <abc>, rcpts: <${to}>, mime_rcpts: <${to}>`,
    ),
    line("postfix/qmgr[2775]", `${id}: from=<a@example.com>, size=2597, nrcpt=1 (queue active)`),
    line("dovecot", `lmtp(user)<77><s${number}>: sieve: msgid=<${mid}>: stored mail into mailbox 'INBOX'`),
    line(
      "postfix/lmtp[2585]",
      `${id}: to=<${to}>, relay=mail[private/dovecot-lmtp], delay=0.82, delays=0.8/0.01/0.01/0.01, dsn=2.0.0, status=sent (250 2.0.0 <${to}> s${number} Saved)`,
    ),
    line("postfix/qmgr[2775]", `${id}: removed`),
  ].join("");
}

/** Makes the log; returns the queue identifier of a message in its first third. */
function makeLog(path: string): string {
  const file = openSync(path, "w");
  let written = 0;
  let wanted = "";
  for (let number = 1; written < size; ) {
    let text = "";
    for (; text.length < 4 << 20; number++) text += message(number);
    written += writeSync(file, text);
    if (wanted === "" && written > size / 3) wanted = / ([0-9A-F]{11}): client=/.exec(text)?.[1] ?? "";
  }
  closeSync(file);
  return wanted;
}

/** Into a pipe, for grep(1) ends at the first line that it would write to /dev/null. */
function piped(command: string): Case {
  return { name: command, argv: ["sh", "-c", `${command} | cat`], root: folder };
}

const folder = mkdtempSync(join(tmpdir(), "mailwright-log-"));
let isMet = true;
try {
  const log = join(folder, "mail.log");
  const id = makeLog(log);
  spawnSync("gzip", ["-k", "-1", log]);
  const trace = (path: string): Case => piped(`${bin} log trace ${id} --file ${path}`);
  const told = spawnSync(bin, ["log", "trace", id, "--file", log], { encoding: "utf8" }).stdout;
  if (!told.startsWith(`${id} delivered to `)) throw new Error(`not traced: ${told}`);
  compare("log trace / grep -F", [trace(log), piped(`grep -F ${id} ${log}`)], turns, 3);
  const zipped = `${log}.gz`;
  const few = Math.ceil(turns / 5);
  compare("the same, .gz / zgrep -F", [trace(zipped), piped(`zgrep -F ${id} ${zipped}`)], few, 1.5);
  const alone = (path: string): Case => ({ ...piped(""), argv: [bin, "log", "trace", id, "--file", path] });
  const peak = Math.max(peakMemory(alone(log)), peakMemory(alone(zipped)));
  report("peak memory in MB", peak, 200, "");
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = isMet ? 0 : 1;

function compare(name: string, cases: readonly Case[], count: number, limit: number): void {
  const [ours = Number.NaN, theirs = Number.NaN] = medianTimes(cases, count);
  report(name, ours / theirs, limit, ` (${Math.round(ours)} ms / ${Math.round(theirs)} ms)`);
}

function report(name: string, value: number, limit: number, detail: string): void {
  if (!(value <= limit)) isMet = false;
  console.log(`${name}: ${value.toFixed(2)}, limit ${limit}${detail}${value <= limit ? "" : " MISSED"}`);
}
