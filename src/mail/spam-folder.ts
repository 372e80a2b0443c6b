import { accountsOf, rootName } from "./accounts.ts";
import type { Settings } from "./settings.ts";

/** The folder for flagged mail, and how long it is kept there. */
interface SpamFolder extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
  /** Whether what is in it is expunged after a time, which takes a Dovecot that runs. */
  readonly expires: boolean;
  /** Its name; empty: flagged mail stays in the inbox. */
  readonly name: string;
  /** The mailboxes by the time for which their spam is kept, such as `15d`; those that keep it for ever are left out. */
  readonly retentions: readonly { readonly time: string; readonly users: readonly string[] }[];
}

/** Flagged mail is filed where SpamFolder names a folder, and expunged by the user's own time or that of all. */
export function spamFolder(settings: Settings): SpamFolder {
  const prop = (name: string): string => settings.prop("configuration", "dovecot", name) ?? "";
  const name = prop("SpamFolder");
  const times = new Map<string, string[]>();
  const { users } = accountsOf(settings);
  for (const owner of name === "" ? [] : new Set([rootName, ...users.keys()])) {
    const time = users.get(owner)?.spamRetention || prop("SpamRetentionTime");
    if (time === "infinite") continue;
    const names = times.get(time);
    if (names === undefined) times.set(time, [owner]);
    else names.push(owner);
  }
  return {
    active: name !== "",
    expires: name !== "" && prop("status") === "enabled",
    name,
    retentions: [...times].map(([time, names]) => ({ time, users: names })),
  };
}
