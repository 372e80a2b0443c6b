import type { Outcome } from "../../../system/system.ts";

/** What doveadm's words on standard error mean, and what to do. */
export interface SyncFailure {
  readonly message: string;
  readonly hint: string;
}

type Reason = readonly [said: RegExp, message: (match: RegExpExecArray) => string, hint: string];

const password = "give the right one: mailwright sync modify USER --password-stdin";

/** The first that fits counts. */
const reasons: readonly Reason[] = [
  [
    /Received invalid SSL certificate: (.*?)(?: \(check ssl_client_ca|$)/m,
    (match) => `the certificate of HOST is not trusted: ${match[1]}`,
    "Nobody was given the password. A changed certificate must come from an authority that this machine trusts, or be added to those: /usr/local/share/ca-certificates/, update-ca-certificates(8)",
  ],
  [
    /SSL certificate doesn't match[^\n]*|certificate.*(?:host ?name|mismatch)[^\n]*/i,
    () => "the certificate of HOST is not for that name",
    "Nobody was given the password. Use the name that the certificate has: mailwright sync modify USER --host NAME",
  ],
  [
    /Authentication failed: ?([^\n]*)|Login.*failed: .*AUTHENTICATIONFAILED[^\n]*/,
    (match) => `HOST refuses the login or its password${match[1] ? `: ${match[1]}` : ""}`,
    password,
  ],
  [
    /(?:SSL|TLS|STARTTLS)[^\n]*(?:not supported|doesn't support|failed|isn't)[^\n]*/i,
    (match) => `TLS with HOST fails: ${match[0]}`,
    "see Security and Port of the job: mailwright sync show USER",
  ],
  [
    /Quota exceeded[^\n]*/i,
    () => "the mailbox of USER is full",
    "What fitted is there. Give more room (mailwright user modify USER --quota 10G), then run it again: it goes on from here.",
  ],
  [
    /connect\([^)]*\) failed: ([^\n]*?)(?: - (?:re|dis)connecting[^\n]*)?$/m,
    (match) => `HOST does not answer: ${match[1]}`,
    "Try again later; see host and port: mailwright sync show USER",
  ],
  [
    /dns_lookup\([^)]*\) failed: ([^\n]*)|DNS lookup[^\n]*failed[^\n]*/i,
    (match) => `there is no host HOST: ${match[1] ?? "it has no address"}`,
    "see its name: mailwright sync show USER",
  ],
  [
    /Disconnected from server|Server disconnected|timed out|Connection (?:reset|closed)[^\n]*/i,
    (match) => `the connection to HOST broke off: ${match[0]}`,
    "Run it again: it goes on from here.",
  ],
  [
    /User doesn't exist/,
    () => "there is no user USER here any more",
    "Nothing was copied. To remove the job: mailwright sync delete USER",
  ],
  [
    /No space left on device|Disk quota/i,
    () => "the disk is full",
    "Make room, then run it again: it goes on from here.",
  ],
];

/** Explains a failure of doveadm by what it said. Pure. */
export function explainFailure(
  { stderr: said, exit }: Pick<Outcome, "stderr" | "exit">,
  host: string,
  user: string,
): SyncFailure {
  const named = (text: string): string =>
    text.replace(/\b(?:HOST|USER)\b/g, (word) => (word === "HOST" ? host : user));
  for (const [pattern, message, hint] of reasons) {
    const match = pattern.exec(said);
    if (match !== null) return { message: named(message(match)), hint: named(hint) };
  }
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter((line) => /(?:Error|Fatal|Panic):/.test(line) && !/backtrace/.test(line));
  return {
    message: `doveadm could not copy the account (exit status ${exit})`,
    hint:
      errors.slice(0, 3).join("\n") ||
      lines.slice(-3).join("\n") ||
      "It says nothing: see journalctl -u dovecot",
  };
}

/** Words that tell of nothing amiss: dsync compares a name that holds a percent sign with its escaped form. */
const harmlessWarning = /mailbox_rename conflict: Can't rename mailbox to itself/;

/** Whether dsync's exit status 2 means that it is to run again. */
export function isUnfinished(said: string): boolean {
  const warnings = said.split("\n").filter((line) => /(?:Warning|Error):/.test(line));
  return warnings.some((line) => !harmlessWarning.test(line));
}

/** Whether there is no connection, or none any more. */
export function isBrokenOff(said: string): boolean {
  return /disconnected|timed out|connect\(/i.test(said);
}
