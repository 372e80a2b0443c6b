import type { Settings } from "./settings.ts";

/** A folder that clients find by its use (RFC 6154). */
interface SpecialFolder {
  readonly name: string;
  readonly use: string;
  /** The use as clients are told it, with a backslash in front. */
  readonly attribute: string;
}

/** The folders that every mailbox has. */
interface Folders extends Readonly<Record<string, unknown>> {
  readonly special: readonly SpecialFolder[];
  /** Whether messages that are marked as deleted move to `trash`. */
  readonly keepsDeleted: boolean;
  readonly trash: string;
  readonly drafts: string;
}

export const trash = "Trash";
const drafts = "Drafts";
const always = [
  { name: drafts, use: "Drafts" },
  { name: "Sent", use: "Sent" },
  { name: trash, use: "Trash" },
  { name: "Archive", use: "Archive" },
];

/** Of two with one name, the one for spam is meant. */
export function folders(settings: Settings): Folders {
  const prop = (property: string): string => settings.prop("configuration", "dovecot", property) ?? "";
  const junk = prop("SpamFolder");
  return {
    special: [
      ...always.filter(({ name }) => name !== junk),
      ...(junk === "" ? [] : [{ name: junk, use: "Junk" }]),
    ].map(({ name, use }) => ({ name, use, attribute: `\\${use}` })),
    keepsDeleted: prop("DeletedToTrash") === "enabled",
    trash,
    drafts,
  };
}
