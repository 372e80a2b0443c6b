import { describe, expect, it } from "vitest";
import { Account } from "../../../../src/commands/remote/sync/account.ts";
import {
  type Followed,
  follow,
  type Leader,
  type Learnt,
} from "../../../../src/commands/remote/sync/follow.ts";
import type { Known } from "../../../../src/commands/remote/sync/merge.ts";
import type { SyncJob } from "../../../../src/mail/sync-jobs.ts";
import type { Outcome, Processes } from "../../../../src/system/system.ts";

type Mailbox = Map<string, string[]>;

const done: Outcome = { exit: 0, stdout: "", stderr: "", timedOut: false };
const failed = (stderr: string): Outcome => ({ exit: 75, stdout: "", stderr, timedOut: false });
const known = (...guids: string[]): Known[] =>
  guids.map((guid) => ({ guid, copy: guid, flags: [], identity: guid }));
const noFolder = "Error: Mailbox a: Failed to lookup mailbox status: Mailbox doesn't exist: a";

/** Dovecot with a mirror and a mailbox, whose messages are their GUIDs and whose folders are theirs. */
class Dovecot {
  readonly mirror: Mailbox = new Map();
  readonly mailbox: Mailbox = new Map();
  /** By words of the command; what it says then, after it has done its work. */
  readonly failures = new Map<string, Outcome>();
  /** Words of a command that is killed, and what it has said until then. */
  killed: readonly [string, Outcome] | undefined;
  /** Folders of the mirror of which Dovecot says nothing. */
  unread: string | undefined;
  /** A folder of the mailbox whose status is that of before its messages came. */
  stale: string | undefined;
  /** A message that comes into a folder of the mailbox just before it is deleted. */
  late: string | undefined;
  /** Messages that fit into the mailbox. */
  room = Number.POSITIVE_INFINITY;

  run(argv: readonly string[], onBytes?: (piece: Uint8Array) => void): Outcome {
    const side = argv.includes("-c") ? this.mirror : this.mailbox;
    const words = argv.join(" ");
    const print = (rows: readonly unknown[]): void => onBytes?.(Buffer.from(JSON.stringify(rows)));
    if (this.killed !== undefined && words.includes(this.killed[0])) {
      onBytes?.(Buffer.from(this.killed[1].stdout));
      return this.killed[1];
    }
    const outcome = [...this.failures].find(([part]) => words.includes(part))?.[1];
    const last = argv.at(-1) ?? "";
    if (words.includes("mailbox list")) print([...side.keys()].map((mailbox) => ({ mailbox })));
    else if (words.includes("mailbox status"))
      print(
        [...side]
          .filter(([mailbox]) => side !== this.mirror || mailbox !== this.unread)
          .map(([mailbox, { length }]) => ({
            mailbox,
            guid: mailbox,
            messages: `${side === this.mailbox && mailbox === this.stale ? 0 : length}`,
          })),
      );
    else if (words.includes(" fetch "))
      print(
        [...side]
          .filter(([mailbox]) => argv.includes(mailbox))
          .flatMap(([mailbox, guids]) => guids.map((guid, at) => row(mailbox, guid, at + 1))),
      );
    else if (words.includes(" import ")) {
      const from = argv.at(-3) ?? "";
      const some = uidsOf(last).map((uid) => this.mirror.get(from)?.[uid - 1] ?? "");
      this.mailbox.set(from, [...(this.mailbox.get(from) ?? []), ...some.slice(0, this.room)]);
      if (some.length > this.room) return failed("Error: Quota exceeded (mailbox for user is full)");
      this.room -= some.length;
    } else if (words.includes("mailbox create")) this.mailbox.set(last, []);
    else if (words.includes("mailbox delete")) {
      if (this.late !== undefined) this.mailbox.get(last)?.push(this.late);
      if (argv.includes("-e") && this.mailbox.get(last)?.length !== 0)
        return { ...failed(`Error: Can't delete mailbox ${last}: Mailbox isn't empty`), exit: 65 };
      this.mailbox.delete(last);
    } else if (words.includes(" expunge ")) {
      const uids = uidsOf(last);
      const from = argv.at(-3) ?? "";
      this.mailbox.set(
        from,
        (this.mailbox.get(from) ?? []).filter((_, at) => !uids.includes(at + 1)),
      );
    }
    return outcome ?? done;
  }

