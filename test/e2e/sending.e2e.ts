import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import {
  delivered,
  holders,
  login,
  relayed,
  relayLogOf,
  startDomainOrg,
  talk,
} from "./container/domain-org.ts";
import { imapMessages, reply, send, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

const away = "a@outside.example.net";
const hello = "EHLO x.example.net\r\n";
const envelope = (from: string): string[] => [
  `MAIL FROM:<${from}>\r\n`,
  "RCPT TO:<john@domain.org>\r\n",
  "DATA\r\n",
];

describe("how mail is taken and sent", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const event = async (name: string, key: string, ...props: string[]): Promise<void> => {
    await type("config", "setprop", key, ...props);
    await type("signal-event", name);
    await apply(container);
  };
  const common = (...props: string[]): Promise<void> =>
    event("nethserver-mail-common-save", "postfix", ...props);
  const local = (mail: string): Promise<string> => container.must(["sendmail", "-t"], { input: mail });

  beforeAll(async () => {
    container = await startDomainOrg(["25"]);
  });
  afterAll(() => container?.stop());

  test("E3 HeloHost is the name towards other servers, and empty it is the host's own", async () => {
    expect(await relayed(container, away, login)).toMatchObject({ helo: "mail.domain.org" });
    await common("HeloHost", "public.example.com");
    expect(await relayed(container, away, login)).toMatchObject({ helo: "public.example.com" });
    await common("HeloHost", "");
    expect(await relayed(container, away, login)).toMatchObject({ helo: "mail.domain.org" });
    expect(await type("postconf", "-n")).not.toMatch(/^(?:smtp_helo_name|always_bcc) =/m);
  });

  test("E3 the size of messages is announced and enforced, and mailboxes take what the queue takes", async () => {
    await common("MessageSizeMax", "1000000");
    expect(await talk(container, [hello])).toContain("250-SIZE 1000000\r\n");
    const large = { body: `${"x".repeat(70)}\n`.repeat(15_000) };
    expect(await reply(container, "john@domain.org", large)).toMatch(/^END 552 /);
    expect(await talk(container, [hello, "MAIL FROM:<a@x.example.net> SIZE=1000001\r\n"])).toMatch(
      /^552 5\.3\.4 /m,
    );
    await common("MessageSizeMax", "2000000");
    expect(await delivered(container, "john@domain.org", large)).toEqual(["john/INBOX"]);
    expect(await type("postconf", "-h", "mailbox_size_limit", "virtual_mailbox_limit")).toBe("0\n0\n");
  });

  test("E3 the queue's lifetime is that of messages and of notices of their failure", async () => {
    const times = () => type("postconf", "-h", "-x", "maximal_queue_lifetime", "bounce_queue_lifetime");
    expect(await times()).toBe("4d\n4d\n");
    await common("MessageQueueLifetime", "9");
    expect(await times()).toBe("9d\n9d\n");
    await common("MessageQueueLifetime", "default");
    expect(await times()).toBe("5d\n5d\n");
  });

  test("E5 bare line feeds end no message: what is smuggled behind one is text of the first", async () => {
    const inner = [...envelope("b@x.example.net"), "Subject: inner\r\n\r\nsmuggled\r\n.\r\n"].join("");
    const text = `Subject: outer\n\nfirst\n.\r\n${inner}`;
    const heard = await talk(container, [hello, ...envelope("a@x.example.net"), text]);
    expect(heard).toMatch(/^354 .*\s+250 2\.0\.0 Ok: queued as \S+\s+$/m);
    await queueIsEmpty(container);
    expect(await holders(container, "inner")).toEqual([]);
    expect(await holders(container, "outer")).toEqual(["john/INBOX"]);
  });

  test("E5 early pipelining is refused, VRFY is off, and HELO comes first", async () => {
    const early = [hello, ...envelope("a@x.example.net")].join("");
    expect(await talk(container, [early])).toMatch(/^554 5\.5\.0 Error: SMTP protocol synchronization/m);
    const [mail = "", to = "", data = ""] = envelope("a@x.example.net");
    const body = `${data}Subject: pipelined\r\n\r\nText\r\n.\r\n`;
    expect(await talk(container, [hello, mail, to, body])).toMatch(/^5\d\d 5\.5\.0 /m);
    expect(await talk(container, ["VRFY john@domain.org\r\n"])).toMatch(/^502 5\.5\.1 VRFY/m);
    expect(await talk(container, ["MAIL FROM:<a@x.example.net>\r\n"])).toMatch(/^503 5\.5\.1 .*HELO/m);
    await queueIsEmpty(container);
    expect(await holders(container, "pipelined")).toEqual([]);
  });

  test("E5 no AUTH on 25, none on 587 before STARTTLS, and 465 speaks TLS from the first byte", async () => {
    expect(await talk(container, [hello])).toMatch(/^250-PIPELINING/m);
    expect(await talk(container, [hello])).not.toMatch(/AUTH/);
    const clear = await talk(container, [hello, "MAIL FROM:<john@domain.org>\r\n"], 587);
    expect(clear).not.toMatch(/AUTH/);
    expect(clear).toMatch(/^530 5\.7\.0 Must issue a STARTTLS command first/m);
    expect(await relayed(container, away, { ...login, port: 465, tls: "wrapped" })).toMatchObject({
      to: away,
    });
    expect(await reply(container, "john@domain.org", { port: 587, tls: "starttls" })).toMatch(/^RCPT 554 /);
  });

  test("E5 where a login writes from is in no header; what other servers wrote stays", async () => {
    for (const way of [login, { ...login, port: 465, tls: "wrapped" as const }]) {
      const got = await relayed(container, away, { ...way, helo: "my-laptop.home" });
      expect(got?.text).toMatch(/^Received: by mail\.domain\.org \(Postfix\) with ESMTPSA id \w+\s+for <a@/m);
      expect(got?.text).not.toMatch(/192\.0\.2\.2|my-laptop|Authenticated/);
      expect(got?.text).toMatch(/^From: <john@domain\.org>$/m);
    }
    await event("nethserver-mail-common-save", "postfix", "AccessPolicies", "smtpauth");
    expect((await relayed(container, away, { ...login, port: 25 }))?.text).not.toMatch(/192\.0\.2\.2/);
    await common("AccessPolicies", "");
    const trace = "Received: from a (b [203.0.113.9]) by c.example.net (Postfix) with ESMTPSA id 1; now";
    const subject = "traced";
    await send(container, { to: ["john@domain.org"], headers: [trace], subject });
    await queueIsEmpty(container);
    const mails = await imapMessages(container, "john", password);
    const traced = mails.find((mail) => mail.includes("Subject: traced\n"));
    expect(traced).toContain(trace);
    expect(traced).toMatch(/^Received: from outside\.example\.net \(.*\[192\.0\.2\.2\]\)$/m);
  });

  test("E5 the filter writes nothing into mail of logins; without it mail is deferred, not accepted", async () => {
    await event("nethserver-mail-filter-update", "rspamd", "status", "enabled");
    await waitFor(async () => (await reply(container, "john@domain.org")).startsWith("END 250"), 60);
    expect((await relayed(container, away, login))?.text).not.toMatch(/^X-Spam/im);
    await type("systemctl", "stop", "rspamd");
    expect(await reply(container, "john@domain.org")).toMatch(/^\w+ 451 4\.7\.1 /);
    await event("nethserver-mail-filter-save", "rspamd", "status", "disabled");
    expect(await reply(container, "john@domain.org")).toMatch(/^END 250 /);
  });

  test("root's mail goes to EmailAddress, with a copy kept or not; postmaster's is root's", async () => {
    const to = async (name: string): Promise<string[]> => delivered(container, name);
    expect(await to("postmaster@example.com")).toEqual(["root/INBOX"]);
    await event("notifications-save", "root", "EmailAddress", "mary@domain.org,a@outside.example.net");
    const before = (await relayLogOf(container)).length;
    expect(await to("postmaster@domain.org")).toEqual(["mary/INBOX", "root/INBOX"]);
    expect((await relayLogOf(container)).slice(before).map((row) => row.to)).toEqual([away]);
    await event("notifications-save", "root", "KeepMessageCopy", "no");
    expect(await to("root@domain.org")).toEqual(["mary/INBOX"]);
  });

  test("what root sends comes from SenderAddress, and from root where there is none", async () => {
    const sent = async (subject: string) => {
      await local(`To: ${away}\nSubject: ${subject}\n\nA notice.\n`);
      return waitFor(async () => (await relayLogOf(container)).find((row) => row.subject === subject));
    };
    expect(await sent("plain")).toMatchObject({ from: "root@domain.org" });
    await event("notifications-save", "root", "SenderAddress", "server@example.com");
    const notice = await sent("renamed");
    expect(notice.from).toBe("server@example.com");
    expect(notice.text).toMatch(/^From: .*server@example\.com/m);
    await local("To: john@localhost\nSubject: to-localhost\n\nA notice.\n");
    await queueIsEmpty(container);
    expect(await holders(container, "to-localhost")).toEqual(["john/INBOX"]);
  });

  test("the events again change nothing, and the daemons have nothing to complain of", async () => {
    await repeat(container, "nethserver-mail-common-save");
    await repeat(container, "notifications-save");
    await repeat(container, "nethserver-mail-server-save");
    const provoked =
      /improper command pipelining|queue file size limit|close error|connect to Milter service|milter-reject|non-SMTP command|bare <LF>|fuzzy|rspamd/i;
    expect(await complaints(container, provoked)).toEqual([]);
  });
});
