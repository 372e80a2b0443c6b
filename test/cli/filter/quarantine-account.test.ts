import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "../people/office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

describe("config setprop rspamd QuarantineAccount", () => {
  let office: Office;
  const set = async (...pairs: string[]): Promise<string> => {
    const { exit, stdout, stderr } = await office.run("config", ["setprop", "rspamd", ...pairs]);
    expect({ exit, stdout }, stderr).toEqual({ exit: 0, stdout: "" });
    return stderr;
  };

  beforeEach(async () => {
    office = new Office();
    await office.db("accounts", "set", "spam@example.org", "user");
    await office.db("accounts", "set", "sales@example.org", "group");
    await office.db("accounts", "set", "held@", "pseudonym", "Account", "vmail+Held Spam");
  });

  it.each([
    ["nosuch@example.org", /rspamd QuarantineAccount: there is no user or public mailbox nosuch/],
    ["sales", /there is no user or public mailbox sales/],
    ["", /QuarantineAccount: it must not be empty while QuarantineStatus is enabled/],
    ["vmail+nosuch", /no address leads to a public mailbox nosuch/],
    ["spam@other.example", /is on another server/],
  ])("%j is stored, and told of, before an event is refused", async (account, notice) => {
    expect(await set("QuarantineStatus", "enabled", "QuarantineAccount", account)).toMatch(notice);
  });

  it.each(["spam", "spam+kept", "Spam@example.org", "vmail+Held Spam", "held"])(
    "%j is stored in silence",
    async (account) => {
      expect(await set("QuarantineStatus", "enabled", "QuarantineAccount", account)).toBe("");
    },
  );

  it("tells where what was held before stays, when it is another account", async () => {
    await set("QuarantineStatus", "enabled", "QuarantineAccount", "spam");
    expect(await set("QuarantineAccount", "vmail+Held Spam")).toContain("what is held in spam stays there");
    expect(await set("QuarantineAccount", "vmail+Held Spam")).toBe("");
    expect(await set("SpamKillLevel", "19")).toBe("");
  });
});
