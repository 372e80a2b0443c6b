import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { delivered, login, relayed, startDomainOrg } from "./container/domain-org.ts";
import { journal, reply } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

describe("addresses that once went astray", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const address = async (key: string, ...props: string[]): Promise<void> => {
    await type("db", "accounts", "set", key, "pseudonym", ...props);
    await type("signal-event", "pseudonym-modify", key);
  };

  beforeAll(async () => {
    container = await startDomainOrg();
  });
  afterAll(() => container?.stop());

  test("a public mailbox whose name has blanks is a destination, and a group with blanks an address", async () => {
    await address("public@", "Account", "vmail+Public Folder");
    await apply(container);
    const before = (await journal(container, "postfix@-")).length;
    expect(await reply(container, "public@example.com")).toMatch(/^END 250 /);
    await queueIsEmpty(container);
    const log = (await journal(container, "postfix@-")).slice(before);
    expect(log).toMatch(/to=<"vmail\+Public Folder"@domain\.org>, .*lmtp.*status=sent/);
    await type("config", "setprop", "postfix", "DynamicGroupAlias", "enabled");
    await type("db", "accounts", "set", "Domain Users@domain.org", "group", "Members", "john,mary");
    await apply(container);
    expect(await delivered(container, '"domain users"@example.com')).toEqual(["john/INBOX", "mary/INBOX"]);
  });

  test("a user's forward wins over an address of the same name, and one that leads to itself is no line", async () => {
    const forward = ["MailForwardStatus", "enabled", "MailForwardAddress", "a@outside.example.net"];
    await type("db", "accounts", "setprop", "paul@domain.org", ...forward);
    await address("paul@", "Account", "mary");
    await address("john@", "Account", "john");
    await apply(container);
    expect(await relayed(container, "a@outside.example.net", login)).toBeDefined();
    expect(await delivered(container, "paul@domain.org")).toEqual([]);
    expect(await delivered(container, "john@domain.org")).toEqual(["john/INBOX"]);
    expect(await container.read("/etc/postfix/virtual-aliases")).not.toMatch(/^john /m);
    await type("db", "accounts", "delete", "paul@");
    await type("db", "accounts", "delprop", "paul@domain.org", "MailForwardStatus");
    await apply(container);
  });

  test("an external destination stays external where a local address has its name; no local part holds two @", async () => {
    await address("info@", "Account", "john");
    await address("news@", "Account", "info@outside.example.net");
    await apply(container);
    expect(await delivered(container, "info@domain.org")).toEqual(["john/INBOX"]);
    expect(await delivered(container, "news@domain.org")).toEqual([]);
    const to = await container.read("/etc/postfix/virtual-aliases");
    expect(to).toMatch(/^news info@outside\.example\.net$/m);
    const twice = await container.run([
      "db",
      "accounts",
      "set",
      "a@b@domain.org",
      "pseudonym",
      "Account",
      "john",
    ]);
    expect(twice.exit).toBe(3);
  });

  test("an address that becomes internal leaves the mailbox behind it as it was, and the other way round", async () => {
    await address("info@", "Account", "john", "Access", "private");
    expect(await reply(container, "info@domain.org")).toMatch(/^RCPT 554 /);
    expect(await delivered(container, "john@domain.org")).toEqual(["john/INBOX"]);
    await type("db", "accounts", "setprop", "john@domain.org", "MailAccess", "private");
    await address("info@", "Account", "john", "Access", "public");
    await apply(container);
    expect(await reply(container, "john@domain.org")).toMatch(/^RCPT 554 /);
    expect(await delivered(container, "info@domain.org")).toEqual(["john/INBOX"]);
  });

  test("a catch-all of the primary domain swallows none of its users, nor the name that is of every domain", async () => {
    const open = ["UnknownRecipientsActionType", "deliver", "UnknownRecipientsActionDeliverMailbox", "mary"];
    await type("db", "domains", "setprop", "domain.org", ...open);
    await apply(container);
    expect(await delivered(container, "paul@domain.org")).toEqual(["paul/INBOX"]);
    expect(await delivered(container, "postmaster@domain.org")).toEqual(["root/INBOX"]);
    expect(await delivered(container, "anybody@domain.org")).toEqual(["mary/INBOX"]);
    expect(await reply(container, "anybody@example.com")).toMatch(/^RCPT 550 /);
  });

  test("the events again change nothing, and the daemons have nothing to complain of", async () => {
    await repeat(container, "nethserver-mail-server-save");
    expect(await complaints(container)).toEqual([]);
  });
});
