import { describe, expect, it } from "vitest";
import { accountsOf } from "../../../src/mail/accounts.ts";
import { addresses } from "../../../src/mail/addresses.ts";
import { logins } from "../../../src/mail/logins.ts";
import { systemAccounts } from "../../../src/mail/system-accounts.ts";
import { someSettings } from "./some-settings.ts";

const hash = { PasswordHash: "{PLAIN}x" };
const passwd = `root:x:0:0:root:/root:/bin/sh
www-data:x:33:33::/var/www:/usr/sbin/nologin
anna:x:1000:1000:Anna:/home/anna:/bin/sh
Bert@domain.org:x:70001:70000::/:/bin/sh
a/b:x:1003:1003::/:/bin/sh
nobody:x:65534:65534::/:/bin/sh`;
const group = `root:x:0:
adm:x:4:anna
anna:x:1000:
domain users:x:70000:anna,www-data
sales:x:1100:Bert@domain.org`;
const system = systemAccounts(passwd, group, "# login.defs\nUID_MIN\t\t 1000\n");

describe("who logs in", () => {
  it("is everybody with a hash who is not disabled; all others have a mailbox that is locked", () => {
    const { users } = logins(
      someSettings({
        accounts: {
          "john@example.org user": hash,
          "mary@example.org user": { ...hash, MailStatus: "disabled" },
          "new@example.org user": {},
          "sales@example.org group": {},
        },
      }),
    );
    expect(users.map(({ name, passwordHash }) => [name, passwordHash])).toEqual([
      ["root", "{CRYPT}!"],
      ["vmail", "{CRYPT}!"],
      ["john", "{PLAIN}x"],
      ["mary", "{CRYPT}!"],
      ["new", "{CRYPT}!"],
    ]);
  });

  it("is not root and not the owner of public mailboxes, whatever records they have", () => {
    const accounts = { "root@example.org user": hash, "vmail@example.org user": hash };
    const { users } = logins(someSettings({ accounts }));
    expect(users.map(({ name, passwordHash }) => [name, passwordHash])).toEqual([
      ["root", "{CRYPT}!"],
      ["vmail", "{CRYPT}!"],
    ]);
  });
});

describe("a restricted group", () => {
  const accounts = {
    "john@example.org user": hash,
    "o'brien@example.org user": hash,
    "Office Staff@example.org group": { Members: "John@example.org,gone,root,o'brien" },
  };
  const restricted = (name: string) =>
    logins(
      someSettings({
        accounts,
        configuration: { "dovecot service": { RestrictedAccessGroup: name } },
        networks: {
          "10.0.0.0 network": { Mask: "255.255.0.0" },
          "192.0.2.7 network": { Mask: "" },
          "fd00:: network": { Mask: "8" },
          "fd01::1 network": {},
        },
      }),
    );

  it("has those of its members who are users, once for each way to a mailbox", () => {
    for (const name of ["Office Staff", "office staff@example.org"]) {
      expect(restricted(name)).toMatchObject({
        isRestricted: true,
        restricted: ["john", "o'brien"].flatMap((user) => [`imap/${user}`, `pop3/${user}`, `sieve/${user}`]),
        networks: "local,127.0.0.0/8,::1/128,10.0.0.0/16,192.0.2.7/32,fd00::/8,fd01::1/128",
      });
    }
  });

  it("restricts nobody where none is named, or nobody is in it", () => {
    expect(restricted("")).toMatchObject({ isRestricted: false, restricted: [] });
    expect(restricted("other")).toMatchObject({ isRestricted: true, restricted: [] });
  });
});

describe("accounts of the system", () => {
  it("are those of people, by the names that mail has, and their groups", () => {
    expect([...system.users]).toEqual(["anna", "bert"]);
    expect([...system.groups]).toEqual([
      ["domain users", ["anna", "bert"]],
      ["sales", ["bert"]],
    ]);
  });

  it("begin at the number that login.defs says", () => {
    expect([...systemAccounts(passwd, group, "UID_MIN 20\n").users]).toContain("www-data");
    expect([...systemAccounts(passwd, group, "UID_MIN 70000\nGID_MIN 70000\n").users]).toEqual(["bert"]);
  });

  it("are users and groups beside the records, and a record says what becomes of the mail", () => {
    const accounts = {
      "anna@example.org user": { ...hash, MailStatus: "disabled", MailAccess: "private" },
      "john@example.org user": hash,
      "sales@example.org group": { Members: "john", MailAccess: "private" },
    };
    const configuration = { "postfix service": { DynamicGroupAlias: "enabled" } };
    const settings = someSettings({ accounts, configuration }, system);
    const { users, groups } = accountsOf(settings);
    expect([...users.keys()]).toEqual(["anna", "john", "bert"]);
    expect(users.get("anna")).toMatchObject({ mayLogIn: false, isInternal: true, isOfSystem: true });
    expect(users.get("bert")).toMatchObject({ mayLogIn: true, isInternal: false, isOfSystem: true });
    expect(groups.get("sales")).toMatchObject({ members: ["john", "bert"], isInternal: true });
    expect(groups.get("domain users")).toMatchObject({ members: ["anna", "bert"], hasAddress: true });
    expect(addresses(settings).names).toEqual(["root", "vmail", "anna", "john", "bert"]);
    const told = logins(settings).users.map(({ name, passwordHash, isOfSystem }) => [
      name,
      passwordHash,
      isOfSystem,
    ]);
    expect(told).toEqual([
      ["root", "{CRYPT}!", false],
      ["vmail", "{CRYPT}!", false],
      ["anna", "{CRYPT}!", false],
      ["john", "{PLAIN}x", false],
      ["bert", "", true],
    ]);
  });
});
