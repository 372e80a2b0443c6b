import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import { bootMailServer } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { waitFor } from "./container/mail.ts";
import { fragment } from "./container/mail-server.ts";
import {
  atRemote,
  localMail,
  makeCertificate,
  remoteHost,
  remoteMail,
  remotePassword,
  startRemote,
  switchOff,
  switchOn,
} from "./container/remote-imap.ts";

describe("synchronization that meets with trouble", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const sync = (...words: string[]) => container.run(["mailwright", "sync", ...words]);
  const withPassword = (password: string, ...words: string[]) =>
    container.must(["mailwright", "sync", ...words, "--password-stdin"], { input: `${password}\n` });

  /** What a run that fails says, and its exit status. */
  async function failure(...words: string[]): Promise<string> {
    const { exit, stderr } = await sync("run", ...words);
    return `${exit} ${stderr}`;
  }

  /** While the server of a user's account takes connections and says nothing, its run is at work, and comes no further. */
  async function whileSilent(user: string, work: () => Promise<void>): Promise<void> {
    const silent =
      "import socket, time; s = socket.socket(); s.bind(('127.0.0.1', 1430)); s.listen(); time.sleep(300)";
    await type("systemd-run", "--quiet", "--unit=silent", "python3", "-c", silent);
    await withPassword(remotePassword, "modify", user, "--host", "127.0.0.1:1430", "--security", "no");
    try {
      await work();
    } finally {
      await type("systemctl", "stop", "silent");
      await withPassword(remotePassword, "modify", user, "--host", remoteHost, "--security", "tls");
    }
  }

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul"]);
    await startRemote(container);
    await atRemote(container, ["fill", "INBOX", 300], ["fill", "Sent", 300], ["fill", "Big.Old", 2000]);
    await withPassword(remotePassword, "add", "john", "--host", remoteHost, "--username", "ann");
  });
  afterAll(() => container?.stop());

  test("F2 one run at a time; sync stop ends it, and the next goes on; no password is on a command line", async () => {
    const commandLines: string[] = [];
    const look = async (): Promise<string> => {
      commandLines.push(await type("ps", "-eo", "args"));
      return commandLines.at(-1) ?? "";
    };
    await whileSilent("john", async () => {
      await type("systemd-run", "--quiet", "--unit=a-run", "mailwright", "sync", "run", "john");
      await waitFor(async () => /doveadm .*imapc: .*list -u john/.test(await look()));
      const second = await sync("run", "john");
      expect(second.exit).toBe(6);
      expect(second.stderr).toMatch(/john is being synchronized already\n.*mailwright sync stop john/);
      expect(JSON.parse(await type("mailwright", "sync", "status", "--json"))).toMatchObject([
        { user: "john", running: true },
      ]);
      expect(await type("mailwright", "sync", "stop", "john")).toBe("john: stopped\n");
      await waitFor(async () => (await container.run(["pgrep", "-f", "doveadm .*imapsync"])).exit === 1);
    });
    expect(await type("mailwright", "sync", "status", "john")).toMatch(/^john .* failed .*: stopped$/m);
    await type("systemd-run", "--quiet", "--unit=whole-run", "mailwright", "sync", "run", "john");
    await waitFor(async () => {
      await look();
      return (await container.run(["systemctl", "is-active", "whole-run"])).exit !== 0;
    }, 60);
    expect(commandLines.join()).toMatch(/doveadm .*backup/);
    expect(commandLines.join()).not.toContain("50%");
    expect(await localMail(container, "john")).toEqual(await remoteMail(container));
    expect(await type("mailwright", "sync", "stop", "john")).toBe("john: no run is at work\n");
    expect(await type("stat", "-c", "%a %U", "/etc/dovecot/imapsync/john")).toBe("600 root\n");
  });

  test("F2 what goes wrong is said in words that help, and touches nothing", async () => {
    const before = await localMail(container, "john");
    await withPassword("wrong", "modify", "john");
    expect(await failure("john")).toMatch(/^1 .*refuses the login or its password.*\n.*--password-stdin/);
    await withPassword(remotePassword, "modify", "john");
    await switchOff(container);
    expect(await failure("john")).toMatch(/^1 .*outside.example.net does not answer: Connection refused\n/);
    await makeCertificate(container);
    await switchOn(container);
    expect(await failure("john")).toMatch(
      /^1 .*certificate of outside.example.net is not trusted: .*\n.*update-ca/,
    );
    expect(await type("mailwright", "sync", "status")).toMatch(/failed .*certificate/);
    await type("cp", "/etc/remote-imap/cert.pem", "/usr/local/share/ca-certificates/remote.crt");
    await type("update-ca-certificates");
    expect((await sync("run", "john")).exit).toBe(0);
    await withPassword(remotePassword, "modify", "john", "--host", "192.0.2.2:143");
    expect(await failure("john")).toMatch(/^1 .*certificate of 192.0.2.2 is not for that name/);
    await withPassword(remotePassword, "modify", "john", "--host", `${remoteHost}:993`, "--security", "ssl");
    expect((await sync("run", "john")).stdout).toMatch(/^john: 0 copied/m);
    await type("db", "imapsync", "setprop", "john@domain.org", "Security", "no", "Port", "143");
    await apply(container);
    expect((await sync("run", "john")).stdout).toMatch(/^john: 0 copied/m);
    expect(await localMail(container, "john")).toEqual(before);
  });

  test("F2 a full mailbox takes what fits; with more room the run goes on from there", async () => {
    const limit = "plugin {\n  quota_rule = *:storage=200K\n}\n";
    await container.write(fragment("/etc/dovecot/dovecot.conf", "95limit"), limit);
    await type("config", "setprop", "dovecot", "QuotaStatus", "enabled");
    await type("signal-event", "nethserver-mail-server-save");
    await withPassword(remotePassword, "add", "paul", "--host", remoteHost, "--username", "ann");
    expect(await failure("paul")).toMatch(
      /^1 .* has \d MB of mail, and the mailbox of paul takes 205 kB\n.*--quota/,
    );
    expect(await localMail(container, "paul")).toEqual([]);
    expect(await failure("paul", "--force")).toMatch(/^1 .*the mailbox of paul is full\n.*--quota/);
    expect((await localMail(container, "paul")).length).toBeLessThan(2000);
    // To make room.
    const removed = (await localMail(container, "paul")).filter((line) => line.includes("\tBig"));
    expect(removed.length).toBeGreaterThan(10);
    await type("doveadm", "expunge", "-u", "paul", "mailbox", "Big/Old", "all");
    await type("rm", fragment("/etc/dovecot/dovecot.conf", "95limit"));
    await type("config", "setprop", "dovecot", "QuotaStatus", "disabled");
    await type("signal-event", "nethserver-mail-server-save");
    expect((await sync("run", "paul")).exit).toBe(0);
    const kept = (await remoteMail(container)).filter((line) => !removed.includes(line));
    expect(await localMail(container, "paul")).toEqual(kept);
  });

  test("F2 settings act when they are applied, and none before", async () => {
    await type("db", "imapsync", "setprop", "john@domain.org", "hostname", "elsewhere.example.net");
    expect(await failure("john")).toMatch(
      /^1 .*the job of john is not applied yet\n.*signal-event nethserver-mail-imapsync-save/,
    );
    await type("signal-event", "nethserver-mail-imapsync-save");
    expect(await failure("john")).toMatch(/^1 .*elsewhere.example.net/);
    await type("db", "imapsync", "setprop", "john@domain.org", "hostname", remoteHost);
    await type("signal-event", "nethserver-mail-imapsync-save");
    expect((await sync("run", "john")).stdout).toMatch(/^john: 0 copied/m);
  });

  test("F2 DeleteDestination: a folder that cannot be read here is not gone there", async () => {
    await type("mailwright", "sync", "modify", "john", "--delete-destination");
    const before = await localMail(container, "john");
    const folder = "/var/lib/nethserver/vmail/john/imapsync/Maildir/.Sent";
    await type("chmod", "0", folder);
    expect((await sync("run", "john", "--force")).exit).toBe(1);
    expect(await localMail(container, "john")).toEqual(before);
    await type("chmod", "700", folder);
    expect((await sync("run", "john")).stdout).toMatch(/^john: 0 copied/m);
    await type("mailwright", "sync", "modify", "john", "--keep-destination");
  });

  test("F2 with status enabled the timer copies every Time hours; all jobs run though the user of one is gone", async () => {
    await withPassword(remotePassword, "add", "mary", "--host", remoteHost, "--username", "ann");
    await type("db", "imapsync", "setprop", "mary@domain.org", "status", "enabled", "Time", "6");
    await apply(container);
    expect((await type("systemctl", "is-active", "mailwright-sync.timer")).trim()).toBe("active");
    await type("systemctl", "start", "mailwright-sync.service");
    expect(await localMail(container, "mary")).toEqual(await remoteMail(container));
    await atRemote(container, ["fill", "Fresh", 3]);
    expect(await type("mailwright", "sync", "run", "--due")).toBe("");
    const note = "/var/lib/mailwright/imapsync/mary.run.json";
    const old = (await container.read(note)).replace(
      /"started":\d+/,
      `"started":${Date.now() - 7 * 3_600_000}`,
    );
    await container.write(note, old, 0o600);
    expect(await type("mailwright", "sync", "run", "--due")).toMatch(/^mary: 3 copied/m);
    await type("signal-event", "user-delete", "paul@domain.org");
    const { exit, stdout, stderr } = await sync("run", "--all", "--json");
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { user: "john", status: "done", copied: 3 },
      { user: "mary", status: "done", copied: 0, problem: "" },
      { user: "paul", status: "failed", problem: "there is no user paul here any more" },
    ]);
    expect(`${exit} ${stderr}`).toMatch(/^1 .*1 of 3 jobs failed: paul/);
    await type("mailwright", "sync", "delete", "paul", "--yes");
    await type("mailwright", "sync", "modify", "mary", "--disable");
    expect(await type("mailwright", "sync", "run", "--due")).toBe("");
    expect(await type("ls", "/etc/dovecot/imapsync")).toBe("john\nmary\n");
  });

  test("systemd reads the service anew where its file alone has changed", async () => {
    const own = fragment("/etc/systemd/system/mailwright-sync.service", "95site");
    await container.write(own, "Environment=SITE=x\n");
    await type("signal-event", "nethserver-mail-imapsync-save");
    const units = ["mailwright-sync.service", "mailwright-sync.timer"];
    expect(await type("systemctl", "show", "--property=NeedDaemonReload", "--value", "--", ...units)).toBe(
      "no\n\nno\n",
    );
    expect(await type("systemctl", "show", "--property=Environment", "--value", "--", ...units)).toContain(
      "SITE=x",
    );
    await type("rm", own);
    await type("signal-event", "nethserver-mail-imapsync-save");
  });

  test("F2 sync stop ends the run of one user, and the others' go on", async () => {
    await atRemote(container, ["fill", "Slow", 600]);
    await whileSilent("john", async () => {
      const all = container.run(["mailwright", "sync", "run", "--all"]);
      await waitFor(async () => /doveadm .*imapc: .*list -u john/.test(await type("ps", "-eo", "args")));
      expect(await type("mailwright", "sync", "stop", "john")).toBe("john: stopped\n");
      expect(await all).toMatchObject({
        exit: 0,
        stdout: expect.stringMatching(/^john: stopped\n(?:mary: .*\n)*mary: 60\d copied/m),
      });
    });
    expect(await type("mailwright", "sync", "status")).toMatch(/^john .*: stopped\nmary .* done /m);
  });

  test("F2 a terminal shows how far it is, a pipe gets lines", async () => {
    await atRemote(container, ["fill", "Long", 1500]);
    const shown = await type("script", "-qec", "mailwright sync run mary", "/dev/null");
    expect(shown).toMatch(/[█░#.]{20} mary: fetching, \d+ of \d+ messages in \d+ folders/);
    expect(shown).toMatch(/mary: 1500 copied in .*\r?\n$/);
    expect((await sync("run", "mary")).stdout).not.toContain("\u001b");
  });

  test("the daemons have nothing to complain of", async () => {
    await apply(container);
    expect(await complaints(container)).toEqual([]);
    expect((await type("postqueue", "-j")).trim()).toBe("");
  });
});
