import { join } from "node:path";
import { MailwrightError, refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { accountName, accountsOf, rootName } from "../mail/accounts.ts";
import { mailFolder, publicUser } from "../mail/mail-folders.ts";
import { realSystem } from "../system/real-system.ts";
import type { Handler } from "./command.ts";
import type { CommandContext } from "./context.ts";
import { Doveadm } from "./doveadm.ts";
import { Homes } from "./homes.ts";
import { openSettings } from "./open-settings.ts";
import { SharedNote } from "./shared-note.ts";

/** Removes the mailbox of a user who is no more, and what others' access control lists say of him. */
export const removeMailbox: Handler = async (context, [given = ""]) => {
  const name = accountName(given);
  await refuseUser(context, name);
  const { files, processes } = realSystem(context.paths.root, "none");
  const doveadm = new Doveadm(processes);
  const homes = new Homes(files, processes);
  const isThere = homes.isHome(name);
  // Nobody may be at work in it; that nobody is, is no failure.
  await doveadm.succeeds("kick", name);
  for (const owner of [...homes.users(), publicUser]) await forget(doveadm, homes, owner, name);
  await new SharedNote(doveadm).forget(name);
  if (isThere) await homes.remove(homes.path(name));
  const text = isThere ? `${homes.path(name)} is removed` : `there is no mailbox ${homes.path(name)}`;
  return { exit: ExitCode.done, text: `${text}\n` };
};

async function refuseUser(context: CommandContext, name: string): Promise<void> {
  if (!/^[^/\p{Cc}.*?][^/\p{Cc}*?]*$/u.test(name) || name === publicUser || name === rootName) {
    throw refused(
      `${JSON.stringify(name)} is no user whose mailbox could be removed`,
      "USAGE",
      `accepted: the name of a folder in ${mailFolder}, but for ${publicUser} and ${rootName}`,
    );
  }
  const isUser = await openSettings(context, (settings) => {
    // One whose deletion was cut off still gets mail.
    const isMarked = [...settings.records("accounts")].some(
      ({ key, type }) => type === "user-deleted" && accountName(key) === name,
    );
    return isMarked || accountsOf(settings).users.has(name);
  });
  if (!isUser) return;
  throw new MailwrightError(`the user ${name} is still there: the mailbox stays`, {
    code: "USER_EXISTS",
    hint: "Delete the user first: signal-event user-delete USER",
  });
}

/** Takes the user's rights out of the folders of another one, and what that one has of the user's folders. */
async function forget(doveadm: Doveadm, homes: Homes, owner: string, name: string): Promise<void> {
  if (owner === name) return;
  await homes.remove(join(homes.path(owner), "Maildir/shared", name));
  if (homes.subscribes(owner, "Shared/")) {
    const subscribed = await doveadm.folders(owner, "-s");
    for (const folder of subscribed.filter((one) => one.startsWith(`Shared/${name}/`)))
      await doveadm.run("mailbox", "unsubscribe", "-u", owner, "--", folder);
  }
  if (!homes.mentions(owner, name)) return;
  const own = (await doveadm.folders(owner)).filter((folder) => !/^(Public|Shared)(\/|$)/.test(folder));
  for (const folder of own) {
    const ids = await doveadm.identifiers(owner, folder);
    for (const id of ids.filter((one) => one.replace(/^-/, "") === `user=${name}`))
      await doveadm.run("acl", "delete", "-u", owner, "--", folder, id);
  }
}
