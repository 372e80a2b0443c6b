import { beforeEach, expect, it, vi } from "vitest";
import { success } from "../../unit/apply/fakes.ts";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "../people/office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

const row = (number: number) => ({
  ...{ "mailbox-guid": "g", uid: String(number), "size.physical": "10" },
  "date.received.unixtime": String(1_700_000_000 + number),
  "hdr.x-quarantine-id": `ID${number}`,
  "hdr.x-quarantine-sender": "<a@b.example>",
  "hdr.x-quarantine-recipients": "<john@example.org>",
  "hdr.subject.utf8": "win\u001b",
});

let office: Office;
const offered = (...words: string[]) => office.done("complete", "mailwright", "quarantine", ...words);

beforeEach(async () => {
  office = new Office();
  await office.run("db", ["accounts", "set", "spam@example.org", "user"]);
  await office.config("setprop", "rspamd", "QuarantineAccount", "spam", "QuarantineStatus", "enabled");
});

it.each(["show", "release", "delete"])("%s is offered the newest 50 messages that are held", async (verb) => {
  fakeMachine.programs.set("doveadm", (_argv, { onBytes }) => {
    onBytes?.(Buffer.from(JSON.stringify(Array.from({ length: 60 }, (_, at) => row(at)))));
    return success;
  });
  const lines = (await offered(verb, "")).trimEnd().split("\n");
  expect(lines).toHaveLength(50);
  expect(lines[0]).toBe("ID59\ta@b.example win ");
  expect(await offered(verb, "ID59")).toBe("ID59\ta@b.example win \n");
});

it("nothing is offered, and nothing said, where the mailbox does not open", async () => {
  fakeMachine.programs.set("doveadm", () => ({ ...success, exit: 75, stderr: "no" }));
  expect(await offered("show", "")).toBe("");
});
