import { MailwrightError } from "../../errors.ts";
import { publicUser } from "../../mail/mail-folders.ts";
import type { FolderChange } from "../../mail/public-mailbox.ts";
import { removing, renaming } from "../../mail/public-mailbox.ts";
import type { Doveadm } from "../doveadm.ts";
import type { Acl } from "./arguments.ts";
import type { Readers } from "./readers.ts";

/** The folders of public mailboxes, with their access control lists, and what users have of their own about them. */
export class PublicFolders {
  constructor(
    private readonly doveadm: Doveadm,
    private readonly readers: Readers,
  ) {}

  async create(name: string, acl: Acl): Promise<void> {
    if (await this.exists(name)) {
      throw new MailwrightError(`there is a public mailbox ${JSON.stringify(name)} already`, {
        code: "MAILBOX_EXISTS",
        hint: `To give rights to it: signal-event sharedmailbox-modify NAME NAME ID RIGHTS`,
      });
    }
    await this.doveadm.run("mailbox", "create", "-u", publicUser, "--", name);
    await this.setRights(name, acl);
  }

  /** Where rights are given, whoever is not named loses his. */
  async modify(from: string, to: string, acl: Acl): Promise<void> {
    await this.mustExist(from);
    if (from !== to) await this.rename(from, to);
    if (acl.size > 0) await this.setRights(to, acl);
  }

  /** With the folders in it and all mail. */
  async remove(name: string): Promise<void> {
    await this.mustExist(name);
    const path = await this.path(name);
    await this.doveadm.run("mailbox", "delete", "-u", publicUser, "-r", "-s", "--", name);
    await this.readers.follow(removing(name), path);
  }

  private async rename(from: string, to: string): Promise<void> {
    const [before, after] = [await this.path(from), await this.path(to)];
    await this.doveadm.run("mailbox", "rename", "-u", publicUser, "--", from, to);
    const change: FolderChange = renaming(from, to);
    await this.readers.follow(change, before, after);
  }

  private async setRights(name: string, acl: Acl): Promise<void> {
    const target = ["-u", publicUser, "--", name];
    const kept = new Set([...acl].flatMap(([id, rights]) => (rights.length > 0 ? [id] : [])));
    // First those that gain: one who may look after the mailbox is never without one.
    for (const [id, rights] of acl)
      if (rights.length > 0) await this.doveadm.run("acl", "set", ...target, id, ...rights);
    for (const id of await this.doveadm.identifiers(publicUser, name))
      if (!kept.has(id)) await this.doveadm.run("acl", "delete", ...target, id);
  }

  private async mustExist(name: string): Promise<void> {
    if (await this.exists(name)) return;
    throw new MailwrightError(`there is no public mailbox ${JSON.stringify(name)}`, {
      code: "UNKNOWN_MAILBOX",
      hint: `known: doveadm mailbox list -u ${publicUser}`,
    });
  }

  private async exists(name: string): Promise<boolean> {
    return (await this.doveadm.folders(publicUser)).includes(name);
  }

  /** Where the folder lies, or would lie. */
  private async path(name: string): Promise<string> {
    return (await this.doveadm.run("mailbox", "path", "-u", publicUser, "--", name)).trim();
  }
}
