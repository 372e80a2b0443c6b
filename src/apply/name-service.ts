import { join } from "node:path";
import { kerberosTroubles } from "../mail/kerberos.ts";
import type { Settings } from "../mail/settings.ts";
import { systemAccounts } from "../mail/system-accounts.ts";
import type { Paths } from "../paths.ts";
import type { System } from "../system/system.ts";
import { readKeytab } from "./keytab.ts";

/** Where accounts are asked for, and what is said of it. */
interface Asking {
  readonly system: Pick<System, "files" | "processes">;
  readonly paths: Paths;
  readonly settings: Settings;
}

/** Settings that know the system's accounts, and the keys by which their Kerberos tickets are read. */
export interface KnownAccounts {
  readonly settings: Settings;
  /** Keeps what was answered, for a time at which nobody answers. */
  remember(): void;
}

/** What getent(1) printed, by `DATABASE SOURCE`. */
type Answers = Readonly<Record<string, string>>;

/** Milliseconds in which a source answers; SSSD asks a server over the network. */
const timeout = 10_000;

/**
 * The settings with the users and groups of the system, where `sssd Provider` says that they are accounts. Each source
 * of nsswitch.conf(5) is asked for itself, since getent(1) on all of them leaves out one that is down and says nothing.
 * Of one that does not answer, or from afar has nobody any more, what it answered last is taken, and that is said: mail
 * to somebody who is there would be refused for good otherwise. What is wrong with the keys is said too.
 */
export async function withSystemAccounts(
  { system, paths, settings }: Asking,
  notice: (text: string) => void,
): Promise<KnownAccounts> {
  if (settings.prop("configuration", "sssd", "Provider") !== "system")
    return { settings, remember: () => {} };
  const store = join(paths.state, "system-accounts.json");
  const { files } = system;
  const known = answersIn(files.readText(store) ?? "{}");
  if (known === undefined)
    notice(`${store} cannot be read: what the system's accounts were last is not known`);
  const answers: Record<string, string> = {};
  const switches = files.readText(paths.target("/etc/nsswitch.conf")) ?? "";
  for (const database of ["passwd", "group"]) {
    for (const source of sourcesOf(switches, database)) {
      const id = `${database} ${source}`;
      const answer = paths.root === "/" ? await ask(system, database, source) : undefined;
      const last = known?.[id];
      if (answer === undefined || isLoss(source, last, answer)) notice(lossText(id, last));
      else answers[id] = answer;
      if (answer !== undefined && isSilent(source, database, answers[id])) notice(silenceText(id));
      answers[id] ??= last ?? "";
    }
  }
  const all = (database: string): string =>
    Object.entries(answers)
      .filter(([id]) => id.startsWith(`${database} `))
      .map(([, text]) => text)
      .join("\n");
  const loginDefs = files.readText(paths.target("/etc/login.defs")) ?? "";
  const accounts = systemAccounts(all("passwd"), all("group"), loginDefs);
  const found = settings.withSystemAccounts(accounts, readKeytab(files, paths, settings));
  for (const text of kerberosTroubles(found)) notice(text);
  return {
    settings: found,
    remember: () => {
      const text = `${JSON.stringify(answers, undefined, 1)}\n`;
      if (text !== files.readText(store)) files.write(store, Buffer.from(text), { mode: 0o600 });
    },
  };
}

/** `undefined` where the text is not what was remembered, such as of a file that was cut off. */
function answersIn(text: string): Answers | undefined {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== "object" || read === null || Array.isArray(read)) return undefined;
    const all = Object.entries(read);
    return all.every(([, answer]) => typeof answer === "string") ? Object.fromEntries(all) : undefined;
  } catch {
    return undefined;
  }
}

/** The sources of a database, without what is to be done when one fails. What systemd makes up itself is no account. */
function sourcesOf(switches: string, database: string): string[] {
  const [, line = "files"] = new RegExp(`^\\s*${database}:([^#\\n]*)`, "m").exec(switches) ?? [];
  const words = line.replace(/\[[^\]]*\]/g, " ").split(/\s+/);
  return words.filter((word) => word !== "" && word !== "systemd");
}

/** `undefined` where the source does not answer. */
async function ask(
  { processes }: Asking["system"],
  database: string,
  source: string,
): Promise<string | undefined> {
  const outcome = await processes.inspect(["getent", "-s", source, database], { timeout });
  return outcome.exit === 0 && !outcome.timedOut ? outcome.stdout : undefined;
}

/** The files of this machine may well be empty. */
const isOwn = (source: string): boolean => ["files", "compat"].includes(source);

/** A directory of others that becomes empty is one that is not reached. */
function isLoss(source: string, known: string | undefined, answer: string): boolean {
  return !isOwn(source) && answer.trim() === "" && (known ?? "").trim() !== "";
}

/** A directory in which there was never anybody is one that does not list its users. */
function isSilent(source: string, database: string, answer: string | undefined): boolean {
  return !isOwn(source) && database === "passwd" && answer?.trim() === "";
}

/** sssd.conf(5): `enumerate` is false by default. */
function silenceText(id: string): string {
  const asked = `getent -s ${id.split(" ").reverse().join(" ")} names nobody`;
  return `${asked}: none of its users has a mailbox. SSSD lists them only with enumerate = true`;
}

function lossText(id: string, known: string | undefined): string {
  const asked = `getent -s ${id.split(" ").reverse().join(" ")} does not answer`;
  const count = (known ?? "").split("\n").filter(Boolean).length;
  return count === 0
    ? `${asked}, and never did: none of its accounts is known`
    : `${asked}: its accounts are taken as they were known last (${count})`;
}
