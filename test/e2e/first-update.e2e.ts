import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "./container/container.ts";
import { smtpSend, waitFor } from "./container/mail.ts";
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
});
