import { beforeEach, describe, expect, it } from "vitest";
import type { ApplyEnvironment } from "../../../src/apply/apply-environment.ts";
import { Machine, success } from "./harness.ts";

/** Rspamd with one file, applied once as the value `old` says. */
async function machine(): Promise<Machine> {
  const made = new Machine();
  made.set("site", { Value: "old" }, "thing");
  made.template(
    "/etc/rspamd/local.d/actions.conf",
    "value = {{config.site.Value}};\n",
    "check: rspamd\nservices: [rspamd]\n",
  );
  made.event("go", "templates: [/etc/rspamd/local.d/actions.conf]\nservices: {rspamd: reload}\n");
  made.put("/etc/rspamd/rspamd.conf", "# all of it\n");
  made.services.units.set("rspamd", { load: "loaded", active: true, enabled: true });
  await made.apply("go");
  made.set("site", { Value: "new" }, "thing");
  return made;
}

describe("the history of applies", () => {
  let made: Machine;
  beforeEach(async () => {
    made = await machine();
  });

  const fails = (others: Partial<ApplyEnvironment> = {}): Promise<unknown> =>
    made.apply("go", others).catch((error: unknown) => error);
  const entries = (): string[] =>
    made.ledger.applies(0).map(({ event, args, outcome }) => [event, ...args, outcome].join(" "));

  it("has each apply with who, when, what, and the settings that it applied", async () => {
    await made.apply("go", { args: ["an argument"] });
    expect(made.ledger.lastApply()).toEqual({
      ...{ revision: 9, at: Date.UTC(2026, 10, 22), actor: "tester", via: "tty1" },
      ...{ event: "go", args: ["an argument"], settings: 7, outcome: "done", detail: "" },
    });
    expect(made.ledger.appliedFiles(9)).toEqual([
      {
        path: "/etc/rspamd/local.d/actions.conf",
        state: "changed",
        diff: expect.stringContaining("-value = old;\n+value = new;\n"),
      },
    ]);
  });

  it("has one that a daemon refuses once, however often it is signalled, with the daemon's words", async () => {
    made.processes.programs.set("rspamadm", () => ({ ...success, exit: 1, stderr: "syntax is bad" }));
    for (const _ of [1, 2, 3]) expect(await fails()).toMatchObject({ exit: 4 });
    expect(entries()).toEqual(["go done", "go refused"]);
    expect(made.ledger.lastApply()?.detail).toContain("rspamd");
    expect(made.ledger.appliedFiles(9)).toEqual([]);
    expect(made.read("/etc/rspamd/local.d/actions.conf")).toBe("value = old;\n");
  });

  it("has it again where its arguments or the reason are others, or something was done meanwhile", async () => {
    made.processes.programs.set("rspamadm", () => ({ ...success, exit: 1, stderr: "bad" }));
    await fails();
    await fails({ args: ["x"] });
    made.script("go", "S02-fail", { ...success, exit: 3 });
    made.processes.programs.delete("rspamadm");
    await fails({ args: ["x"] });
    made.processes.programs.set("S02-fail", () => success);
    await made.apply("go");
    made.set("site", { Value: "newer" }, "thing");
    made.processes.programs.set("rspamadm", () => ({ ...success, exit: 1, stderr: "bad" }));
    await fails();
    expect(entries()).toEqual([
      "go done",
      "go refused",
      "go x refused",
      "go x refused",
      "go done",
      "go refused",
    ]);
  });

  it("says of one whose script failed after the commit that it failed, with what it changed", async () => {
    made.script("go", "S20-fail", { ...success, exit: 3 });
    await fails();
    expect(entries()).toEqual(["go done", "go failed"]);
    expect(made.ledger.lastApply()?.detail).toBe("the action S20-fail failed with status 3");
    expect(made.ledger.appliedFiles(9)).toHaveLength(1);
  });

  it("says of one whose daemon did not run that it was restored", async () => {
    made.services.dying.add("rspamd reload");
    expect(await fails()).toMatchObject({ exit: 5 });
    expect(entries()).toEqual(["go done", "go restored"]);
  });

  it("says of one that waits to be confirmed that it is unconfirmed, and of one that joins it", async () => {
    await made.apply("go", { confirmUntil: 5 });
    made.set("site", { Value: "newer" }, "thing");
    await made.apply("go");
    expect(entries()).toEqual(["go done", "go unconfirmed", "go unconfirmed"]);
    expect(made.ledger.confirmation()).toMatchObject({ revision: 9, deadline: 5 });
  });

  it("has nothing of an apply that waits to be confirmed and was refused or restored", async () => {
    made.processes.programs.set("rspamadm", () => ({ ...success, exit: 1 }));
    await fails({ confirmUntil: 5 });
    expect(made.ledger.confirmation()).toBeUndefined();
    made.processes.programs.delete("rspamadm");
    made.services.dying.add("rspamd reload");
    await fails({ confirmUntil: 5 });
    expect(made.ledger.confirmation()).toBeUndefined();
  });

  it("has no entry of an apply that found nothing to do", async () => {
    await made.apply("go");
    await made.apply("go");
    expect(entries()).toEqual(["go done", "go done"]);
  });

  it("holds no secret, neither in what failed nor in what changed", async () => {
    made.set("rspamd", { Password: "S3cretOfMine" });
    made.template("/etc/rspamd/local.d/actions.conf", "{{config.rspamd.Password}}\n", "services: [rspamd]\n");
    made.script("go", "S20-fail", { ...success, exit: 3, stdout: "bad S3cretOfMine\n" });
    await fails();
    made.processes.programs.set("S20-fail", () => success);
    await made.apply("go");
    const all = made.ledger.applies(0).map((apply) => [apply, made.ledger.appliedFiles(apply.revision)]);
    expect(JSON.stringify(all)).not.toContain("S3cretOfMine");
    expect(JSON.stringify(all)).toContain("holds secrets");
  });
});
