import { mailFolder } from "../mail/mail-folders.ts";
import type { Doveadm } from "./doveadm.ts";

/** See `acl_shared_dict` in dovecot.conf. */
const note = `file:${mailFolder}/shared-mailboxes.db`;
const prefix = "shared/shared-boxes";

/** Dovecot's note of whose folders are shared with whom, as `shared/shared-boxes/user/TO/FROM` and `…/group/TO/FROM`. */
export class SharedNote {
  constructor(private readonly doveadm: Doveadm) {}

  /** Takes a user out, who shared or was shared with. */
  async forget(user: string): Promise<void> {
    const text = await this.doveadm.runAsOwner("-f", "tab", "dict", "iter", "-R", "-V", note, prefix);
    const keys = text.split("\n").filter((key) => key.startsWith(`${prefix}/`));
    const own = keys.filter((key) => key.endsWith(`/${user}`) || key.startsWith(`${prefix}/user/${user}/`));
    for (const key of own) await this.doveadm.runAsOwner("dict", "unset", note, key);
  }
}
