import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { fakeMachine } from "../apply/fake-system.ts";
import { type Outcome, runCli } from "../run-cli.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

function bayes(...args: string[]): Promise<Outcome> {
  const root = mkdtempSync(join(tmpdir(), "bayes-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return runCli("mailwright", ["bayes", ...args], { root, stdin: "Subject: x\n\ny\n" });
}

describe("mailwright bayes", () => {
  it.each([
    [["learn"], "as what are the messages to be learned?"],
    [["learn", "--spam", "--ham"], "as what are the messages to be learned?"],
    [["learn", "--ham", "/nowhere/at/all"], "there is no file /nowhere/at/all"],
    [["forget"], "what is to be forgotten?"],
    [["forgte"], "there is no verb forgte. Did you mean forget?"],
    [[], "what is to be done?"],
  ])("%j is refused, with what is accepted", async (args, message) => {
    const { exit, stdout, stderr } = await bayes(...args);
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain(message);
  });

  it.each([[["status"]], [["learn", "--spam"]], [["forget", "--all", "--yes"]]])(
    "%j tells where Redis does not answer, and what to look at",
    async (args) => {
      const { exit, stdout, stderr } = await bayes(...args);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(stderr).toContain("Redis, which keeps what the filter has learned, does not answer");
      expect(stderr).toContain("systemctl status redis-server@mailwright-statistics");
    },
  );
});
