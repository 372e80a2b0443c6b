import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import { bootMailServer } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { waitFor } from "./container/mail.ts";
import { seeded } from "./container/random.ts";
import {
  atRemote,
  bodiesSent,
  localMail,
  remoteHost,
  remoteMail,
  remotePassword,
  startRemote,
} from "./container/remote-imap.ts";

/** With separators of the other server, blanks, letters beyond ASCII, and what patterns and shells are made of. */
const oddFolders = [
  ...["Sent", "Trash", "Work.Projects.2020", "Work.Projects", "a/b", "With blank", "R&AOk-sum&AOk-"],
  ...[
    "50% off",
    'Q"uote',
    "[Gmail]*",
    "star*name",
    "tilde~x",
    "$HOME",
    "back\\slash",
    "(x|y)+",
    "Jos&AOk-.2",
    "Old",
  ],
];

describe("synchronization with another IMAP server", () => {
  let container: Container;
  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const run = (user: string) => container.run(["mailwright", "sync", "run", user]);

  async function addJob(user: string, ...options: string[]): Promise<void> {
    const account = ["--host", remoteHost, "--username", "ann", "--password-stdin"];
    await container.must(["mailwright", "sync", "add", user, ...account, ...options], {
      input: `${remotePassword}\n`,
    });
  }

  /** What a run says it has copied and removed, as `12 copied, 1 removed`. */
  async function synchronized(user: string): Promise<string> {
    const { exit, stdout, stderr } = await run(user);
    expect(stderr).toBe("");
    expect(exit).toBe(0);
    // A run that takes long tells how far it is, a line each.
    return (stdout.trimEnd().split("\n").at(-1) ?? "").replace(/^.*?: (.*?) in .*$/, "$1");
  }

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary", "paul"]);
    await startRemote(container);
    const fills = oddFolders.map((name) => ["fill", name, 250]);
    await atRemote(
      container,
      ["fill", "INBOX", 500],
      ...fills,
      ["fill", "Archive", 250],
      ["fill", "Empty", 0],
    );
    await atRemote(container, ["flag", "INBOX", "INBOX 1", "+", "\\Answered"]);
  });
  afterAll(() => container?.stop());

  test("F2 20 folders and 7 500 messages, killed ten times at random and three times while they are filed, end as the source has them", async () => {
    const account = ["hostname", remoteHost, "username", "ann", "Password", remotePassword];
    await type("db", "imapsync", "set", "john@domain.org", "imapsync", ...account);
    await apply(container);
    const killed: number[] = [];
    const random = seeded();
    // Slowly, so that it is at work when it is killed, however quick the machine.
    const start = (unit: string): Promise<string> =>
      type(
        ...["systemd-run", "--quiet", `--unit=${unit}`, "--property=CPUQuota=30%"],
        ...["mailwright", "sync", "run", "john"],
      );
    for (let turn = 0; turn < 10; turn++) {
      const unit = `killed-${turn}`;
      // A quick machine has copied all of the account after two or three.
      await atRemote(container, ["fill", "Archive", 250, `turn ${turn} `]);
      await start(unit);
      await sleep(200 + random() * 500);
      const { exit } = await container.run(["systemctl", "kill", "--signal=KILL", unit]);
      if (exit === 0) killed.push(turn);
      await waitFor(async () => (await container.run(["systemctl", "is-active", unit])).exit !== 0);
    }
    expect(killed.length).toBeGreaterThan(7);
    for (const unit of ["filed-0", "filed-1", "filed-2"]) {
      await atRemote(container, ["fill", unit, 250]);
      await start(unit);
      const isFiling = async () =>
        (await container.run(["pgrep", "-f", "doveadm .*import -s -u john"])).exit === 0;
      await waitFor(isFiling, 150);
      await type("systemctl", "kill", "--signal=KILL", unit);
      await waitFor(async () => (await container.run(["systemctl", "is-active", unit])).exit !== 0);
    }
    await synchronized("john");
    const source = await remoteMail(container);
    expect(source.length).toBe(500 + 250 * (oddFolders.length + 4 + 10));
    expect(await localMail(container, "john")).toEqual(source);
    expect(await type("doveadm", "mailbox", "list", "-u", "john")).toMatch(/^Empty$/m);
    expect(await type("doveadm", "mailbox", "list", "-s", "-u", "john")).toMatch(/^Work\/Projects\/2020$/m);
  }, 400_000);

  test("F2 a second run copies nothing, here or over the wire", async () => {
    const bodies = await bodiesSent(container);
    expect(bodies).toBeGreaterThan(4000);
    expect(await synchronized("john")).toBe("0 copied");
    await sleep(500);
    expect(await bodiesSent(container)).toBe(bodies);
    await atRemote(container, ["fill", "Old", 3, "new "]);
    expect(await synchronized("john")).toBe("3 copied");
    await waitFor(async () => (await bodiesSent(container)) > bodies + 2);
    expect(await bodiesSent(container)).toBe(bodies + 3);
    expect(await localMail(container, "john")).toEqual(await remoteMail(container));
  });

  test("F2 DeleteDestination disabled: nothing of the user's is lost, and nothing that was deleted comes back", async () => {
    const local = ["From: x@example.org", "Subject: written here", "", "Text", ""].join("\r\n");
    for (const folder of ["INBOX", "Old"])
      await container.must(["doveadm", "save", "-u", "john", "-m", folder], { input: local });
    await type("doveadm", "expunge", "-u", "john", "mailbox", "INBOX", "subject", "INBOX 7");
    await type("doveadm", "flags", "add", "-u", "john", "mine", "mailbox", "INBOX", "subject", "INBOX 30");
    await type(
      "doveadm",
      "flags",
      "remove",
      "-u",
      "john",
      "\\Seen",
      "mailbox",
      "INBOX",
      "subject",
      "INBOX 22",
    );
    await type("doveadm", "move", "-u", "john", "Archive", "mailbox", "INBOX", "subject", "INBOX 40");
    const before = await localMail(container, "john");
    await atRemote(
      container,
      ["expunge", "Old", ["Old 1"]],
      ["flag", "Old", "Old 23", "-", "\\Flagged"],
      ["flag", "Old", "Old 232", "+", "\\Answered"],
      ["delete", "tilde~x"],
      ["fill", "INBOX", 2, "later "],
    );
    expect(await synchronized("john")).toBe("2 copied");
    const after = await localMail(container, "john");
    const added = after.filter((line) => !before.includes(line)).map((line) => line.split("\t").slice(0, 3));
    expect(added.map((fields) => fields.join(":")).sort()).toEqual([
      "INBOX:later INBOX 0:",
      "INBOX:later INBOX 1:\\Seen",
      expect.stringMatching(/^Old:Old 232:.*\\Answered/),
    ]);
    expect(before.filter((line) => !after.includes(line)).length).toBe(1);
    expect(await synchronized("john")).toBe("0 copied");
    expect(await localMail(container, "john")).toEqual(after);
  });

  test("F2 DeleteDestination enabled: what was copied and is gone there goes; mail of one's own stays", async () => {
    await type("db", "imapsync", "setprop", "john@domain.org", "DeleteDestination", "enabled");
    await apply(container);
    const before = await localMail(container, "john");
    await atRemote(container, ["delete", "With blank"], ["expunge", "Sent", ["Sent 2"]]);
    const source = await remoteMail(container);
    const said = await synchronized("john");
    const after = await localMail(container, "john");
    const lost = before.filter((line) => !after.includes(line));
    const inSource = new Set(source.map((line) => line.split("\t").slice(0, 2).join()));
    expect(lost.length).toBeGreaterThan(500);
    expect(said).toBe(`0 copied, ${lost.length} removed`);
    expect(lost.filter((line) => inSource.has(line.split("\t").slice(0, 2).join()))).toEqual([]);
    expect(after.filter((line) => line.includes("written here")).length).toBe(2);
    const folders = await type("doveadm", "mailbox", "list", "-u", "john");
    expect(folders).not.toMatch(/^(?:With blank|tilde~x)$/m);
    const subscribed = await type("doveadm", "mailbox", "list", "-s", "-u", "john");
    expect(subscribed).toMatch(/^Sent$/m);
    expect(subscribed).not.toMatch(/^With blank$/m);
    expect(await synchronized("john")).toBe("0 copied");
  });

  test("F2 another account takes nothing away that the one before has left", async () => {
    const before = await localMail(container, "john");
    await container.must(["mailwright", "sync", "modify", "john", "--username", "bob", "--password-stdin"], {
      input: "b\n",
    });
    expect(await synchronized("john")).toBe("0 copied");
    expect(await localMail(container, "john")).toEqual(before);
  });

  test("F2 Exclude takes names as they are, and without TrashSync the trash stays away; a master logs in", async () => {
    const left = ["star*name", "[Gmail]*", "(x|y)+", "Work/Projects/2020", "a_b", "50% off"];
    await addJob("mary", "--username", "ann*vmail");
    const props = ["Exclude", left.join(","), "TrashSync", "disabled"];
    await type("db", "imapsync", "setprop", "mary@domain.org", ...props);
    await apply(container);
    await atRemote(container, ["fill", "starXname", 4]);
    await synchronized("mary");
    const source = (await remoteMail(container)).filter(
      (line) => ![...left, "Trash"].includes(line.split("\t")[0] ?? ""),
    );
    expect(source.some((line) => line.startsWith("starXname\t"))).toBe(true);
    expect(await localMail(container, "mary")).toEqual(source);
    const folders = (await type("doveadm", "mailbox", "list", "-u", "mary")).split("\n");
    expect(left.filter((name) => folders.includes(name))).toEqual([]);
    await type("mailwright", "sync", "delete", "mary", "--yes");
    expect(await container.run(["ls", "/etc/dovecot/imapsync"])).toMatchObject({ stdout: "john\n" });
  });

  test("the daemons have nothing to complain of", async () => {
    await apply(container);
    expect(await complaints(container)).toEqual([]);
    expect((await type("postqueue", "-j")).trim()).toBe("");
  });
});
