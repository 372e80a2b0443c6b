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
import { allDoors, type Door, openDoors, session, sessions } from "./container/logins.ts";
import { journal, journalctl, smtpSend, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

const secretFile = "/var/lib/nethserver/secrets/vmail";

describe("who reaches a mailbox, how often, and what is noted of it", () => {
  let container: Container;
  const must = (...argv: string[]): Promise<string> => container.must(argv);
  const open = (user: string, given: string): Promise<Door[]> =>
    openDoors(container, { user, password: given });
  const smtp = async (user: string, given: string, authorize?: string): Promise<string> => {
    const place = { port: 587, tls: "starttls", from: "john@domain.org" } as const;
    const login = { ...place, user, password: given, authorize };
    const { replies } = await smtpSend(container, { ...login, to: ["john@domain.org"] });
    return String(replies.find(({ verb }) => verb === "AUTH")?.code);
  };
  const imapLog = (): Promise<string> => container.read("/var/log/imap");

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary"], async (booted) => {
      const accounts = "echo root:Root-1 | chpasswd; useradd -m helper; echo helper:Help-1 | chpasswd";
      await booted.must(["sh", "-c", accounts]);
      await withoutDelays(booted);
    });
  });
  afterAll(() => container?.stop());

  test("C5 USER*vmail opens every mailbox with the kept secret, and sends no mail", async () => {
    const secret = (await container.read(secretFile)).trim();
    expect(secret).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*_)[A-Za-z0-9_]{16}$/);
    expect(await must("stat", "-c", "%a %U", secretFile)).toBe("600 root\n");
    expect(await must("config", "getprop", "dovecot", "VmailPassword")).toBe(`${secret}\n`);
    await must("doveadm", "mailbox", "create", "-u", "john", "of john");
    const list = await session(container, "imap", {
      user: "john*vmail",
      password: secret,
      commands: ['LIST "" "*"'],
    });
    expect(list.answers.join("\n")).toContain('"of john"');
    expect(await open("john*vmail", secret)).toEqual(allDoors);
    expect(await open("John@domain.org*vmail", secret)).toEqual(allDoors);
    expect(await smtp("john", password)).toBe("235");
    expect(await smtp("john*vmail", secret)).toBe("535");
    expect(await smtp("vmail", secret, "john")).toBe("535");
    for (const given of ["", "wrong", password]) expect(await open("john*vmail", given), given).toEqual([]);
    expect(await open("vmail", secret)).toEqual([]);
    expect(await open("stranger*vmail", secret)).toEqual([]);
    expect(await open("vmail*john", password)).toEqual([]);
    expect(await open("mary*john", password)).toEqual([]);
    await repeat(container, "nethserver-mail-server-update");
    expect((await container.read(secretFile)).trim()).toBe(secret);
  });

  test("C5 USER*root opens it with root's password only while AdminIsMaster is enabled, and nobody else's", async () => {
    expect(await open("john*root", "Root-1")).toEqual([]);
    await setDovecot(container, "AdminIsMaster", "enabled");
    expect(await open("john*root", "Root-1")).toEqual(allDoors);
    expect(await smtp("john*root", "Root-1")).toBe("535");
    expect(await smtp("root", "Root-1", "john")).toBe("535");
    for (const given of ["", "wrong", password]) expect(await open("john*root", given), given).toEqual([]);
    expect(await open("john*helper", "Help-1")).toEqual([]);
    expect(await open("root", "Root-1")).toEqual([]);
    expect(await open("helper", "Help-1")).toEqual([]);
    await must("sh", "-c", "echo root:Root-2 | chpasswd");
    expect(await open("john*root", "Root-1")).toEqual([]);
    expect(await open("john*root", "Root-2")).toEqual(allDoors);
    await setDovecot(container, "AdminIsMaster", "disabled");
    expect(await open("john*root", "Root-2")).toEqual([]);
  });

  test("C5 a master has the rights of the user in the user's mailbox", async () => {
    const secret = (await container.read(secretFile)).trim();
    await container.write(
      "/etc/mailwright/templates/etc/dovecot/dovecot.conf/25acl.hbs",
      "mail_plugins = $mail_plugins acl\nplugin {\n  acl = vfile\n}\n",
    );
    await must("signal-event", "nethserver-mail-server-save");
    const commands = ["CREATE made", 'SELECT "of john"', "LOGOUT"];
    const { answers } = await session(container, "imap", { user: "john*vmail", password: secret, commands });
    expect(answers.join("\n")).toMatch(/x OK Create[\s\S]*x OK \[READ-WRITE\]/);
    await must("rm", "/etc/mailwright/templates/etc/dovecot/dovecot.conf/25acl.hbs");
    await must("signal-event", "nethserver-mail-server-save");
  });

  test("C6 logins, logouts and what IMAP clients do are in /var/log/imap and stay in the mail log", async () => {
    const acts = ["SELECT INBOX", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE", "CREATE logged", "LOGOUT"];
    const mail = { from: "someone@outside.example.net", to: ["john@domain.org"], subject: "to be expunged" };
    expect(await smtpSend(container, mail)).toMatchObject({ accepted: true });
    await waitFor(
      async () => (await must("doveadm", "search", "-u", "john", "mailbox", "INBOX")).trim() !== "",
    );
    await session(container, "imap", { user: "john", password, commands: acts });
    const log = await waitFor(async () => {
      const text = (await container.run(["cat", "/var/log/imap"])).stdout;
      return (
        /expunge: /.test(text) && /Logged out/.test(text.split("Mailbox created: logged")[1] ?? "") && text
      );
    });
    expect(log).toMatch(/imap-login: Login: user=<john>, method=PLAIN, rip=192\.0\.2\.2/);
    expect(log).toMatch(/imap\(john\).*delete: .*box=INBOX/);
    expect(log).toMatch(/imap\(john\).*expunge: box=INBOX, uid=\d+, msgid=<.*>, size=\d+/);
    expect(log).toMatch(/imap\(john\).*: (?:Disconnected: )?Logged out/);
    for (const text of [await container.read("/var/log/mail.log"), await journal(container, "dovecot")])
      expect(text).toMatch(/imap\(john\).*expunge: box=INBOX/);
    expect(log).not.toMatch(/lmtp|pop3/);
  });

  test("C6 /var/log/imap is rotated, and written on; LogActions disabled leaves the logins", async () => {
    await must("logrotate", "--force", "/etc/logrotate.d/mailwright-imap");
    expect(await container.read("/var/log/imap.1")).toContain("expunge: ");
    await setDovecot(container, "LogActions", "disabled");
    const commands = ["CREATE silent", "LOGOUT"];
    await session(container, "imap", { user: "mary", password, commands });
    await waitFor(async () =>
      /imap\(mary\).*Logged out/.test((await container.run(["cat", "/var/log/imap"])).stdout),
    );
    const log = await imapLog();
    expect(log).toContain("Login: user=<mary>");
    expect(log).not.toContain("Mailbox created");
    await setDovecot(container, "LogActions", "enabled");
  });

  test("C6 without rsyslog the event succeeds and says what it leaves out; the actions are in the journal", async () => {
    const unit = "/lib/systemd/system/rsyslog.service";
    const links =
      "/etc/systemd/system/multi-user.target.wants/rsyslog.service /etc/systemd/system/syslog.service";
    await must(
      "sh",
      "-c",
      `systemctl stop rsyslog; rm -f ${links}; mv ${unit} /root/; systemctl daemon-reload`,
    );
    await must("rm", "/etc/rsyslog.d/mailwright-imap.conf");
    const told = await must("signal-event", "--json", "nethserver-mail-server-save");
    expect(told).toContain("rsyslog is not installed: skipped");
    await apply(container);
    await session(container, "imap", { user: "mary", password, commands: ["CREATE journalled", "LOGOUT"] });
    await waitFor(async () => (await journal(container, "dovecot")).includes("Mailbox created: journalled"));
    await must("sh", "-c", `mv /root/rsyslog.service ${unit}; systemctl daemon-reload`);
    await apply(container);
    expect(await must("systemctl", "is-active", "rsyslog")).toBe("active\n");
  });

  test("C6 MaxUserConnectionsPerIp connections of a user from one address, five times as many from this machine", async () => {
    await setDovecot(container, "MaxUserConnectionsPerIp", "2");
    const count = async (door: Door, connections: number, via: "inside" | "outside"): Promise<number> => {
      const tried = await sessions(container, door, { user: "john", password, connections, via });
      return tried.filter(({ ok }) => ok).length;
    };
    for (const door of ["imap", "pop3s"] as const) {
      expect(await count(door, 4, "outside"), door).toBe(2);
      expect(await count(door, 12, "inside"), door).toBe(10);
    }
    await must("config", "delprop", "dovecot", "MaxUserConnectionsPerIp");
    await apply(container);
    expect(await count("imaps", 14, "outside")).toBe(12);
  });

  test("MaxProcesses of any size fits the unit's file-descriptor limit, and VszLimit its processes", async () => {
    for (const [processes, vsz] of [
      ["10", "300"],
      ["3500", "1000"],
    ] as const) {
      const since = (await must("date", "+%s")).trim();
      await setDovecot(container, "MaxProcesses", processes, "VszLimit", vsz);
      await must("systemctl", "restart", "dovecot");
      expect(await open("john", password)).toEqual(allDoors);
      const told = await journalctl(container, "-u", "dovecot", "--since", `@${since}`);
      expect(told).not.toMatch(/lower than required|fd limit|client_limit/);
      const wanted = `default_vsz_limit = ${vsz} M\nservice/imap/process_limit = ${processes}\n`;
      expect(await must("doveconf", "default_vsz_limit", "service/imap/process_limit")).toBe(wanted);
    }
    // What 10 000 need (five times as many, see the model) Debian's unit grants.
    const limit = await must("systemctl", "show", "--property=LimitNOFILE", "--value", "dovecot");
    expect(Number(limit)).toBeGreaterThanOrEqual(50_000);
    // One connection takes a process, TLS another: the eleventh is told to wait or closed, and delivery goes on.
    await setDovecot(container, "MaxProcesses", "10");
    const tried = await sessions(container, "imap", {
      user: "john",
      password,
      connections: 11,
      via: "inside",
    });
    expect(tried.filter(({ ok }) => ok).length).toBe(10);
    const mail = { from: "someone@outside.example.net", to: ["john@domain.org"], subject: "while full" };
    expect(await smtpSend(container, mail)).toMatchObject({ accepted: true });
    await queueIsEmpty(container);
    await must("config", "delprop", "dovecot", "MaxProcesses");
    await must("config", "delprop", "dovecot", "VszLimit");
    await apply(container);
  });

  test("the daemons have nothing to complain of, and the events again change nothing", async () => {
    await repeat(container, "nethserver-mail-server-save");
    const tried = [
      /SASL \w+ authentication failed: .*sasl_username=/,
      /Maximum number of connections/,
      /process_limit \(10\) reached/,
      /user not found from (?:any userdbs|userdb)/,
    ];
    expect(await complaints(container, saidWithoutDelays, ...tried)).toEqual([]);
    expect((await must("postqueue", "-j")).trim()).toBe("");
  });
});
