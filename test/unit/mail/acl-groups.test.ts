import { describe, expect, it } from "vitest";
import { aclGroups, sharing } from "../../../src/mail/acl-groups.ts";
import { settings } from "./some-settings.ts";

const users = { "john@example.org user": {}, "Mary@example.org user": {} };

describe("the groups of a user, for access control lists", () => {
  it("have the names that a list may have for them, each once", () => {
    const groups = aclGroups(
      settings({
        ...users,
        "Domain Users@example.org group": { Members: "john, mary@example.org,john" },
        "sales@example.org group": { Members: "John" },
      }),
    );
    expect(groups.get("john")).toEqual([
      "domain users",
      "Domain Users",
      "Domain Users@example.org",
      "sales",
      "sales@example.org",
    ]);
    expect(groups.get("mary")).toEqual(["domain users", "Domain Users", "Domain Users@example.org"]);
  });

  it("are those of users alone: not of members that are gone, nor of the owner of public mailboxes", () => {
    const groups = aclGroups(
      settings({
        ...users,
        "vmail@example.org user": {},
        "old@example.org user-deleted": {},
        "all@example.org group": { Members: "gone,old,vmail" },
        "empty@example.org group": {},
      }),
    );
    expect(groups).toEqual(new Map());
  });
});

describe("what Dovecot is told of users", () => {
  it("is one entry for each, its groups in one value in which a percent sign is no variable", () => {
    const { users: entries } = sharing(
      settings({ ...users, "100% us@example.org group": { Members: "mary,john" } }),
    );
    expect(entries.map(({ key }) => key)).toEqual([
      "shared/userdb/vmail",
      "shared/userdb/john",
      "shared/userdb/mary",
    ]);
    expect(JSON.parse(entries[1]?.fields ?? "")).toEqual({ acl_groups: "100%% us,100%% us@example.org" });
  });

  it("gives the owner of public mailboxes a note of its own, and no folders that nobody made", () => {
    const [owner] = sharing(settings({})).users;
    expect(JSON.parse(owner?.fields ?? "")).toMatchObject({
      acl_shared_dict: "file:/var/lib/nethserver/vmail/vmail/shared-mailboxes.db",
      "namespace/inbox/mailbox/Sent/auto": "no",
    });
  });

  it("has the switches of the administrator", () => {
    const withProps = (props: Readonly<Record<string, string>>) =>
      sharing(settings({}, {}, { "dovecot service": props }));
    expect(withProps({})).toMatchObject({ isOpen: true, hasOwnSeen: false });
    expect(withProps({ SharedMailboxesStatus: "disabled", SharedSeen: "disabled" })).toMatchObject({
      isOpen: false,
      hasOwnSeen: true,
    });
  });
});
