import { join } from "node:path";
import { isLocked, takeLock } from "../../db/lock.ts";
import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Connector } from "../../mail/connectors.ts";
import { deliver } from "../../system/lmtp.ts";
import { askPolicy } from "../../system/policy.ts";
import type { System } from "../../system/system.ts";
import {
  cutOff,
  type Delivered,
  deliverFetched,
  type Means,
  markHeader,
  markOf,
  tellRefused,
} from "./delivery.ts";
import { forgetNoted, openJournal } from "./delivery-journal.ts";
import { filterVerdict } from "./filter-verdict.ts";
import { type Run, rememberRun, runFolder } from "./last-run.ts";
import { failureOf, ownerOf, passwordAnswer, runGetmail } from "./run-getmail.ts";

/** What of the settings concerns every account. */
export interface Site {
  readonly primaryDomain: string;
  readonly postmaster: string;
  /** Whether the mail filter runs, by its switch. */
  readonly isFiltering: boolean;
  readonly filterPassword: string;
  /** Bytes; messages that are larger stay at the provider. */
  readonly messageSizeMax: number;
}

/** Milliseconds for which a run waits for one of the same account that is just about to end. */
const lockWait = 3000;

const quotaSocket = "/var/spool/postfix/private/quota-status";
const lmtpSocket = "/run/dovecot/lmtp";

/**
 * Fetches the mail of one account: getmail runs as the owner of all mailboxes, and hands each message over to this process,
 * which delivers it. `told` hears of each message. Whatever goes wrong at the provider's is told in the result.
 */
export function fetchAccount(
  system: System,
  connector: Connector,
  site: Site,
  told: (message: Delivered) => void,
): Promise<Run> {
  const { files, clock } = system;
  return alone(files, connector, async () => {
    const started = clock.now();
    const counts = { delivered: 0, spam: 0, refused: 0, kept: 0 };
    const problem = await attempt(system, connector, site, (message) => {
      if (message.result !== "again") counts[message.result]++;
      told(message);
    });
    const run = { started, ended: clock.now(), ...counts, problem };
    rememberRun(files, connector.file, run);
    return run;
  });
}

/** Logs in at the provider's and fetches nothing. Returns why mail cannot be fetched, or `undefined`. */
export function tryLogin(system: System, connector: Connector): Promise<string | undefined> {
  return alone(system.files, connector, async () => {
    const { owner, problem } = await ownerOf(system, connector);
    if (owner === undefined) return problem;
    const outcome = await runGetmail(system, connector, owner, { what: "login", most: 0 }, async (word) =>
      word === "password" ? passwordAnswer(system.files, connector) : "failed nothing is to be fetched",
    );
    return failureOf(outcome, connector.server);
  });
}

/** One at a time is at work on an account. */
async function alone<T>(
  files: System["files"],
  { key, file }: Connector,
  work: () => Promise<T>,
): Promise<T> {
  files.makeFolder(runFolder, 0o700);
  const who = `mailwright fetch ${key} (process ${process.pid})`;
  const lock = await takeLock(join(runFolder, `${file}.lock`), lockWait, who).catch((error) => {
    if (!isLocked(error)) throw error;
    throw new MailwrightError(`${key} is fetched from already, by the timer or by hand`, {
      code: "LOCKED",
      hint: "Nothing was touched; see what comes of it: mailwright connector list",
      exit: ExitCode.locked,
      cause: error,
    });
  });
  try {
    return await work();
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
  const { files } = system;
  const { owner, problem } = await ownerOf(system, connector);
  if (owner === undefined) return problem;
  const path = join(runFolder, `${connector.file}.journal`);
  const journal = openJournal(path);
  const means = { ...meansOf(system, connector, site), journal };
  const reasons: string[] = [];
  const { messageSizeMax } = site;
  /** What getmail calls the messages that it has noted. */
  let noted: string | undefined;
  try {
    // Of a run that was cut off; its note must not become another.
    if ((await tellRefused(connector, means)) === cutOff) return cutOff;
    const limits = { what: "all", most: messageSizeMax } as const;
    const outcome = await runGetmail(system, connector, owner, limits, async (word, content) => {
      if (word === "password") return passwordAnswer(files, connector);
      if (word === "noted") {
        noted = Buffer.from(content).toString("latin1");
        return "ok ";
      }
      const message =
        word === "large"
          ? tooLarge(content, messageSizeMax)
          : await deliverFetched(connector, content, means);
      told(message);
      if (message.result !== "kept") return "ok ";
      reasons.push(message.reason ?? "");
      return `kept ${message.reason}`;
    });
    const untold = await tellRefused(connector, means);
    return reasons[0] ?? failureOf(outcome, connector.server) ?? untold;
  } finally {
    journal.close();
    const names = noted?.split("\n") ?? [];
    if (noted !== undefined)
      forgetNoted(files, path, () => new Set(names.map((name) => markOf(connector, name))));
  }
}

/** Of a message that run-getmail does not hand over, but its size in bytes. */
function tooLarge(size: Uint8Array, most: number): Delivered {
  const [bytes, limit] = [Number(Buffer.from(size).toString()), most].map((each) =>
    each.toLocaleString("en"),
  );
  const reason = `a message of ${bytes} bytes is larger than MessageSizeMax of postfix, ${limit} bytes`;
  return { result: "kept", from: "", subject: "", reason };
}

function meansOf({ processes, clock }: System, connector: Connector, site: Site): Omit<Means, "journal"> {
  const { account, isFiltered } = connector;
  const { primaryDomain, postmaster, isFiltering, filterPassword } = site;
  const recipient = `${account}@${primaryDomain}`;
  return {
    now: () => clock.now(),
    postmaster,
    judge:
      isFiltered && isFiltering
        ? (content, sender, mark) => filterVerdict({ content, sender, recipient, mark }, filterPassword)
        : undefined,
    fullness: async (size) => {
      return fullnessOf(account, await askPolicy(quotaSocket, { recipient, size: String(size) }));
    },
    deliver: (letter, begin) => deliver(lmtpSocket, letter, begin),
    holds: async (mark) => {
      const found = await processes.inspect(["doveadm", "search", "-u", account, "header", markHeader, mark]);
      if (found.exit !== 0) throw new Error(`the mailbox of ${account} cannot be searched`);
      return found.stdout.trim() !== "";
    },
  };
}

/** Why a mailbox takes no more, by the action that Dovecot's quota-status names (access(5)); `undefined`: it does, or nobody tells. */
export function fullnessOf(account: string, action = "DUNNO"): string | undefined {
  if (/^(?:DUNNO|OK)\b/i.test(action)) return undefined;
  const [, why] = /^DEFER\w* *(.*)$/i.exec(action) ?? [];
  if (why === undefined) return `the mailbox of ${account} is full`;
  return `Dovecot cannot find out whether the mailbox of ${account} is full: ${why}`;
}
