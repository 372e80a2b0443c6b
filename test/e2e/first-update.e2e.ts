import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { smtpSend, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import { debPath, rootCache } from "./places.ts";

const from = "someone@outside.example.net";

describe("the first update of a machine on which nothing is set", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const answer = async (to: string): Promise<string> => {
    const { last } = await smtpSend(container, { from, to: [to] });
    return `${last.verb} ${last.code}`;
  };

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await type("config", "setprop", "rspamd", "status", "disabled");
    await type("db", "accounts", "set", "john", "user");
    await type("signal-event", "nethserver-mail-server-update");
    await type("mailwright", "apply");
  });
  afterAll(() => container?.stop());

  test("A1 the primary domain is the host's: its record is made, and its mail is delivered here", async () => {
    expect(await type("config", "get", "DomainName")).toBe("example.org\n");
    expect(await type("db", "--stored", "domains", "print")).toBe(
      "example.org=domain|Description|Primary domain\n",
    );
    expect(await answer("john@example.org")).toBe("END 250");
    await waitFor(async () => (await type("doveadm", "search", "-u", "john", "all")).trim() !== "");
    expect(await answer("nobody@example.org")).toBe("RCPT 550");
    expect(await answer("john@domain.org")).toBe("RCPT 554");
  });

  test("a changed host name is the primary domain from the next event on", async () => {
    await type("hostname", "mail.domain.org");
    expect(await type("config", "get", "DomainName")).toBe("domain.org\n");
    await type("signal-event", "nethserver-mail-server-update");
    await type("mailwright", "apply");
    expect(await answer("john@domain.org")).toBe("END 250");
    expect(await type("postconf", "-h", "myhostname")).toBe("mail.domain.org\n");
    expect(await type("db", "domains", "keys")).toBe("domain.org\nexample.org\n");
  });

  test("postmaster@ goes to root in every domain unless Account names another; Access private shuts out the world", async () => {
    const holder = async (): Promise<string> => {
      const has = async (user: string): Promise<boolean> =>
        (await type("doveadm", "search", "-u", user, "header", "to", "postmaster@domain.org")).trim() !== "";
      expect(await answer("postmaster@domain.org")).toBe("END 250");
      const found = await waitFor(async () => ((await has("root")) ? "root" : (await has("john")) && "john"));
      await type("doveadm", "expunge", "-u", found, "mailbox", "INBOX", "all");
      return found;
    };
    await type("doveadm", "expunge", "-u", "john", "mailbox", "INBOX", "all");
    expect(await holder()).toBe("root");
    await type("db", "accounts", "setprop", "postmaster@", "Account", "john");
    await type("signal-event", "pseudonym-modify", "postmaster@");
    expect(await holder()).toBe("john");
    await type("db", "accounts", "setprop", "postmaster@", "Access", "private");
    await type("signal-event", "pseudonym-modify", "postmaster@");
    expect(await answer("postmaster@domain.org")).toBe("RCPT 554");
  });

  test("status disabled stops Postfix, and Dovecot, and enabled starts them", async () => {
    const active = async (unit: string): Promise<string> =>
      (await container.run(["systemctl", "is-active", unit])).stdout.trim();
    for (const [key, unit, port] of [
      ["postfix", "postfix@-", "25"],
      ["dovecot", "dovecot", "143"],
    ] as const) {
      const listens = async (): Promise<boolean> =>
        (await type("ss", "-Hltn", `sport = :${port}`)).trim() !== "";
      await type("config", "setprop", key, "status", "disabled");
      await type("signal-event", "nethserver-mail-server-save");
      await waitFor(async () => (await active(unit)) === "inactive" && !(await listens()));
      await type("config", "setprop", key, "status", "enabled");
      await type("signal-event", "nethserver-mail-server-save");
      await waitFor(async () => (await active(unit)) === "active" && (await listens()));
    }
  });

  test("the event again changes nothing, and the daemons have nothing to complain of", async () => {
    await apply(container);
    await repeat(container, "nethserver-mail-server-save");
    await queueIsEmpty(container);
    expect(await complaints(container)).toEqual([]);
  });
});
