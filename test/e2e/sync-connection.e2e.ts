import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import { bootMailServer } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { fragment } from "./container/mail-server.ts";
import { seeded } from "./container/random.ts";
import {
  atRemote,
  cutsLeft,
  emptyRemote,
  localMail,
  remoteHost,
  remoteMail,
  remotePassword,
  startProxy,
  startRemote,
  tellProxy,
} from "./container/remote-imap.ts";

describe("synchronization over bad connections, with servers that are not what they should be", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const sync = (...words: string[]) => container.run(["mailwright", "sync", ...words]);

  async function addJob(user: string, ...options: string[]): Promise<void> {
    const account = ["--host", `${remoteHost}:1143`, "--security", "no", "--username", "ann"];
    const argv = ["mailwright", "sync", "add", user, ...account, "--password-stdin", ...options];
    await container.must(argv, { input: `${remotePassword}\n` });
  }

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul"]);
    await startRemote(container);
    await startProxy(container);
    const fills = ["Sent", "Work.Projects", "Jos&AOk-"].map((name) => ["fill", name, 300]);
    await atRemote(container, ["fill", "INBOX", 300], ...fills);
  });
  afterAll(() => container?.stop());

  test("F2 a connection that is cut twelve times at random bytes brings all, in one run and without a copy too many", async () => {
    const random = seeded();
    const cuts = Array.from({ length: 12 }, () => Math.round(15_000 + random() * 200_000));
    await tellProxy(container, { cuts });
    await addJob("john");
    const { exit, stderr } = await sync("run", "john");
    expect(stderr).toBe("");
    expect(exit).toBe(0);
    expect(await cutsLeft(container)).toBeLessThan(12 - 4);
    expect((await type("cat", "/var/log/imap-proxy.log")).split("\n").length).toBeGreaterThan(4);
    expect(await localMail(container, "john")).toEqual(await remoteMail(container));
    await tellProxy(container, {});
    expect((await sync("run", "john")).stdout).toMatch(/^john: 0 copied/m);
  }, 240_000);

  test("F2 a connection that is cut for ever is told, after four tries that bring nothing; then it goes on", async () => {
    await tellProxy(container, { cuts: Array.from({ length: 60 }, () => 6000) });
    await atRemote(container, ["fill", "Sent", 20, "more "]);
    const { exit, stderr } = await sync("run", "john");
    expect(`${exit} ${stderr}`).toMatch(
      /^1 .*connection to outside.example.net broke off.*\n.*goes on from here/,
    );
    expect(await cutsLeft(container)).toBeGreaterThan(20);
    await tellProxy(container, {});
    expect((await sync("run", "john")).stdout).toMatch(/^john: 20 copied/m);
    expect(await localMail(container, "john")).toEqual(await remoteMail(container));
  }, 120_000);

  test("F2 a server that hangs is told after Dovecot's patience; the run after goes on", async () => {
    // Five minutes by default.
    const patience = fragment("/etc/dovecot/imapsync/accounts", "95patience");
    await container.write(patience, "imapc_cmd_timeout = 3 secs\n");
    await type("signal-event", "nethserver-mail-imapsync-save");
    await atRemote(container, ["fill", "Sent", 20, "late "]);
    await tellProxy(container, { hang: 7000 });
    const { exit, stderr } = await sync("run", "john");
    expect(`${exit} ${stderr}`).toMatch(/^1 .*outside.example.net.*(?:timed out|broke off)/);
    await tellProxy(container, {});
    expect((await sync("run", "john")).stdout).toMatch(/^john: 20 copied/m);
    expect(await localMail(container, "john")).toEqual(await remoteMail(container));
    await type("rm", patience);
    await type("signal-event", "nethserver-mail-imapsync-save");
  }, 180_000);

  test("F2 a server that has but IMAP4rev1 is copied as well, and followed", async () => {
    const strip = [
      ...["UIDPLUS", "CONDSTORE", "QRESYNC", "SPECIAL-USE", "ESEARCH", "NAMESPACE", "MOVE", "LITERAL\\+"],
      ...["LIST-EXTENDED", "LIST-STATUS", "BINARY", "ENABLE", "IDLE", "ID", "SORT", "UNSELECT", "CHILDREN"],
    ];
    await tellProxy(container, { strip });
    await addJob("mary", "--delete-destination");
    expect((await sync("run", "mary")).exit).toBe(0);
    expect(await localMail(container, "mary")).toEqual(await remoteMail(container));
    await atRemote(
      container,
      ["expunge", "Sent", ["Sent 7"]],
      ["flag", "INBOX", "INBOX 30", "+", "\\Answered"],
    );
    const { stdout } = await sync("mary");
    expect(stdout).toMatch(/^mary: 0 copied, \d+ removed/m);
    expect(await localMail(container, "mary")).toEqual(await remoteMail(container));
    await tellProxy(container, {});
  });

  test("F2 a message that the server cannot give is told by its UID, and keeps no other folder from coming", async () => {
    await atRemote(container, ["fill", "Bad", 20], ["fill", "Zed", 20], ["fill", "INBOX", 5, "new "]);
    await type("sh", "-ec", 'chmod 0 "$(grep -rl --exclude="dovecot*" "Subject: Bad 11" /srv/remote/ann)"');
    const { exit, stdout, stderr } = await sync("run", "mary");
    expect(`${exit} ${stderr}`).toMatch(
      /^1 .*outside.example.net does not give all: folder Bad, message with UID 12; what is behind it waits\n/,
    );
    expect(stdout).toMatch(/^mary: 36 copied/m);
    expect(await type("mailwright", "sync", "status", "mary")).toMatch(/failed .*UID 12/);
    expect(await type("mailwright", "sync", "list")).toMatch(/^mary@domain.org .* failed 20\S+ \S+$/m);
    const inSource = (await remoteMail(container)).filter((line) => !line.startsWith("Bad\t"));
    expect((await localMail(container, "mary")).filter((line) => !line.startsWith("Bad\t"))).toEqual(
      inSource,
    );
    await type("sh", "-ec", "chmod -R u+rw /srv/remote/ann");
    expect((await sync("run", "mary")).stdout).toMatch(/^mary: 9 copied/m);
    expect(await localMail(container, "mary")).toEqual(await remoteMail(container));
  });

  test("F2 DeleteDestination: a server that comes back empty takes nothing away, unless that is wanted", async () => {
    const before = await localMail(container, "mary");
    await emptyRemote(container);
    const { exit, stderr } = await sync("run", "mary");
    expect(`${exit} ${stderr}`).toMatch(
      new RegExp(
        `^1 .*${before.length} of ${before.length} messages .* are gone at .*: none was removed here\n.*--force`,
      ),
    );
    expect(await localMail(container, "mary")).toEqual(before);
    expect((await sync("run", "mary", "--force")).stdout).toContain(`${before.length} removed`);
    expect(await localMail(container, "mary")).toEqual([]);
  });

  test("F2 DeleteDestination: a server that comes back with its mail, but other UIDs, changes nothing", async () => {
    await atRemote(container, ["fill", "INBOX", 30], ["fill", "Sent", 30]);
    await sync("run", "mary");
    const before = await localMail(container, "mary");
    expect(before.length).toBe(60);
    await emptyRemote(container);
    expect((await sync("run", "mary")).exit).toBe(1);
    await atRemote(container, ["fill", "Sent", 30], ["fill", "INBOX", 30]);
    const { exit, stdout } = await sync("run", "mary");
    expect(`${exit} ${stdout}`).toMatch(/^0 mary: 0 copied in/);
    expect(await localMail(container, "mary")).toEqual(before);
  });

  test("the daemons have nothing to complain of", async () => {
    await apply(container);
    expect(await complaints(container)).toEqual([]);
    expect((await type("postqueue", "-j")).trim()).toBe("");
  });
});
