import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queueIsEmpty } from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { imapMessages, journalctl, mainPid, smtpSend, waitFor, XJS } from "./container/mail.ts";
import { addRules, heldIn } from "./container/quarantine.ts";
import { debPath, rootCache } from "./places.ts";

const stranger = "bulk@outside.example.net";
const passwords = { john: "Secret-john", spam: "Secret-spam", admin: "Secret-admin" };

/** The manual's own example, typed by an administrator on a Debian 12 where the package was just installed. */
describe("the quarantine example of the manual", () => {
  let container: Container;

  const type = async (...argv: string[]): Promise<string> => container.must(argv);
  const sendPattern = (to: string[]) => smtpSend(container, { from: stranger, to, body: XJS });
  const box = (user: keyof typeof passwords) => imapMessages(container, user, passwords[user]);

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await type("config", "set", "DomainName", "domain.org");
    // It would have mail wait for signatures.
    await type("config", "setprop", "clamd@rspamd", "status", "disabled");
    await type("config", "setprop", "rspamd", "VirusCheckStatus", "disabled");
    await type("signal-event", "nethserver-mail-server-update");
    await type("signal-event", "nethserver-mail-filter-update");
    for (const [name, password] of Object.entries(passwords)) {
      const hash = (await type("doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password)).trim();
      await type("db", "accounts", "set", `${name}@domain.org`, "user", "PasswordHash", hash);
      await type("signal-event", "user-create", `${name}@domain.org`);
    }
    await waitFor(
      async () => (await smtpSend(container, { from: stranger, to: ["john@domain.org"] })).accepted,
      60,
    );
  });
  afterAll(() => container?.stop());

  test("a plain message from outside reaches its recipient, an unknown recipient is refused at RCPT", async () => {
    await waitFor(async () => (await box("john")).length > 0);
    const unknown = await smtpSend(container, { from: stranger, to: ["nobody@domain.org"] });
    expect(unknown.last).toMatchObject({ verb: "RCPT", code: 550 });
  });

  test("while root's mail has no address, postmaster's lies in a mailbox of its own and does not bounce", async () => {
    expect((await smtpSend(container, { from: stranger, to: ["postmaster@domain.org"] })).accepted).toBe(
      true,
    );
    await waitFor(async () => {
      const found = await container.run(["doveadm", "search", "-u", "root", "all"]);
      return found.exit === 0 && found.stdout.trim() !== "";
    });
    await type("config", "setprop", "root", "EmailAddress", "admin@domain.org");
    await type("signal-event", "notifications-save");
  });

  test("a quarantine without a mailbox is refused, with what would be accepted, and nothing is touched", async () => {
    const before = await filesOf(container);
    await type(
      "config",
      "setprop",
      "rspamd",
      "QuarantineStatus",
      "enabled",
      "QuarantineAccount",
      "nobody@domain.org",
    );
    const refused = await container.run(["signal-event", "nethserver-mail-quarantine-save"]);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain("there is no user or public mailbox nobody to take what is quarantined");
    expect(refused.stderr).toContain("accepted: a user's address");
    expect(await filesOf(container)).toBe(before);
    await type("config", "delprop", "rspamd", "QuarantineStatus", "QuarantineAccount");
    expect((await container.run(["signal-event", "--dry-run", "nethserver-mail-quarantine-save"])).exit).toBe(
      0,
    );
  });

  test("before the two lines the test pattern is refused at SMTP with 5xx", async () => {
    const answer = await sendPattern(["john@domain.org"]);
    expect(answer.accepted).toBe(false);
    expect(answer.last.code).toBe(554);
  });

  test("with the two lines it is kept, its recipient gets nothing, and postmaster is told", async () => {
    const received = (await box("john")).length;
    const pids = await bothPids(container);
    await type(
      "config",
      "setprop",
      "rspamd",
      "QuarantineAccount",
      "spam@domain.org",
      "QuarantineStatus",
      "enabled",
      "SpamNotificationStatus",
      "enabled",
    );
    await type("signal-event", "nethserver-mail-quarantine-save");
    const answer = await waitFor(async () => {
      const sent = await sendPattern(["john@domain.org", "admin@domain.org"]);
      return sent.accepted && sent;
    });
    expect(answer.last.code).toBe(250);

    const kept = await waitFor(async () => (await box("spam")).find((message) => message.includes(XJS)));
    expect(kept).toMatch(/^X-Quarantine-Sender: <bulk@outside\.example\.net>$/m);
    expect(kept).toMatch(/^X-Quarantine-Recipients: <john@domain\.org>,\s+<admin@domain\.org>$/m);
    const told = await waitFor(async () =>
      (await box("admin")).find((message) => message.includes("Message quarantined")),
    );
    expect(told).toContain("Envelope sender: <bulk@outside.example.net>");
    const [held] = await heldIn(container);
    expect(told).toContain(`mailwright quarantine show ${held?.id}`);
    expect((await box("spam")).filter((message) => message.includes(XJS))).toHaveLength(1);
    expect(await box("john")).toHaveLength(received);
    expect((await box("admin")).filter((message) => message.includes(XJS))).toEqual([]);
    expect(await bothPids(container)).toEqual(pids);
  });

  test("a login's own message with the pattern is refused, not diverted", async () => {
    const kept = (await box("spam")).length;
    const answer = await smtpSend(container, {
      from: "john@domain.org",
      to: ["admin@domain.org"],
      body: XJS,
      port: 587,
      tls: "starttls",
      user: "john",
      password: passwords.john,
    });
    expect(answer.last.code).toBe(554);
    expect(await box("spam")).toHaveLength(kept);
  });

  test("D7 spam alone is kept: what a policy refuses is refused, greylisted mail put off, flagged mail kept with is_spam", async () => {
    await addRules(container);
    const to = ["john@domain.org"];
    const answer = async (subject: string, ...headers: string[]): Promise<string> => {
      const { last } = await smtpSend(container, { from: stranger, to, subject, headers });
      return `${last.code} ${last.text}`;
    };
    const junk = async () => (await imapMessages(container, "john", passwords.john, "Junk")).join("");
    const score = (subject: string, points: number) => answer(subject, `X-Test-Score: ${points}`);
    const result = (subject: string, action: string) =>
      answer(subject, `X-Test-Result: ${action}`, "X-Test-Score: 30");
    await waitFor(async () => (await score("a warm-up", 0)).startsWith("250"));
    expect(await score("refused", 30)).toMatch(/^250 /);
    expect(await score("flagged", 10)).toMatch(/^250 /);
    expect(await result("by policy", "reject")).toBe("554 5.7.1 The scenario says so");
    const held = await waitFor(async () =>
      (await heldIn(container)).find((one) => one.subject === "refused"),
    );
    expect(held.reason).toMatch(/^reject, score \d\d\.\d\d$/);
    expect(await type("mailwright", "quarantine", "show", held.id)).toMatch(
      /TEST_SCORE +30\.00 +of the scenario/,
    );
    await waitFor(async () => (await junk()).includes("Subject: flagged\n"));
    const keepsAll = ["QuarantineSelector", "is_spam", "SpamNotificationStatus", "disabled"];
    await type("config", "setprop", "rspamd", ...keepsAll);
    await type("signal-event", "nethserver-mail-quarantine-save");
    const told = (await box("admin")).length;
    await waitFor(async () => {
      expect(await score("flagged, too", 10)).toMatch(/^250 /);
      return (await heldIn(container)).some(({ subject }) => subject === "flagged, too");
    });
    expect(await result("by policy", "reject")).toBe("554 5.7.1 The scenario says so");
    expect(await result("by policy", "soft reject")).toBe("451 4.7.1 The scenario says so");
    expect(await result("by policy", "add header")).toMatch(/^250 /);
    await waitFor(async () => (await junk()).includes("Subject: by policy\n"));
    expect((await heldIn(container)).filter(({ subject }) => subject === "by policy")).toEqual([]);
    expect(await box("admin")).toHaveLength(told);
  });

  test("D7 what was accepted waits for a full disk, and outlives kill -9 of all that had a hand in it", async () => {
    const home = "/var/lib/nethserver/vmail/spam";
    const before = (await heldIn(container)).length;
    await type("mount", "-t", "tmpfs", "-o", "size=4k,uid=vmail,gid=vmail,mode=700", "tmpfs", home);
    await type("sh", "-c", 'yes | head -c 4096 >"$1"/fill', "sh", home);
    expect((await sendPattern(["john@domain.org", "admin@domain.org"])).last.code).toBe(250);
    const waiting = await waitFor(async () => {
      const queue = await type("postqueue", "-j");
      return queue.includes("delay_reason") && queue;
    });
    expect(waiting).toContain('"sender": "postmaster@domain.org"');
    const units = ["postfix@-", "dovecot", "rspamd"];
    await type("systemctl", "kill", "--signal=KILL", "--kill-who=all", ...units);
    await type("umount", home);
    await type("systemctl", "restart", ...units);
    await type("postqueue", "-f");
    await waitFor(async () => (await heldIn(container)).length === before + 1);
    await queueIsEmpty(container);
    expect(await heldIn(container)).toHaveLength(before + 1);
  });

  test("the event run again changes no file and reloads nothing", async () => {
    const workers = await rspamdWorkers(container);
    const before = await filesOf(container);
    await type("signal-event", "nethserver-mail-quarantine-save");
    expect(await filesOf(container)).toBe(before);
    expect((await container.run(["signal-event", "--dry-run", "nethserver-mail-quarantine-save"])).exit).toBe(
      0,
    );
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(await rspamdWorkers(container)).toEqual(workers);
  });

  test("after QuarantineStatus disabled and the event the pattern is refused again", async () => {
    await type("config", "setprop", "rspamd", "QuarantineStatus", "disabled");
    await type("signal-event", "nethserver-mail-quarantine-save");
    const answer = await waitFor(async () => {
      const sent = await sendPattern(["john@domain.org"]);
      return !sent.accepted && sent;
    });
    expect(answer.last.code).toBe(554);
  });

  test("a configuration that Rspamd refuses stops the event with its words, and touches nothing", async () => {
    const before = await filesOf(container);
    const site = "/etc/mailwright/templates/etc/rspamd/modules.d/mailwright_quarantine.conf/95site.hbs";
    await container.write(site, "broken {{lookup\n");
    expect((await container.run(["signal-event", "nethserver-mail-quarantine-save"])).exit).toBe(1);
    await container.write(site, "broken { {\n");
    const refused = await container.run(["signal-event", "nethserver-mail-quarantine-save"]);
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain("95site.hbs:1");
    expect(refused.stderr).toContain("Nothing was touched.");
    expect(await filesOf(container)).toBe(before);
    await type("rm", site);
  });

  test("with the filter disabled mail flows without it, and the quarantine's event alone does not stop it", async () => {
    await type("config", "setprop", "rspamd", "status", "disabled");
    await type("signal-event", "nethserver-mail-quarantine-save");
    expect((await type("systemctl", "is-active", "rspamd")).trim()).toBe("active");
    await type("signal-event", "nethserver-mail-filter-save");
    expect((await container.run(["systemctl", "is-active", "rspamd"])).stdout.trim()).toBe("inactive");
    const answer = await waitFor(async () => {
      const sent = await sendPattern(["john@domain.org"]);
      return sent.accepted && sent;
    });
    expect(answer.last.code).toBe(250);
    await type("config", "delprop", "rspamd", "status");
    await type("signal-event", "nethserver-mail-filter-save");
    expect((await type("systemctl", "is-active", "rspamd")).trim()).toBe("active");
  });

  test("each step is in the journal, and no secret is", async () => {
    const log = await journalctl(container, "-t", "mailwright");
    expect(log).toMatch(/nethserver-mail-quarantine-save: services done .*rspamd reload/);
    expect(log).toMatch(/nethserver-mail-quarantine-save: check failed \(4\)/);
    expect(log).not.toContain("<22>");
    const password = (await type("config", "getprop", "rspamd", "Password")).trim();
    expect(password).toMatch(/^[A-Za-z0-9_]{16}$/);
    expect(log).not.toContain(password);
  });
});

async function bothPids(container: Container): Promise<number[]> {
  return [await mainPid(container, "rspamd"), await mainPid(container, "postfix@-")];
}

async function rspamdWorkers(container: Container): Promise<string> {
  return container.must(["pgrep", "-P", String(await mainPid(container, "rspamd"))]);
}

/** Every file that mailwright may write, with its inode, times and content. */
async function filesOf(container: Container): Promise<string> {
  const listing = [
    "find",
    "/etc/postfix",
    "/etc/dovecot",
    "/etc/rspamd",
    "-type",
    "f",
    "-printf",
    "%p %i %T@ %m %u:%g\\n",
  ];
  return (await container.must(listing)).split("\n").sort().join("\n");
}
