import { MailwrightError } from "../../../errors.ts";
import { quarantine } from "../../../mail/quarantine.ts";
import { keptBytes } from "../../../system/kept-bytes.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { CommandContext } from "../../context.ts";
import { openSettings } from "../../open-settings.ts";
import { type Held, heldFields, heldOf } from "./held.ts";

/** Where messages are held. */
export interface HoldingMailbox {
  readonly user: string;
  /** The folder beside INBOX that they are delivered to. */
  readonly folder?: string;
  /** Whether spam is being kept now. */
  readonly active: boolean;
  /** Who gets back what cannot be delivered. */
  readonly postmaster: string;
}

/** The quarantine's mailbox by the settings. Refused where there is none here. */
export function holdingMailbox(context: CommandContext): Promise<HoldingMailbox> {
  return openSettings(context, (settings) => {
    const { account, place, active, postmaster } = quarantine(settings);
    if (place !== undefined) return { ...place, active, postmaster };
    throw account === ""
      ? noMailbox(
          "there is no quarantine",
          "make one: config setprop rspamd QuarantineAccount spam QuarantineStatus enabled; mailwright apply",
        )
      : noMailbox(`${account} is a mailbox on another server`, "what is kept is to be looked at there");
  });
}

/** For a message that is there no more. */
export const gone = (id: string): MailwrightError =>
  new MailwrightError(`${id} has gone meanwhile`, {
    code: "UNKNOWN_KEY",
    hint: "what is held now: mailwright quarantine list",
  });

const noMailbox = (message: string, hint: string): MailwrightError =>
  new MailwrightError(message, { code: "NO_QUARANTINE", hint });

/**
 * All that is held, oldest first. One process of doveadm reads it, however much there is. Who may not wait for it for ever says
 * for how many milliseconds.
 */
export async function heldIn(
  context: CommandContext,
  { user, folder }: HoldingMailbox,
  limit?: number,
): Promise<Held[]> {
  const places = ["mailbox", "INBOX", ...(folder === undefined ? [] : ["or", "mailbox", folder])];
  const words = ["-f", "json", "fetch", "-u", user, heldFields.join(" "), "(", ...places, ")"];
  const bytes = await doveadm(context, words, limit);
  return heldOf(JSON.parse(bytes.toString("utf8") || "[]"));
}

/** A message as it lies there, each byte a character; `undefined` where it has gone. */
export async function storedText(
  context: CommandContext,
  { user }: HoldingMailbox,
  held: Held,
): Promise<string | undefined> {
  const bytes = await doveadm(context, ["-f", "tab", "fetch", "-u", user, "text", ...only(held)]);
  const text = bytes.toString("latin1");
  // The column's name before it, and a line end behind it.
  return text.startsWith("text\n") && text.length > 6 ? text.slice(5, -1) : undefined;
}

/** Takes messages away. */
export async function expunge(
  context: CommandContext,
  { user }: HoldingMailbox,
  all: readonly Held[],
): Promise<void> {
  for (const folder of new Set(all.map((held) => held.folder))) {
    const uids = all.filter((held) => held.folder === folder).map(({ uid }) => uid);
    for (let at = 0; at < uids.length; at += atATime) {
      const some = uids.slice(at, at + atATime).join(",");
      await doveadm(context, ["expunge", "-u", user, "mailbox-guid", folder, "uid", some]);
    }
  }
}

/** How many numbers one command line names. */
const atATime = 2000;

const only = ({ folder, uid }: Held): string[] => ["mailbox-guid", folder, "uid", String(uid)];

/** What it prints; a failure is an error with its words. */
async function doveadm({ paths }: CommandContext, words: readonly string[], limit?: number): Promise<Buffer> {
  const { processes } = realSystem(paths.root, "none");
  const { onBytes, all } = keptBytes();
  const options = limit === undefined ? { onBytes } : { onBytes, timeout: limit };
  const { exit, stderr, timedOut } = await processes.run(["doveadm", ...words], options);
  if (exit === 0) return all();
  throw new MailwrightError("Dovecot does not open the quarantine's mailbox", {
    code: "DOVECOT",
    hint: `${timedOut ? `doveadm has not ended within ${(limit ?? 0) / 1000} s` : stderr.trim() || `doveadm: exit ${exit}`}\nsee: systemctl status dovecot`,
  });
}
