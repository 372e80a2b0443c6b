import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "../people/office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

describe("an empty value, such as that of an unset variable", () => {
  let office: Office;
  const done: string[] = [];

  beforeEach(async () => {
    office = new Office();
    done.length = 0;
    await office.config("setprop", "rspamd", "QuarantineAccount", "spam@example.org");
    fakeMachine.programs.set("doveadm", (argv) => {
      done.push(argv.join(" "));
      return { exit: 0, stdout: "[]", stderr: "", timedOut: false };
    });
  });

  it.each([
    ["quarantine", "delete", "--to", "", "--yes"],
    ["quarantine", "delete", "--older=", "--yes"],
    ["quarantine", "release", "--from", "", "--yes"],
    ["quarantine", "release", "A1", "--send-to", ""],
    ["quarantine", "list", "--since", ""],
    ["quarantine", "list", "--to", " "],
    ["scan", "-", "--from", ""],
    ["scan", "-", "--to", ""],
    ["scan", "-", "--ip", ""],
  ])("is refused, and does not mean everything: %s %s %s %s %s", async (...args) => {
    const { exit, stdout, stderr } = await office.mailwright(...args);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toMatch(/--[a-z-]+ is empty\n.*accepted: .*Nothing was touched\./);
    expect(done).toEqual([]);
  });
});
