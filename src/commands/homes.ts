import { join } from "node:path";
import { publicUser } from "../catalogue/account-name.ts";
import { MailwrightError } from "../errors.ts";
import { mailFolder } from "../mail/mail-folders.ts";
import type { Files, Processes } from "../system/system.ts";
import { asMailOwner } from "./mail-owner.ts";

/** The home folders of users, in which their mailboxes lie. They are changed as the user who owns them. */
export class Homes {
  constructor(
    readonly files: Files,
    private readonly processes: Processes,
  ) {}

  /** Everybody who has a home folder, whether there is such a user or no longer; without the owner of public mailboxes. */
  users(): string[] {
    return this.files.list(mailFolder).filter((name) => name !== publicUser && this.isHome(name));
  }

  isHome(user: string): boolean {
    return !/^\.|\//.test(user) && this.files.status(this.path(user))?.kind === "directory";
  }

  /** The access control lists of the user's folders in which somebody may have an entry. */
  mentioning(user: string, somebody: string): string[] {
    const maildir = join(this.path(user), "Maildir");
    const folders = ["", ...this.files.list(maildir).filter((name) => name.startsWith("."))];
    return folders
      .map((folder) => join(maildir, folder, "dovecot-acl"))
      .filter((path) => this.files.readText(path)?.includes(`user=${somebody}`));
  }

  /** Whether a user may be subscribed to folders that begin so; only few are, and a process for each user takes its time. */
  subscribes(user: string, prefix: string): boolean {
    return this.files.readText(this.subscriptions(user))?.includes(prefix) === true;
  }

  /** Dovecot's file of the folders that the user is subscribed to. */
  subscriptions(user: string): string {
    return join(this.path(user), "Maildir/subscriptions");
  }

  path(user: string): string {
    return join(mailFolder, user);
  }

  /** Takes lines out of a text file. Nobody else may be at work on it. */
  async removeLines(path: string, isToGo: (line: string) => boolean): Promise<void> {
    const lines = (this.files.readText(path) ?? "").split("\n");
    const numbers = lines.flatMap((line, at) => (isToGo(line) ? [`${at + 1}d`] : []));
    if (numbers.length > 0) await this.asOwner("sed", "-i", "-e", numbers.join(";"), "--", path);
  }

  move(from: string, to: string): Promise<void> {
    return this.asOwner("mv", "-T", "--", from, to);
  }

  /** With all that is in it; nothing happens where there is nothing. */
  async remove(path: string): Promise<void> {
    if (this.files.status(path) !== undefined) await this.asOwner("rm", "-rf", "--", path);
  }

  private async asOwner(...argv: readonly [string, ...string[]]): Promise<void> {
    const { exit, stderr } = await this.processes.run(asMailOwner(...argv));
    if (exit !== 0)
      throw new MailwrightError(`${argv.join(" ")} failed with status ${exit}`, {
        code: "MAIL_FOLDER",
        hint: stderr.trim(),
      });
  }
}