  account(): Account {
    const run: Processes["run"] = async (argv, options) => this.run(argv, options?.onBytes);
    const job = { user: "john", host: "h.example.net" } as SyncJob;
    const processes = { run } as Processes;
    const { signal } = new AbortController();
    return new Account(processes, job, "/conf", "/lock", "/mirror", async () => undefined, signal);
  }

  async follow(learnt: Learnt, leader: Partial<Leader> = {}): Promise<Followed & { spared: unknown }> {
    const followed: Followed = { missing: 0, copied: 0, removed: 0, folder: "" };
    const account = this.account();
    const folders = await account.folders("mirror");
    const all: Leader = { folders, isTaken: () => true, deletes: true, force: false, ...leader };
    return { spared: await follow(account, all, learnt, followed), ...followed };
  }
}

function row(mailbox: string, guid: string, uid: number): Record<string, string> {
  const identity = { "hdr.message-id": guid, "date.received.unixtime": "1", "size.virtual": "1" };
  return { "mailbox-guid": mailbox, uid: `${uid}`, guid, flags: "", ...identity };
}

function uidsOf(set: string): number[] {
  return set.split(",").flatMap((run) => {
    const [first = 0, last = first] = run.split(":").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

describe("the mailbox follows the mirror", () => {
  function server(): Dovecot {
    const dovecot = new Dovecot();
    for (const side of [dovecot.mirror, dovecot.mailbox]) {
      side.set("INBOX", ["a", "b", "c", "d"]);
      side.set("Old", ["e", "f"]);
    }
    return dovecot;
  }
  const all = (): Learnt =>
    new Map([
      ["INBOX", known("a", "b", "c", "d")],
      ["Old", known("e", "f")],
    ]);

  it("copies, and removes with its folder what is gone there", async () => {
    const dovecot = server();
    dovecot.mirror.delete("Old");
    dovecot.mirror.set("New", ["g"]);
    const learnt = all();
    expect(await dovecot.follow(learnt)).toMatchObject({ copied: 1, removed: 2, spared: undefined });
    expect([...dovecot.mailbox.keys()]).toEqual(["INBOX", "New"]);
    expect([...learnt.keys()]).toEqual(["INBOX", "New"]);
  });

  it("believes no status of a folder in which a copy was killed before it was noted", async () => {
    const dovecot = server();
    dovecot.stale = "Old";
    expect(await dovecot.follow(new Map())).toMatchObject({ copied: 0, removed: 0 });
    expect(dovecot.mailbox.get("Old")).toEqual(["e", "f"]);
  });

  it("keeps a folder that is gone there and holds mail of one's own, whatever its status says", async () => {
    const dovecot = server();
    dovecot.mirror.delete("Old");
    dovecot.mailbox.set("Old", ["e", "f", "own"]);
    dovecot.stale = "Old";
    await dovecot.follow(all());
    expect(dovecot.mailbox.get("Old")).toEqual(["own"]);
  });

  it("keeps a folder into which mail comes while it is removed", async () => {
    const dovecot = server();
    dovecot.mirror.delete("Old");
    dovecot.late = "own";
    const learnt = all();
    expect(await dovecot.follow(learnt)).toMatchObject({ removed: 2 });
    expect(dovecot.mailbox.get("Old")).toEqual(["own"]);
    expect([...learnt.keys()]).toEqual(["INBOX"]);
  });

  it.each([
    ["", noFolder],
    ["", ""],
    ['[{"mailbox":"Old","guid":"Old","messages":"2"}', noFolder],
  ])("believes no list of folders of a doveadm that was killed: %s %s", async (stdout, stderr) => {
    const dovecot = server();
    const killed: Outcome = { exit: 137, stdout, stderr, timedOut: false };
    dovecot.killed = ["dotlock_use_excl=no -f json mailbox status", killed];
    const learnt = all();
    await expect(dovecot.follow(learnt)).rejects.toThrow("doveadm could not copy");
    expect(learnt).toEqual(all());
  });

  it("takes nothing for copied by a doveadm that was killed, whatever it has said of folders without messages", async () => {
    const dovecot = server();
    dovecot.mirror.get("INBOX")?.push("new");
    dovecot.killed = [" import ", { exit: 137, stdout: "", stderr: noFolder, timedOut: false }];
    const learnt = all();
    await expect(dovecot.follow(learnt)).rejects.toThrow("doveadm could not copy");
    expect(learnt).toEqual(all());
  });

  it.each(["mirror", "mailbox"] as const)(
    "removes nothing where Dovecot could not read a folder: %s",
    async (side) => {
      const dovecot = server();
      dovecot[side].delete("Old");
      const kept = dovecot.mailbox.get("Old");
      const words =
        side === "mirror" ? "-c /conf -f json mailbox status" : "dotlock_use_excl=no -f json mailbox status";
      dovecot.failures.set(
        words,
        failed("Error: Mailbox Old: Failed to lookup mailbox status: Internal error"),
      );
      await expect(dovecot.follow(all(), { force: true })).rejects.toThrow("doveadm could not copy");
      expect(dovecot.mailbox.get("Old")).toEqual(kept);
      expect(dovecot.mailbox.has("Old")).toBe(side === "mirror");
    },
  );

  it("removes nothing where Dovecot says nothing of a folder that it lists", async () => {
    const dovecot = server();
    dovecot.unread = "Old";
    await expect(dovecot.follow(all(), { force: true })).rejects.toThrow("Old of the copy");
    expect(dovecot.mailbox.get("Old")).toEqual(["e", "f"]);
  });

  it("takes no offence at folders that hold nothing but folders", async () => {
    const dovecot = server();
    dovecot.failures.set("mailbox status", { ...failed(noFolder), exit: 68 });
    expect(await dovecot.follow(all())).toMatchObject({ copied: 0, removed: 0 });
  });

  it("knows what came before the mailbox was full: what its user deletes then does not come again", async () => {
    const dovecot = server();
    const learnt = all();
    dovecot.mirror.set("INBOX", ["a", "b", "c", "d", "x", "y", "z"]);
    dovecot.mirror.set("Last", ["l"]);
    dovecot.room = 2;
    await expect(dovecot.follow(learnt)).rejects.toThrow("is full");
    expect(dovecot.mailbox.get("INBOX")).toEqual(["a", "b", "c", "d", "x", "y"]);
    expect(learnt.get("INBOX")?.map(({ guid }) => guid)).toEqual(["a", "b", "c", "d", "x", "y"]);
    expect(learnt.get("Old")).toEqual(known("e", "f"));
    dovecot.mailbox.set("INBOX", ["a", "y"]);
    dovecot.room = 9;
    expect(await dovecot.follow(learnt)).toMatchObject({ copied: 2 });
    expect(dovecot.mailbox.get("INBOX")).toEqual(["a", "y", "z"]);
    expect(dovecot.mailbox.get("Last")).toEqual(["l"]);
  });

  it("knows each folder that is done, and of the others what was known, where a later one fails", async () => {
    const dovecot = server();
    const learnt = all();
    dovecot.mirror.set("Sent", ["s"]);
    dovecot.mirror.set("Bad", ["t"]);
    dovecot.mirror.delete("Old");
    dovecot.failures.set("mailbox create -s -u john -- Bad", failed("Error: Internal"));
    await expect(dovecot.follow(learnt)).rejects.toThrow();
    expect([...learnt.keys()].sort()).toEqual(["INBOX", "Old", "Sent"]);
  });

  it("knows no message twice that has another GUID in a mirror made anew", async () => {
    const dovecot = server();
    const learnt: Learnt = new Map([
      ["INBOX", [{ guid: "before", copy: "a", flags: [], identity: "a 1 1" }, ...known("b", "c", "d")]],
    ]);
    dovecot.mirror.set("INBOX", ["a1", "b", "c", "d", "x", "y"]);
    dovecot.room = 1;
    await expect(dovecot.follow(learnt)).rejects.toThrow("is full");
    const copies = learnt.get("INBOX")?.map(({ copy }) => copy) ?? [];
    expect(new Set(copies).size).toBe(copies.length);
  });
});
