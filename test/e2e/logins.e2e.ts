import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  apply,
  complaints,
  queueIsEmpty,
  saidWithoutDelays,
  setDovecot,
  withoutDelays,
} from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { allDoors, type Door, openDoors, session } from "./container/logins.ts";
import { smtpSend, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

/** Delivers by LMTP over the socket that Postfix uses, and prints the answer to each recipient. */
const lmtp = `
import smtplib, sys
client = smtplib.LMTP(sys.argv[1]) if sys.argv[1].startswith("/") else smtplib.LMTP(sys.argv[1], 24)
client.ehlo("test"); client.mail("")
for name in sys.argv[2:]:
    print(name, client.rcpt(name)[0])
client.quit()
`;

describe("logins to mailboxes", () => {
  let container: Container;
  const must = (...argv: string[]): Promise<string> => container.must(argv);
  const account = (...argv: string[]): Promise<string> => must("db", "accounts", ...argv);
  const open = (user: string, given = password): Promise<Door[]> =>
    openDoors(container, { user, password: given });
  const smtp = async (user: string, given = password, from = "john@domain.org"): Promise<string> => {
    const login = { port: 587, tls: "starttls", user, password: given, from } as const;
    const { replies } = await smtpSend(container, { ...login, to: ["john@domain.org"] });
    return String(replies.find(({ verb }) => verb === "AUTH")?.code);
  };
  const isListening = async (port: number): Promise<boolean> =>
    (await container.outside.run(["timeout", "5", "bash", "-c", `: </dev/tcp/192.0.2.1/${port}`])).exit === 0;

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "Two Words", "O'Brien", "root"], async (booted) => {
      await booted.must(["db", "accounts", "set", "nobody@domain.org", "user"]);
      await booted.must(["sh", "-c", "echo root:Root-1 | chpasswd"]);
      await withoutDelays(booted);
    });
  });
  afterAll(() => container?.stop());

  test("C1 every port takes PLAIN and LOGIN with TLS, by the short and the long name, and no password without TLS", async () => {
    for (const user of ["john", "john@domain.org", "JOHN@Domain.ORG", "two words", "o'brien"]) {
      expect(await open(user), user).toEqual(allDoors);
      expect(await smtp(user, password, "john@domain.org"), user).toBe("235");
    }
    for (const mechanism of ["LOGIN", "COMMAND"] as const) {
      const found = await openDoors(container, { user: "john", password, mechanism });
      expect(found, mechanism).toEqual(allDoors);
    }
    for (const mechanism of ["PLAIN", "LOGIN", "COMMAND"] as const) {
      for (const door of ["imap", "pop3", "sieve"] as const) {
        const tried = await session(container, door, { user: "john", password, mechanism, tls: "none" });
        expect(tried.ok, `${door} ${mechanism}`).toBe(false);
      }
    }
  });

  test("B5 a command for all users reaches those with blanks and apostrophes in their names", async () => {
    const found = await must("doveadm", "mailbox", "list", "-A", "INBOX");
    const users = ["root", "vmail", "john", "mary", "nobody", "o'brien", "two words"];
    expect(found.trim().split("\n").sort()).toEqual(users.map((user) => `${user} INBOX`).sort());
  });

  test("C1 TLS 1.1 is refused, 1.2 and 1.3 are spoken", async () => {
    const shakes = async (version: string, port: number, starttls: string): Promise<boolean> => {
      const argv = ["openssl", "s_client", `-${version}`, "-cipher", "DEFAULT@SECLEVEL=0", "-connect"];
      const start = starttls === "" ? [] : ["-starttls", starttls];
      const { stdout } = await container.outside.run([...argv, `192.0.2.1:${port}`, ...start]);
      return /Cipher is (?!\(NONE\))/.test(stdout) && stdout.includes("BEGIN CERTIFICATE");
    };
    for (const [port, starttls] of [
      [143, "imap"],
      [993, ""],
      [110, "pop3"],
      [995, ""],
      [4190, "sieve"],
    ] as const) {
      expect(await shakes("tls1_1", port, starttls), `TLS 1.1 on ${port}`).toBe(false);
      expect(await shakes("tls1_2", port, starttls), `TLS 1.2 on ${port}`).toBe(true);
      expect(await shakes("tls1_3", port, starttls), `TLS 1.3 on ${port}`).toBe(true);
    }
  });

  test("A3 who has no password, or is disabled, or is a system mailbox, logs in nowhere and gets mail", async () => {
    await account("setprop", "mary@domain.org", "MailStatus", "disabled");
    await apply(container);
    // The users file is read again by the second.
    await waitFor(async () => (await open("mary")).length === 0);
    for (const user of ["mary", "nobody", "root", "vmail"]) {
      for (const given of ["", "!", "{CRYPT}!", "*0", password, "Root-1"]) {
        expect(await open(user, given), `${user} ${given}`).toEqual([]);
      }
      expect(await smtp(user), user).toBe("535");
      expect(await smtp(user, ""), user).not.toBe("235");
      const mail = { from: "someone@outside.example.net", to: [`${user}@domain.org`], subject: `to ${user}` };
      if (user !== "vmail") expect(await smtpSend(container, mail)).toMatchObject({ accepted: true });
    }
    await queueIsEmpty(container);
    for (const user of ["mary", "nobody", "root"]) {
      const found = await must("doveadm", "search", "-u", user, "subject", `to ${user}`);
      expect(found.trim().split("\n"), user).toHaveLength(1);
    }
    expect(await open("john", "wrong")).toEqual([]);
    expect(await open("john", "")).toEqual([]);
    await account("delprop", "mary@domain.org", "MailStatus");
    await apply(container);
    await waitFor(async () => (await open("mary")).length === allDoors.length);
  });

  test("A3 LMTP takes every mailbox's name and no other", async () => {
    const socket = "/var/spool/postfix/private/dovecot-lmtp";
    const names = ["john", "JOHN@domain.org", "john+tag@domain.org", "nobody", "root", "vmail", "stranger"];
    const told = await must("python3", "-c", lmtp, socket, ...names, '"two words"@domain.org', "o'brien");
    expect(
      told
        .trim()
        .split("\n")
        .map((line) => line.slice(-3)),
    ).toEqual([...Array(6).fill("250"), "550", "250", "250"]);
  });

  test("mail to a user whom Postfix knows and Dovecot does not yet waits, and is not sent back", async () => {
    const users = await container.read("/etc/dovecot/users");
    await must("sed", "-i", "/^mary:/d", "/etc/dovecot/users");
    await waitFor(async () => (await container.run(["doveadm", "user", "mary"])).exit !== 0);
    const mail = { from: "someone@outside.example.net", to: ["mary@domain.org"], subject: "to the new one" };
    expect(await smtpSend(container, mail)).toMatchObject({ accepted: true });
    const waiting = await waitFor(async () => {
      const queue = await must("postqueue", "-j");
      return queue.includes('"queue_name": "deferred"') && queue;
    });
    expect(waiting).toContain("450 4.1.1");
    await must("signal-event", "user-create", "mary@domain.org");
    expect(await container.read("/etc/dovecot/users")).toBe(users);
    await waitFor(async () => (await container.run(["doveadm", "user", "mary"])).exit === 0);
    await must("postqueue", "-f");
    await queueIsEmpty(container);
    const found = await must("doveadm", "search", "-u", "mary", "subject", mail.subject);
    expect(found.trim().split("\n")).toHaveLength(1);
  });

  test("C1 LmtpInetListenerStatus opens port 24, which is closed else", async () => {
    expect(await isListening(24)).toBe(false);
    await setDovecot(container, "LmtpInetListenerStatus", "enabled");
    const { stdout } = await container.outside.run(["python3", "-c", lmtp, "192.0.2.1", "john", "stranger"]);
    expect(stdout).toBe("john 250\nstranger 550\n");
    await setDovecot(container, "LmtpInetListenerStatus", "disabled");
    expect(await isListening(24)).toBe(false);
  });

  test("C1 TlsSecurity optional lets passwords travel in the clear, required does not", async () => {
    await setDovecot(container, "TlsSecurity", "optional");
    for (const door of ["imap", "pop3", "sieve"] as const) {
      const clear = { user: "john", password, tls: "none" } as const;
      expect(await session(container, door, clear), door).toMatchObject({ ok: true });
    }
    expect(await open("john")).toEqual(allDoors);
    await setDovecot(container, "TlsSecurity", "required");
    expect(await session(container, "imap", { user: "john", password, tls: "none" })).toMatchObject({
      ok: false,
    });
  });

  test("C1 ImapStatus, PopStatus and TCPPorts close ports; doveadm, delivery and sending go on", async () => {
    await setDovecot(container, "ImapStatus", "disabled");
    expect(await open("john")).toEqual(["pop3", "pop3s", "sieve"]);
    for (const port of [143, 993]) expect(await isListening(port), String(port)).toBe(false);
    await must("doveadm", "mailbox", "create", "-u", "john", "while closed");
    expect(await must("doveadm", "mailbox", "list", "-u", "john")).toContain("while closed");
    await must(
      "doveadm",
      "-o",
      "mail_plugins=acl",
      "-o",
      "plugin/acl=vfile",
      "acl",
      "set",
      "-u",
      "john",
      "INBOX",
      "user=mary",
      "lookup",
    );
    expect(
      await must(
        "doveadm",
        "-o",
        "mail_plugins=acl",
        "-o",
        "plugin/acl=vfile",
        "acl",
        "get",
        "-u",
        "john",
        "INBOX",
      ),
    ).toContain("user=mary");
    expect(await smtp("john")).toBe("235");
    await queueIsEmpty(container);
    await setDovecot(container, "ImapStatus", "enabled", "PopStatus", "disabled");
    expect(await open("john")).toEqual(["imap", "imaps", "sieve"]);
    await setDovecot(container, "PopStatus", "enabled", "TCPPorts", "993,995");
    expect(await open("john")).toEqual(["imaps", "pop3s"]);
    for (const port of [143, 110, 4190]) expect(await isListening(port), String(port)).toBe(false);
    await must("config", "delprop", "dovecot", "TCPPorts");
    await apply(container);
    expect(await open("john")).toEqual(allDoors);
  });

  test("the daemons have nothing to complain of, and the events again change nothing", async () => {
    await repeat(container, "nethserver-mail-server-save");
    await repeat(container, "user-modify", "john@domain.org");
    const tried = /SASL \w+ authentication failed: .*sasl_username=|unsupported protocol/;
    expect(await complaints(container, saidWithoutDelays, tried)).toEqual([]);
    expect((await must("postqueue", "-j")).trim()).toBe("");
  });
});
