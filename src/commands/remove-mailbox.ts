import { join } from "node:path";
import { withSystemAccounts } from "../apply/name-service.ts";
import { accountName, publicUser } from "../catalogue/account-name.ts";
import { MailwrightError, refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { accountsOf, rootName } from "../mail/accounts.ts";
import { mailFolder } from "../mail/mail-folders.ts";
import { systemAccounts } from "../mail/system-accounts.ts";
import { realSystem } from "../system/real-system.ts";
import type { Clock, System } from "../system/system.ts";
import type { Handler } from "./command.ts";
import type { CommandContext } from "./context.ts";
import { Doveadm } from "./doveadm.ts";
import { Homes } from "./homes.ts";
import { openSettings } from "./open-settings.ts";
import { SharedNote } from "./shared-note.ts";

/** Removes the mailbox of a user who is no more, and what others' access control lists say of him. */
export const removeMailbox: Handler = async (context, [given = ""]) => {
  const name = accountName(given);
  const { files, processes, clock } = realSystem(context.paths.root, "none");
  await refuseUser(context, { files, processes }, name);
  const doveadm = new Doveadm(processes);
  const homes = new Homes(files, processes);
  const isThere = homes.isHome(name);
  await untilForgotten(doveadm, clock, name);
  // Nobody may be at work in it; that nobody is, is no failure.
  await doveadm.succeeds("kick", "--", name);
  for (const owner of [...homes.users(), publicUser]) await forget(doveadm, homes, owner, name);
  await new SharedNote(doveadm).forget(name);
  if (isThere) await homes.remove(homes.path(name));
  const text = isThere ? `${homes.path(name)} is removed` : `there is no mailbox ${homes.path(name)}`;
  return { exit: ExitCode.done, text: `${text}\n` };
};

/**
 * Dovecot looks once a second whether its file of users is another: until then a login, a delivery or a copy would make
 * the mailbox anew. Whom it knows by another configuration is not waited for longer.
 */
async function untilForgotten(doveadm: Doveadm, { sleep }: Clock, name: string): Promise<void> {
  for (let look = 0; look < 10 && (await doveadm.succeeds("user", "--", name)); look++) await sleep(250);
}

/** Throws where there is such a user, or nobody can say whether there is. */
export async function refuseUser(
  context: CommandContext,
  system: Pick<System, "files" | "processes">,
  name: string,
): Promise<void> {
  if (!/^[^/\p{Cc}.*?][^/\p{Cc}*?]*$/u.test(name) || name === publicUser || name === rootName) {
    throw refused(
      `${JSON.stringify(name)} is no user whose mailbox could be removed`,
      "USAGE",
      `accepted: the name of a folder in ${mailFolder}, but for ${publicUser} and ${rootName}`,
    );
  }
  const unanswered: string[] = [];
  const isUser = await openSettings(context, async (stored) => {
    const { paths } = context;
    const asked = await withSystemAccounts({ system, paths, settings: stored }, (text) =>
      unanswered.push(text),
    );
    // One whose deletion was cut off still gets mail.
    const isMarked = [...stored.records("accounts")].some(
      ({ key, type }) => type === "user-deleted" && accountName(key) === name,
    );
    if (isMarked || accountsOf(asked.settings).users.has(name)) return true;
    return (
      stored.prop("configuration", "sssd", "Provider") === "system" && (await isKnown(context, system, name))
    );
  });
  if (!isUser && unanswered.length > 0) {
    throw new MailwrightError(`whether there is a user ${name} cannot be known: the mailbox stays`, {
      code: "ACCOUNTS_UNKNOWN",
      hint: `${unanswered.join("\n")}\nSignal the event again when it answers.`,
    });
  }
  if (!isUser) return;
  throw new MailwrightError(`the user ${name} is still there: the mailbox stays`, {
    code: "USER_EXISTS",
    hint: "Delete the user first: signal-event user-delete USER, and where the system's users are accounts, there too",
  });
}

/** Whether the system has a user of the name. A directory may tell of those whom it is asked for, and list nobody. */
async function isKnown(
  { paths }: CommandContext,
  { files, processes }: Pick<System, "files" | "processes">,
  name: string,
): Promise<boolean> {
  const { exit, stdout } = await processes.inspect(["getent", "passwd", "--", name], { timeout: 10_000 });
  const loginDefs = files.readText(paths.target("/etc/login.defs")) ?? "";
  return exit === 0 && systemAccounts(stdout, "", loginDefs).users.size > 0;
}

/** Takes the user's rights out of the folders of another one, and what that one has of the user's folders. */
async function forget(doveadm: Doveadm, homes: Homes, owner: string, name: string): Promise<void> {
  if (owner === name) return;
  await homes.remove(join(homes.path(owner), "Maildir/shared", name));
  const [subscribes, acls] = [homes.subscribes(owner, `Shared/${name}/`), homes.mentioning(owner, name)];
  if (!subscribes && acls.length === 0) return;
  if (!(await doveadm.knows(owner))) {
    // A mailbox that is left of another one who is no more: Dovecot neither tells of it nor is at work in it.
    await homes.removeLines(homes.subscriptions(owner), (line) => line.startsWith(`Shared/${name}/`));
    for (const acl of acls) await homes.removeLines(acl, (line) => isEntryOf(line, name));
    return;
  }
  if (subscribes) {
    const subscribed = await doveadm.folders(owner, "-s");
    for (const folder of subscribed.filter((one) => one.startsWith(`Shared/${name}/`)))
      await doveadm.run("mailbox", "unsubscribe", "-u", owner, "--", folder);
  }
  if (acls.length === 0) return;
  const own = (await doveadm.folders(owner)).filter((folder) => !/^(Public|Shared)(\/|$)/.test(folder));
  for (const folder of own) {
    const ids = [...(await doveadm.acl(owner, folder)).keys()];
    for (const id of ids.filter((one) => one.replace(/^-/, "") === `user=${name}`))
      await doveadm.run("acl", "delete", "-u", owner, "--", folder, id);
  }
}

/** Whether a line of Dovecot's `dovecot-acl` gives, or takes by `-`, rights of a user; one with a blank is in quotes. */
export function isEntryOf(line: string, user: string): boolean {
  const rest = line.replace(/^-/, "");
  return (
    rest.startsWith(`user=${user} `) ||
    rest.startsWith(`"user=${user}" `) ||
    rest.startsWith(`"-user=${user}" `)
  );
}
