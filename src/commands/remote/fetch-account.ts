import { join } from "node:path";
import { takeLock } from "../../db/lock.ts";
import type { Connector } from "../../mail/connectors.ts";
import { deliver } from "../../system/lmtp.ts";
import { askPolicy } from "../../system/policy.ts";
import { listenForRequests } from "../../system/request-socket.ts";
import type { Outcome, System } from "../../system/system.ts";
import { asMailOwner } from "../mail-owner.ts";
import { type Delivered, deliverFetched, type Means, markHeader } from "./delivery.ts";
import { forgetJournal, openJournal } from "./delivery-journal.ts";
import { filterVerdict } from "./filter-verdict.ts";
import { plainFailure } from "./getmail-words.ts";
import { type Run, rememberRun, runFolder } from "./last-run.ts";

/** What of the settings concerns every account. */
export interface Site {
  readonly primaryDomain: string;
  readonly postmaster: string;
  /** Whether the mail filter runs, by its switch. */
  readonly isFiltering: boolean;
  readonly filterPassword: string;
}

/** Milliseconds for which a run waits for one of the same account that is just about to end. */
const lockWait = 3000;

/** Milliseconds after which a run is given up; what it has delivered is delivered. */
const longest = 6 * 3_600_000;

const quotaSocket = "/var/spool/postfix/private/quota-status";
const lmtpSocket = "/run/dovecot/lmtp";
/** What getmail remembers, a folder for each account. */
const stateFolder = "/var/lib/getmail";
const socketFolder = "/run/mailwright-fetch";

/**
 * Fetches the mail of one account: getmail runs as the owner of all mailboxes, and hands each message over to this process,
 * which delivers it. `told` hears of each message. Whatever goes wrong at the provider's is told in the result.
 */
export async function fetchAccount(
  system: System,
  connector: Connector,
  site: Site,
  told: (message: Delivered) => void,
): Promise<Run> {
  const { files, clock } = system;
  const started = clock.now();
  files.makeFolder(runFolder, 0o700);
  const lock = await takeLock(
    join(runFolder, `${connector.file}.lock`),
    lockWait,
    `mailwright fetch ${connector.key} (process ${process.pid})`,
  );
  try {
    const counts = { delivered: 0, spam: 0, refused: 0, kept: 0 };
    const problem = await attempt(system, connector, site, (message) => {
      if (message.result !== "again") counts[message.result]++;
      told(message);
    });
    const run = { started, ended: clock.now(), ...counts, problem };
    rememberRun(files, connector.file, run);
    return run;
  } finally {
    lock.release();
  }
}

/** Runs getmail. Returns why it failed, or why messages are kept; `undefined` where all is well. */
async function attempt(
  system: System,
  connector: Connector,
  site: Site,
  told: (message: Delivered) => void,
): Promise<string | undefined> {
  const { files, processes } = system;
  const { file, account, server } = connector;
  const rc = `/etc/getmail/accounts/${file}`;
  if (files.status(rc) === undefined) return "its file is not made yet: mailwright apply";
  if (processes.find("getmail") === undefined) return "getmail is not installed: apt install getmail6";
  const owner = await processes.inspect(["doveadm", "user", "-f", "uid", "--", account]);
  if (owner.exit === 67) return `there is no user ${account}: nothing is fetched, and nothing is deleted`;
  if (owner.exit !== 0) return "Dovecot does not answer, so that nothing can be delivered";
  const uid = Number(owner.stdout.trim());
  const state = join(stateFolder, file);
  files.makeFolder(stateFolder, 0o711);
  files.makeFolder(state, 0o700);
  files.setAttributes(state, { mode: 0o700, uid, gid: files.status(stateFolder)?.gid ?? 0 });
  const journalPath = join(runFolder, `${file}.journal`);
  const journal = openJournal(journalPath);
  const reasons: string[] = [];
  const means = { ...meansOf(system, connector, site), journal };
  const path = join(socketFolder, `${process.pid}-${++number}`);
  const socket = await listenForRequests(path, uid, async (word, content) => {
    if (word === "password") return `ok ${connector.password}`;
    const message = await deliverFetched(connector, content, means);
    told(message);
    if (message.result !== "kept") return "ok ";
    reasons.push(message.reason ?? "");
    return `kept ${message.reason}`;
  });
  let outcome: Outcome;
  try {
    outcome = await processes.run(getmail(rc, state), {
      environment: { MAILWRIGHT_FETCH: socket.path, HOME: state },
      timeout: longest,
    });
  } finally {
    socket.close();
    journal.close();
  }
  const hasNoted = outcome.exit === 0 && outcome.stderr.trim() === "";
  if (hasNoted) forgetJournal(files, journalPath);
  const [reason] = reasons;
  if (reason !== undefined) return reason;
  if (hasNoted) return undefined;
  if (outcome.exit > 128) return `getmail was ended by signal ${outcome.exit - 128}`;
  return plainFailure(outcome.stderr, server);
}

let number = 0;

/** It ends with this process, for nobody would take its messages then. */
function getmail(rc: string, state: string): readonly [string, ...string[]] {
  const [program, ...argv] = asMailOwner("/etc/getmail/run-getmail", "--rcfile", rc, "--getmaildir", state);
  return [program, "--pdeathsig", "KILL", ...argv];
}

function meansOf({ processes }: System, connector: Connector, site: Site): Omit<Means, "journal"> {
  const { account, isFiltered } = connector;
  const { primaryDomain, postmaster, isFiltering, filterPassword } = site;
  const recipient = `${account}@${primaryDomain}`;
  return {
    postmaster,
    judge:
      isFiltered && isFiltering
        ? (content, sender, mark) => filterVerdict({ content, sender, recipient, mark }, filterPassword)
        : undefined,
    fullness: async (size) => {
      const answer = await askPolicy(quotaSocket, { recipient, size: String(size) });
      return answer === undefined || /^(?:DUNNO|OK)\b/i.test(answer)
        ? undefined
        : `the mailbox of ${account} is full`;
    },
    deliver: (letter) => deliver(lmtpSocket, letter),
    holds: async (mark) => {
      const found = await processes.inspect(["doveadm", "search", "-u", account, "header", markHeader, mark]);
      if (found.exit !== 0) throw new Error(`the mailbox of ${account} cannot be searched`);
      return found.stdout.trim() !== "";
    },
  };
}
