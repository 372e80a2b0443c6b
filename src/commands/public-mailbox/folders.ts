import { publicUser } from "../../catalogue/account-name.ts";
import { MailwrightError } from "../../errors.ts";

import type { FolderChange } from "../../mail/public-mailbox.ts";
import { removing, renaming } from "../../mail/public-mailbox.ts";
import type { Doveadm } from "../doveadm.ts";
import type { Acl } from "./arguments.ts";
import type { Readers } from "./readers.ts";

/**
 * The folders of public mailboxes, with their access control lists, and what users have of their own about them. Whatever
 * was cut off or has failed may be done again; it goes on where it was.
 */
export class PublicFolders {
  constructor(
    private readonly doveadm: Doveadm,
    private readonly readers: Readers,
  ) {}

  /** One that is there already is refused, unless its rights are those that this would have given so far. */
  async create(name: string, acl: Acl): Promise<void> {
    if (!(await this.exists(name))) {
      await this.doveadm.run("mailbox", "create", "-u", publicUser, "--", name);
    } else if (!(await this.isBegun(name, acl))) {
      throw new MailwrightError(`there is a public mailbox ${JSON.stringify(name)} already`, {
        code: "MAILBOX_EXISTS",
        hint: `To give rights to it: signal-event sharedmailbox-modify NAME NAME ID RIGHTS`,
      });
    }
    await this.setRights(name, acl);
  }

  /** Refuses what `modify` could not do; where the folder has its new name already, the rest of it can be done again. */
  async mayBeModified(from: string, to: string): Promise<void> {
    if (from === to) return this.mustExist(from);
    const [isThere, isTaken] = [await this.exists(from), await this.exists(to)];
    if (!isThere && !isTaken) return this.mustExist(from);
    if (isThere && isTaken) {
      throw new MailwrightError(`there is a public mailbox ${JSON.stringify(to)} already`, {
        code: "MAILBOX_EXISTS",
        hint: "A public mailbox can only get a name that no other one has.",
      });
    }
  }

  /** Where rights are given, whoever is not named loses his. */
  async modify(from: string, to: string, acl: Acl): Promise<void> {
    await this.mayBeModified(from, to);
    if (from !== to) await this.rename(from, to);
    if (acl.size > 0) await this.setRights(to, acl);
  }

  /** Refuses a name that no mailbox has. */
  async mustExist(name: string): Promise<void> {
    if (await this.exists(name)) return;
    throw new MailwrightError(`there is no public mailbox ${JSON.stringify(name)}`, {
      code: "UNKNOWN_MAILBOX",
      hint: `known: doveadm mailbox list -u ${publicUser}`,
    });
  }

  /** With the folders in it and all mail, which go last: as long as they are there, all of it can be done again. */
  async remove(name: string): Promise<void> {
    await this.readers.follow(removing(name), await this.path(name));
    if (await this.exists(name))
      await this.doveadm.run("mailbox", "delete", "-u", publicUser, "-r", "-s", "--", name);
  }

  private async rename(from: string, to: string): Promise<void> {
    const [before, after] = [await this.path(from), await this.path(to)];
    if (await this.exists(from))
      await this.doveadm.run("mailbox", "rename", "-u", publicUser, "--", from, to);
    const change: FolderChange = renaming(from, to);
    await this.readers.follow(change, before, after);
  }

  /** Whether each right in the folder is one of these, or came from the folder that it lies in: it had nothing else yet. */
  private async isBegun(name: string, acl: Acl): Promise<boolean> {
    const parent = name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : undefined;
    const inherited = parent === undefined ? new Map() : await this.doveadm.acl(publicUser, parent);
    const own = await this.doveadm.acl(publicUser, name);
    return [...own].every(([id, rights]) => {
      const given = acl.get(id);
      return (
        inherited.get(id) === rights || (given !== undefined && sorted(given) === sorted(rights.split(" ")))
      );
    });
  }

  private async setRights(name: string, acl: Acl): Promise<void> {
    const target = ["-u", publicUser, "--", name];
    const kept = new Set([...acl].flatMap(([id, rights]) => (rights.length > 0 ? [id] : [])));
    // First those that gain: one who may look after the mailbox is never without one.
    for (const [id, rights] of acl)
      if (rights.length > 0) await this.doveadm.run("acl", "set", ...target, id, ...rights);
    for (const id of (await this.doveadm.acl(publicUser, name)).keys())
      if (!kept.has(id)) await this.doveadm.run("acl", "delete", ...target, id);
  }

  private async exists(name: string): Promise<boolean> {
    return (await this.doveadm.folders(publicUser)).includes(name);
  }

  /** Where the folder lies, or would lie. */
  private async path(name: string): Promise<string> {
    return (await this.doveadm.run("mailbox", "path", "-u", publicUser, "--", name)).trim();
  }
}

const sorted = (words: readonly string[]): string => [...words].sort().join(" ");
