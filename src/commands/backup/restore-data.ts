import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { mailFolder, publicUser } from "../../mail/mail-folders.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler } from "../command.ts";
import { Doveadm } from "../doveadm.ts";
import { Homes } from "../homes.ts";

/** Makes restored mail folders fit for use: owners, indexes, lists of what is shared, quota. */
export const restoreData: Handler = async (context) => {
  const { root } = context.paths;
  const { files, processes } = realSystem(root, "none");
  // Another machine has another number for the user vmail. Links are not followed.
  const { exit, stderr } = await processes.run([
    "find",
    mailFolder,
    "-not",
    "(",
    "-user",
    publicUser,
    "-group",
    publicUser,
    ")",
    "-exec",
    "chown",
    "-h",
    `${publicUser}:${publicUser}`,
    "--",
    "{}",
    "+",
  ]);
  if (exit !== 0)
    throw new MailwrightError(`the owners below ${mailFolder} could not be put right`, {
      code: "MAIL_FOLDER",
      hint: stderr.trim(),
    });
  const doveadm = new Doveadm(processes);
  const homes = new Homes(files, processes);
  const plugins = (await processes.run(["doveconf", "-h", "mail_plugins"])).stdout.split(/\s+/);
  const users = [publicUser, ...homes.users()].filter((user) => homes.isHome(user));
  const failed: string[] = [];
  for (const user of users) {
    const done =
      (await doveadm.succeeds("force-resync", "-u", user, "*")) &&
      (await doveadm.succeeds("acl", "recalc", "-u", user)) &&
      (!plugins.includes("quota") || (await doveadm.succeeds("quota", "recalc", "-u", user)));
    if (!done) failed.push(user);
  }
  if (failed.length > 0) {
    throw new MailwrightError(`the mailboxes of ${failed.join(", ")} could not be looked through`, {
      code: "MAIL_FOLDER",
      hint: "For one of them, to see why: doveadm force-resync -u USER '*'",
    });
  }
  return { exit: ExitCode.done, text: `${users.length} mailboxes are looked through\n` };
};
