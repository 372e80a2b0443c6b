import { basename, join } from "node:path";
import type { FolderChange } from "../../mail/public-mailbox.ts";
import type { Doveadm } from "../doveadm.ts";
import type { Homes } from "../homes.ts";

/** The name by which users see public mailboxes; see the namespace in dovecot.conf. */
const prefix = "Public/";

/** What each user has of his own about public mailboxes: subscriptions, and which messages he has read. */
export class Readers {
  constructor(
    private readonly doveadm: Doveadm,
    private readonly homes: Homes,
  ) {}

  /** Follows a folder that was renamed or, without `after`, removed; the paths are those of the folder itself. */
  async follow(change: FolderChange, before: string, after?: string): Promise<void> {
    for (const user of this.homes.users()) {
      await this.moveSeen(user, basename(before), after === undefined ? undefined : basename(after));
      await this.resubscribe(user, change);
    }
  }

  /** Maildir++ has the folders within a folder beside it, their names joined by dots. */
  private async moveSeen(user: string, before: string, after: string | undefined): Promise<void> {
    const folder = join(this.homes.path(user), "Maildir/public");
    const own = this.homes.files
      .list(folder)
      .filter((name) => name === before || name.startsWith(`${before}.`));
    for (const name of own) {
      if (after === undefined) {
        await this.homes.remove(join(folder, name));
        continue;
      }
      const target = join(folder, `${after}${name.slice(before.length)}`);
      // Of an earlier mailbox of that name, or of the moment since this one has it.
      await this.homes.remove(target);
      await this.homes.move(join(folder, name), target);
    }
  }

  /** Of one who is no more Dovecot tells nothing; a subscription to a folder that is not there does no harm. */
  private async resubscribe(user: string, change: FolderChange): Promise<void> {
    if (!this.homes.subscribes(user, prefix) || !(await this.doveadm.knows(user))) return;
    const subscribed = (await this.doveadm.folders(user, "-s")).filter((name) => name.startsWith(prefix));
    for (const name of subscribed) {
      const next = change(name.slice(prefix.length));
      if (next === name.slice(prefix.length)) continue;
      if (next !== undefined)
        await this.doveadm.run("mailbox", "subscribe", "-u", user, "--", `${prefix}${next}`);
      await this.doveadm.run("mailbox", "unsubscribe", "-u", user, "--", name);
    }
  }
}
