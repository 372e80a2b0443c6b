import { beforeEach, describe, expect, it, vi } from "vitest";
import { success } from "../../unit/apply/fakes.ts";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "../people/office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

const row = {
  ...{ "mailbox-guid": "f", uid: "3", "date.received.unixtime": "1700000000", "size.physical": "99" },
  ...{ "hdr.from.utf8": "Bulk <b@example.net>", "hdr.subject.utf8": "Offer", "hdr.x-quarantine-id": "A1" },
  ...{ "hdr.x-quarantine-sender": "<b@example.net>", "hdr.x-quarantine-recipients": "<john@example.org>" },
  "hdr.x-quarantine-reason": "reject, score 25.00",
};

const stored = [
  "X-Quarantine-ID: A1",
  "Subject: Offer",
  "Content-Type: multipart/mixed; boundary=b",
  "",
  "--b",
  "",
  "Look.",
  "--b",
  'Content-Type: application/pdf; name="the offer.pdf"',
  "",
  "12345",
  "--b--",
  "",
].join("\n");

describe("mailwright quarantine, of what is meant", () => {
  let office: Office;
  let rows: object[];
  const quarantine = (...args: string[]) => office.mailwright("quarantine", ...args);

  beforeEach(async () => {
    office = new Office();
    rows = [row];
    await office.config("setprop", "rspamd", "QuarantineAccount", "spam@example.org");
    fakeMachine.programs.set("doveadm", (argv, { onBytes }) => {
      const isList = argv.includes("json");
      onBytes?.(
        Buffer.from(isList ? JSON.stringify(rows) : argv.includes("text") ? `text\n${stored}\n` : ""),
      );
      return success;
    });
  });

  it("says that nothing fits, and how many are held, where a filter leaves none", async () => {
    expect((await quarantine("list", "--to", "nosuch")).stdout).toBe("None fits: 1 message held.\n");
    expect((await quarantine("release", "--from", "nosuch", "--yes")).stdout).toBe(
      "0 messages sent on. None fits: 1 message held.\n",
    );
    expect((await quarantine("delete", "--from", "nosuch", "--yes")).stdout).toBe(
      "0 messages deleted. None fits: 1 message held.\n",
    );
    rows = [];
    expect((await quarantine("list")).stdout).toBe("Nothing is held.\n");
    expect((await quarantine("list", "--to", "nosuch")).stdout).toBe("Nothing is held.\n");
  });

  it("shows attachments by name, type and size", async () => {
    expect((await quarantine("show", "A1")).stdout).toMatch(
      /attachments\n {2}the offer\.pdf +application\/pdf +5 B/,
    );
    const { attachments } = JSON.parse((await quarantine("show", "A1", "--json")).stdout);
    expect(attachments).toEqual([{ name: "the offer.pdf", type: "application/pdf", bytes: 5 }]);
  });

  it("refuses --raw with --json, and does not pass over one of them", async () => {
    const { exit, stdout, stderr } = await quarantine("show", "A1", "--raw", "--json");
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain("--raw and --json contradict each other");
  });
});
