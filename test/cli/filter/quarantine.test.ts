import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Letter, Receipt } from "../../../src/system/hand-over.ts";
import type { RunOptions } from "../../../src/system/system.ts";
import { success } from "../../unit/apply/fakes.ts";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "../people/office.ts";

const postfix = vi.hoisted(() => ({
  taken: [] as Letter[],
  answer: { queueId: "QUEUED" } as Receipt | Error,
}));

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);
vi.mock("../../../src/system/hand-over.ts", () => ({
  handOver: async (_path: string, letter: Letter) => {
    // Long enough for another process to come in between.
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (postfix.answer instanceof Error) throw postfix.answer;
    if ("queueId" in postfix.answer) postfix.taken.push(letter);
    return postfix.answer;
  },
}));

const message = "X-Quarantine-ID: 7C7115D0\nFrom: a@b.example\nSubject: x\n\nBuy \u001b[31mthis.\n";

const row = (uid: number, id = "7C7115D0"): Record<string, string> => ({
  ...{ "mailbox-guid": "guid", uid: String(uid), "size.physical": "120" },
  ...{ "date.received.unixtime": "1795600000", "hdr.from.utf8": "a@b.example" },
  "hdr.subject.utf8": "cheap \u202egpj.exe",
  ...{ "hdr.x-quarantine-id": id, "hdr.x-quarantine-sender": "<a@b.example>" },
  ...{
    "hdr.x-quarantine-recipients": "<john@example.org>",
    "hdr.x-quarantine-reason": "reject, score 25.00",
  },
});

describe("mailwright quarantine", () => {
  let office: Office;
  let rows: Record<string, string>[];

  /** The mailbox, as doveadm(1) tells of it. */
  function doveadm(argv: readonly string[], { onBytes }: RunOptions) {
    const uid = argv.at(-1);
    const print = (text: string): void => onBytes?.(Buffer.from(text, "latin1"));
    if (argv.includes("expunge")) rows = rows.filter((one) => !uid?.split(",").includes(one["uid"] ?? ""));
    else if (argv.includes("json")) onBytes?.(Buffer.from(JSON.stringify(rows)));
    else if (rows.some((one) => one["uid"] === uid)) print(`text\n${message}\n`);
    return { ...success };
  }

  beforeEach(async () => {
    office = new Office();
    rows = [row(1), row(2, "8D8226E1")];
    postfix.taken.length = 0;
    postfix.answer = { queueId: "QUEUED" };
    fakeMachine.programs.set("doveadm", doveadm);
    await office.run("db", ["accounts", "set", "spam@example.org", "user"]);
    await office.config("setprop", "rspamd", "QuarantineAccount", "spam", "QuarantineStatus", "enabled");
  });

  it("list and show tell of a message, and nothing in it steers the terminal", async () => {
    expect(JSON.parse(await office.done("quarantine", "list", "--json"))).toEqual([
      {
        ...{ id: "7C7115D0", sender: "a@b.example", recipients: ["john@example.org"], from: "a@b.example" },
        ...{ subject: "cheap \u202egpj.exe", reason: "reject, score 25.00", bytes: 120 },
        received: new Date(1_795_600_000_000).toISOString(),
      },
      expect.objectContaining({ id: "8D8226E1" }),
    ]);
    for (const args of [["list"], ["show", "7C7115D0"]]) {
      const text = await office.done("quarantine", ...args);
      expect(text).toContain("cheap  gpj.exe");
      expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });

  it("release sends a message on and takes it away; one that Postfix refuses stays", async () => {
    expect(JSON.parse(await office.done("quarantine", "release", "7C7115D0", "--json"))).toEqual({
      released: [{ id: "7C7115D0", queueId: "QUEUED", recipients: ["john@example.org"] }],
    });
    expect(postfix.taken).toMatchObject([{ sender: "a@b.example", recipients: ["john@example.org"] }]);
    expect(postfix.taken[0]?.message).not.toContain("X-Quarantine");
    postfix.answer = { refusals: ["john@example.org: 550 \u001b[2Jno"] };
    const refused = await office.mailwright("quarantine", "release", "8D8226E1");
    expect(refused).toMatchObject({ exit: 1, stderr: expect.stringContaining("8D8226E1 stays") });
    expect(refused.stderr).not.toContain("\u001b");
    expect(rows).toHaveLength(1);
  });

  it("release by two at a time sends a message once", async () => {
    const release = () => office.mailwright("quarantine", "release", "7C7115D0");
    const outcomes = await Promise.all([release(), release()]);
    expect(outcomes.map(({ exit }) => exit).sort()).toEqual([0, 1]);
    expect(outcomes.map(({ stderr }) => stderr).join("")).toContain("it has gone meanwhile");
    expect(postfix.taken).toHaveLength(1);
  });

  it("delete asks, and removes those alone that are chosen", async () => {
    expect((await office.mailwright("quarantine", "delete", "7C7115D0")).exit).toBe(3);
    expect(rows).toHaveLength(2);
    const deleted = await office.done("quarantine", "delete", "7C7115D0", "--yes", "--json");
    expect(JSON.parse(deleted)).toEqual({ deleted: ["7C7115D0"] });
    expect(rows.map(({ uid }) => uid)).toEqual(["2"]);
  });
});
