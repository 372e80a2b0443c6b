import { publicUser } from "../../catalogue/account-name.ts";
import { MailwrightError } from "../../errors.ts";

import type { CommandContext } from "../context.ts";
import { aclOf } from "../public-mailbox/arguments.ts";
import { type Answer, doveadm } from "./doveadm.ts";
import { type Size, sizeOf } from "./mailbox-sizes.ts";

/** Who may do what, in Dovecot's words (doveadm-acl(1)). */
export interface Rights {
  /** `user=NAME`, `group=NAME`, `anyone`, …; with `-` before it where they are taken away. */
  readonly id: string;
  readonly rights: string;
}

export interface Folder extends Size {
  readonly name: string;
}

export interface PublicMailbox extends Folder {
  readonly rights: readonly Rights[];
}

/** How many processes ask Dovecot at a time. */
const atATime = 4;

/** All folders of a user, by name. */
export async function folders(
  context: CommandContext,
  user: string,
): Promise<{ found: Folder[] } & Pick<Answer, "problems" | "hasFailed">> {
  const words = ["mailbox", "status", "-u", user, "messages vsize", "*"] as const;
  const { rows, ...said } = await doveadm(context, words);
  const found = rows.map((row) => ({ name: row.get("mailbox") ?? "", ...sizeOf(row) }));
  return { found: found.sort((left, right) => left.name.localeCompare(right.name)), ...said };
}

/** The folders that are public mailboxes: all of their owner's but INBOX, which every user has. */
export async function publicFolders(context: CommandContext): ReturnType<typeof folders> {
  const { found, ...said } = await folders(context, publicUser);
  return { found: found.filter(({ name }) => name !== "INBOX"), ...said };
}

/** The same, where what Dovecot does not tell would be taken for what is not there. */
export async function surePublicFolders(context: CommandContext): Promise<Folder[]> {
  const answer = await publicFolders(context);
  if (answer.hasFailed) throw unknown("the public mailboxes", answer);
  return answer.found;
}

/** The public mailboxes with their rights, and what Dovecot complains of meanwhile. */
export async function publicMailboxes(
  context: CommandContext,
): Promise<{ readonly open: PublicMailbox[] } & Pick<Answer, "problems" | "hasFailed">> {
  const { found, ...said } = await publicFolders(context);
  const open: PublicMailbox[] = [];
  const problems = [...said.problems];
  let { hasFailed } = said;
  for (let at = 0; at < found.length; at += atATime) {
    const some = found.slice(at, at + atATime);
    const answers = await Promise.all(
      some.map(async (folder) => ({ folder, ...(await askRights(context, folder.name)) })),
    );
    for (const answer of answers) {
      open.push({ ...answer.folder, rights: answer.rights });
      problems.push(...answer.problems);
      hasFailed ||= answer.hasFailed;
    }
  }
  return { open, problems, hasFailed };
}

/** Who has rights in a public mailbox. Throws where Dovecot does not tell: nobody would seem to have any. */
export async function rightsOf(context: CommandContext, folder: string): Promise<Rights[]> {
  const answer = await askRights(context, folder);
  if (answer.hasFailed) throw unknown(`the rights in ${folder}`, answer);
  return answer.rights;
}

/** Without the owner, who may do everything. */
async function askRights(context: CommandContext, folder: string) {
  const { rows, ...said } = await doveadm(context, ["acl", "get", "-u", publicUser, "--", folder]);
  const rights = rows
    .map((row): Rights => ({ id: row.get("id") ?? "", rights: row.get("rights") ?? "" }))
    .filter(({ id }) => id !== "owner");
  return { rights, ...said };
}

function unknown(what: string, { problems }: Pick<Answer, "problems">): MailwrightError {
  const hint = [...problems, "Nothing was touched."].join("\n");
  return new MailwrightError(`Dovecot does not tell ${what}`, { code: "DOVECOT", hint });
}

const sorted = (words: readonly string[]): string => words.toSorted().join(" ");

/** Sets of rights that have a name, which is shown instead. */
const named = ["read", "read-write", "full"].map(
  (name) => [name, sorted(aclOf(["anyone", name]).get("anyone") ?? [])] as const,
);

/** Rights in a word where there is one. */
function rightsName(rights: string): string {
  const own = sorted(rights.split(" "));
  return named.find(([, words]) => words === own)?.[0] ?? rights;
}

export function rightsText(all: readonly Rights[]): string {
  return all.map(({ id, rights }) => `${id}:${rightsName(rights)}`).join(", ");
}
