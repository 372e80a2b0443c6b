import { describe, expect, it } from "vitest";
import { folders } from "../../../src/mail/folders.ts";
import { spamFolder } from "../../../src/mail/spam-folder.ts";
import { someSettings } from "./some-settings.ts";

const users = {
  "john@example.org user": { MailSpamRetentionStatus: "enabled", MailSpamRetentionTime: "4w" },
  "mary@example.org user": { MailSpamRetentionTime: "1d" },
  "paul@example.org user": { MailSpamRetentionStatus: "enabled", MailSpamRetentionTime: "infinite" },
};
const dovecot = (props: Readonly<Record<string, string>>) =>
  someSettings({ accounts: users, configuration: { "dovecot service": props } });

describe("the folder for spam", () => {
  it("groups the mailboxes by the time for which their spam is kept; for ever is in none", () => {
    expect(spamFolder(dovecot({}))).toEqual({
      active: true,
      expires: true,
      name: "Junk",
      retentions: [
        { time: "15d", users: ["root", "mary"] },
        { time: "4w", users: ["john"] },
      ],
    });
    const { retentions } = spamFolder(dovecot({ SpamRetentionTime: "infinite" }));
    expect(retentions).toEqual([{ time: "4w", users: ["john"] }]);
  });

  it("is none where it has no name", () => {
    expect(spamFolder(dovecot({ SpamFolder: "" }))).toEqual({
      active: false,
      expires: false,
      name: "",
      retentions: [],
    });
  });

  it("is not emptied while Dovecot is disabled", () => {
    expect(spamFolder(dovecot({ status: "disabled" }))).toMatchObject({ active: true, expires: false });
  });
});

describe("the folders of a mailbox", () => {
  const special = (name: string) => folders(dovecot({ SpamFolder: name })).special.map((one) => one.name);

  it("are found by their use, that for spam only where there is one", () => {
    expect(special("My Spam")).toEqual(["Drafts", "Sent", "Trash", "Archive", "My Spam"]);
    expect(special("")).toEqual(["Drafts", "Sent", "Trash", "Archive"]);
    expect(folders(dovecot({})).special.at(-1)).toEqual({ name: "Junk", use: "Junk", attribute: "\\Junk" });
  });

  it("are named once, where spam goes into one of them", () => {
    expect(special("Archive")).toEqual(["Drafts", "Sent", "Trash", "Archive"]);
  });
});
