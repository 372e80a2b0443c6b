import { join } from "node:path";
import { publicUser } from "../../catalogue/account-name.ts";
import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { mailFolder } from "../../mail/mail-folders.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Files, Processes } from "../../system/system.ts";
import type { Handler } from "../command.ts";
import { Doveadm } from "../doveadm.ts";
import { Homes } from "../homes.ts";
import { restoreStatistics } from "./learned.ts";

/** Makes restored mail folders fit for use: owners, indexes, lists of what is shared, quota. And brings back what was learned. */
export const restoreData: Handler = async (context) => {
  const { files, processes } = realSystem(context.paths.root, "none");
  await putOwnersRight(processes);
  const homes = new Homes(files, processes);
  const users = [publicUser, ...homes.users()].filter((user) => homes.isHome(user));
  await lookThrough(files, processes, users);
  await restoreStatistics(context);
  return { exit: ExitCode.done, text: `${users.length} mailboxes are looked through\n` };
};

/** Another machine has another number for the user vmail. Links are not followed. */
async function putOwnersRight(processes: Processes): Promise<void> {
  const others = ["-not", "(", "-user", publicUser, "-group", publicUser, ")"];
  const chown = ["-exec", "chown", "-h", `${publicUser}:${publicUser}`, "--", "{}", "+"];
  const { exit, stderr } = await processes.run(["find", mailFolder, ...others, ...chown]);
  if (exit === 0) return;
  throw new MailwrightError(`the owners below ${mailFolder} could not be put right`, {
    code: "MAIL_FOLDER",
    hint: stderr.trim(),
  });
}

/** One process for all users: there may be thousands. */
async function lookThrough(files: Files, processes: Processes, users: readonly string[]): Promise<void> {
  const doveadm = new Doveadm(processes);
  const plugins = (await processes.run(["doveconf", "-h", "mail_plugins"])).stdout.split(/\s+/);
  const folder = files.makeTemporaryFolder();
  try {
    const list = join(folder, "users");
    files.write(list, Buffer.from(users.map((user) => `${user}\n`).join("")), { mode: 0o600 });
    await doveadm.run("force-resync", "-F", list, "*");
    await doveadm.run("acl", "recalc", "-F", list);
    if (plugins.includes("quota")) await doveadm.run("quota", "recalc", "-F", list);
  } finally {
    files.removeFolder(folder);
  }
}
