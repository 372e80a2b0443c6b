import { join } from "node:path";
import type { Connector } from "../../mail/connectors.ts";
import { type Answerer, listenForRequests } from "../../system/request-socket.ts";
import type { Files, Outcome, System } from "../../system/system.ts";
import { asMailOwner } from "../mail-owner.ts";
import { shellWord } from "../pending-changes.ts";
import { plainFailure } from "./getmail-words.ts";
import { stateFolder } from "./last-run.ts";

/** Milliseconds after which a run is given up; what it has delivered is delivered. */
const longest = 6 * 3_600_000;

/** The same for a login alone: somebody waits for it. */
const longestLogin = 20_000;

/** Bytes for the names of a million messages. */
const namesRoom = 1 << 25;

const socketFolder = "/run/mailwright-fetch";

/** As whom getmail runs, the owner of the user's mailbox; or why nothing can be fetched. */
export async function ownerOf(
  { files, processes }: System,
  connector: Connector,
): Promise<{ readonly owner?: number; readonly problem?: string }> {
  const { key, file, account, password } = connector;
  if (files.status(rcOf(file)) === undefined)
    return { problem: "its file is not made yet: mailwright apply" };
  if (!isApplied(files, connector)) return { problem: notApplied };
  // Providers lock accounts where logins fail again and again.
  if (password === "")
    return {
      problem: `no password is stored: mailwright connector modify ${shellWord(key)} --password-stdin`,
    };
  if (!/^[\x20-\x7e]+$/.test(account))
    return { problem: `Dovecot takes mail over LMTP for names in ASCII alone, and not for ${account}` };
  if (processes.find("getmail") === undefined)
    return { problem: "getmail is not installed: apt install getmail6" };
  const owner = await processes.inspect(["doveadm", "user", "-f", "uid", "--", account]);
  if (owner.exit === 67)
    return { problem: `there is no user ${account}: nothing is fetched, and nothing is deleted` };
  if (owner.exit !== 0) return { problem: "Dovecot does not answer, so that nothing can be delivered" };
  return { owner: Number(owner.stdout.trim()) };
}

const notApplied = "its settings are not applied yet: signal-event nethserver-getmail-save";

/** Whether the file that getmail reads is made of these settings. */
function isApplied(files: Pick<Files, "readText">, { file, applied }: Connector): boolean {
  return files.readText(rcOf(file))?.split("\n").includes(`# applied: ${applied}`) === true;
}

/**
 * What run-getmail is answered when it asks for the password. An event may have made its file anew since it was looked at, and one
 * provider must not get the password of another.
 */
export function passwordAnswer(files: Pick<Files, "readText">, connector: Connector): string {
  return isApplied(files, connector) ? `ok ${connector.password}` : `failed ${notApplied}`;
}

const rcOf = (file: string): string => `/etc/getmail/accounts/${file}`;

/**
 * `answer` hears what run-getmail asks: a password; a message; the size of one of more than `most` bytes, which it does not hand
 * over; and the names of all messages that are noted as fetched, a line each.
 */
export async function runGetmail(
  { files, processes }: System,
  { file }: Connector,
  owner: number,
  { what, most }: { readonly what: "all" | "login"; readonly most: number },
  answer: Answerer,
): Promise<Outcome> {
  const state = join(stateFolder, file);
  files.makeFolder(stateFolder, 0o711);
  files.makeFolder(state, 0o700);
  files.setAttributes(state, { mode: 0o700, uid: owner, gid: files.status(stateFolder)?.gid ?? 0 });
  const path = join(socketFolder, `${process.pid}-${++number}`);
  const socket = await listenForRequests(path, owner, most + namesRoom, answer);
  const limit = { MAILWRIGHT_FETCH_MOST: String(most) };
  try {
    return await processes.run(getmail(rcOf(file), state), {
      environment: { MAILWRIGHT_FETCH: socket.path, MAILWRIGHT_FETCH_ONLY: what, ...limit, HOME: state },
      timeout: what === "login" ? longestLogin : longest,
    });
  } finally {
    // The journal and the lock are needed until then.
    await socket.close();
  }
}

/** Why a run of getmail failed; `undefined` where all is well. */
export function failureOf({ exit, stderr, timedOut }: Outcome, server: string): string | undefined {
  if (timedOut) return `${server} is too slow, or speaks another protocol on this port`;
  if (exit > 128) return `getmail was ended by signal ${exit - 128}`;
  return exit === 0 && stderr.trim() === "" ? undefined : plainFailure(stderr, server);
}

let number = 0;

/** It ends with this process, for nobody would take its messages then. */
function getmail(rc: string, state: string): readonly [string, ...string[]] {
  const [program, ...argv] = asMailOwner("/etc/getmail/run-getmail", "--rcfile", rc, "--getmaildir", state);
  return [program, "--pdeathsig", "KILL", ...argv];
}
