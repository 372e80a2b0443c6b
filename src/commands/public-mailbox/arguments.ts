import { accountName } from "../../catalogue/account-name.ts";
import { refused } from "../../errors.ts";

/** Who gets which rights, in Dovecot's words; no rights: the entry goes. */
export type Acl = ReadonlyMap<string, readonly string[]>;

/** Dovecot's words for the rights of RFC 4314, by its letters; `s` keeps read, `t` deleted, `w` all other flags. */
const byLetter: Readonly<Record<string, string>> = {
  l: "lookup",
  r: "read",
  w: "write",
  s: "write-seen",
  t: "write-deleted",
  i: "insert",
  p: "post",
  e: "expunge",
  k: "create",
  x: "delete",
  a: "admin",
};

const read = ["lookup", "read", "write-seen"];
const readWrite = [...read, "write", "write-deleted", "insert", "expunge", "create"];
const all = Object.values(byLetter);

/** What people call the rights, and the words that the events have always had. */
const sets: Readonly<Record<string, readonly string[]>> = {
  read,
  "read-write": readWrite,
  full: all,
  none: [],
  OWNER: readWrite,
  ADMIN: all,
  CLEAR: [],
};

const accepted = {
  id: "user=NAME, group=NAME, anyone or authenticated",
  rights: `read, read-write, full, none, letters such as lrs, or words of ${all.join(", ")}`,
};

/** The rights that `ID RIGHTS ID RIGHTS…` give; refuses what is neither. Names are those of users and groups, short. */
export function aclOf(words: readonly string[]): Acl {
  const acl = new Map<string, readonly string[]>();
  for (let at = 0; at < words.length; at += 2) {
    const id = identifier(words[at] ?? "");
    const rights = words[at + 1];
    if (rights === undefined) throw refusedWord(id, "it has no rights", accepted.rights);
    acl.set(id, rightsOf(rights));
  }
  return acl;
}

function identifier(word: string): string {
  if (/^(anyone|authenticated)$/.test(word)) return word;
  const [, kind, name = ""] = /^(user|group)=([^\p{Cc}]+)$/u.exec(word) ?? [];
  if (kind === undefined && /^[^=\p{Cc}]+$/u.test(word))
    throw refusedWord(word, `nobody is called so; user=${word} or group=${word}?`, accepted.id);
  if (kind === undefined || accountName(name) === "")
    throw refusedWord(word, "nobody is called so", accepted.id);
  return `${kind}=${accountName(name)}`;
}

function rightsOf(text: string): readonly string[] {
  const set = Object.hasOwn(sets, text) ? sets[text] : undefined;
  if (set !== undefined) return set;
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length > 0 && words.every((word) => all.includes(word))) return [...new Set(words)];
  const letters = [...text].map((letter) => (Object.hasOwn(byLetter, letter) ? byLetter[letter] : undefined));
  // A letter twice is a word that was meant, such as `all`.
  const repeats = new Set(letters).size < letters.length;
  if (text === "" || repeats || letters.includes(undefined))
    throw refusedWord(text, "there are no such rights", accepted.rights);
  return letters.flatMap((word) => word ?? []);
}

/**
 * The name of a public mailbox: a folder, `/` before that of a folder within it. It is also part of an address and an item of
 * lists, and IMAP has wildcards. INBOX is none, but rights can be given to it.
 */
export function mailboxName(name = "", isInboxToo = false): string {
  const parts = name.split("/");
  const problems: readonly (readonly [boolean, string])[] = [
    [name === "", "the name of a public mailbox is missing"],
    [
      /[\p{Cc}\p{Cs},@*%\\]/u.test(name),
      "a comma, @, *, %, a backslash or a control character cannot be in the name",
    ],
    [
      parts.some((part) => part === "" || part.trim() !== part),
      "a part of it is empty, or has an outer blank",
    ],
    [parts.some((part) => /^[~.]/.test(part)), "a part of it begins with ~ or a dot"],
    [Buffer.byteLength(name) > 200, "it is longer than 200 bytes"],
    [!isInboxToo && /^inbox(\/|$)/i.test(name), "it is there always; only rights can be given to it"],
  ];
  const [, problem] = problems.find(([isSo]) => isSo) ?? [];
  if (problem === undefined) return name;
  throw refusedWord(name, problem, "a name such as Sales, or Sales/Offers for a folder of it");
}

function refusedWord(word: string, reason: string, form: string) {
  return refused(`${JSON.stringify(word)}: ${reason}`, "USAGE", `accepted: ${form}. Nothing was touched.`);
}
