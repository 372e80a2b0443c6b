import { describe, expect, it, vi } from "vitest";
import { success } from "../../unit/apply/fakes.ts";
import { runCli, temporaryRoot } from "../run-cli.ts";
import { fakeMachine } from "./fake-system.ts";

const calls = vi.hoisted(() => [] as string[]);
vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);
vi.mock("../../../src/system/http.ts", () => ({
  ask: () => Promise.reject(new Error("the running Rspamd was asked")),
}));

describe("below another root than that of the running system", () => {
  it.each([
    ["bayes status"],
    ["bayes learn --spam"],
    ["bayes forget --all --yes"],
    ["scan -"],
    ["quarantine list"],
    ["quarantine show A1"],
    ["quarantine release --all --yes"],
    ["quarantine delete --all --yes"],
    ["queue list"],
    ["queue show 4dpqvF6C9sz3H"],
    ["queue flush"],
    ["queue delete --all --yes"],
    ["queue watch --count 1"],
    ["fetch --all"],
    ["sync run --all"],
    ["sync stop john"],
  ])("%s is refused, and no daemon is asked", async (line) => {
    for (const program of ["redis-cli", "doveadm", "postqueue", "postsuper", "postcat", "getmail"])
      fakeMachine.programs.set(program, (argv) => {
        calls.push(argv.join(" "));
        return success;
      });
    const root = temporaryRoot();
    for (const args of [
      ["--root", root, ...line.split(" ")],
      [...line.split(" "), "--root", root],
    ]) {
      const { exit, stdout, stderr } = await runCli("mailwright", args, {
        ...{ root: "/", runningRoot: "/", stdin: "Subject: x\n\ny\n" },
      });
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
      expect(stderr).toContain(`nothing runs below ${root}`);
      expect(stderr).toContain("Nothing was touched.");
    }
    expect(calls).toEqual([]);
  });
});
