import type { Outcome } from "../../../system/system.ts";
import type { Message } from "./merge.ts";

export interface Folder {
  readonly name: string;
  readonly guid: string;
  readonly messages: number;
}

type Row = Readonly<Record<string, string>>;

/** A folder that holds nothing but folders is an error to doveadm when it looks for a GUID, or for a status. */
const noMessages = /(?:Mailbox sync failed|Failed to lookup mailbox status): Mailbox doesn't exist: /;

/** What a shell adds to the number of the signal that has killed a program. */
const killed = 128;

/** Whether it came to its end, and nothing failed but what is no failure. */
export function isDone({ exit, stderr }: Outcome): boolean {
  if (exit > killed) return false;
  const errors = stderr.split("\n").filter((line) => /(?:Error|Fatal|Panic):/.test(line));
  return exit === 0 || (errors.length > 0 && errors.every((line) => noMessages.test(line)));
}

export function folderOf(row: Row): Folder {
  return { name: row["mailbox"] ?? "", guid: row["guid"] ?? "", messages: Number(row["messages"] ?? 0) };
}

export function messageOf(row: Row): Message {
  const flags = (row["flags"] ?? "").split(" ").filter((flag) => flag !== "" && flag !== "\\Recent");
  return {
    uid: Number(row["uid"]),
    guid: row["guid"] ?? "",
    flags: flags.sort(),
    identity: [row["hdr.message-id"], row["date.received.unixtime"], row["size.virtual"]].join(" "),
  };
}

/** What doveadm prints with `-f json`; `undefined` where it is not JSON: of nothing it prints an empty list. */
export function rowsOf(text: string): Row[] | undefined {
  try {
    const rows: unknown = JSON.parse(text);
    return Array.isArray(rows) ? rows : undefined;
  } catch {
    return undefined;
  }
}

/** A folder of the list that could not be read: Dovecot passes in silence by one that it may not look into. */
export function unreadOf(listed: readonly Folder[], read: readonly Folder[]): Folder | undefined {
  const names = new Set(read.map(({ name }) => name));
  const holdsFolders = (name: string): boolean => listed.some((other) => other.name.startsWith(`${name}/`));
  return listed.find(({ name }) => !names.has(name) && !holdsFolders(name));
}
