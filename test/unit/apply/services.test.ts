import { describe, expect, it } from "vitest";
import type { ServiceAction } from "../../../src/apply/event.ts";
import { planService, type ServicePlan } from "../../../src/apply/service-plan.ts";
import type { UnitState } from "../../../src/system/system.ts";
import { Machine, success } from "./harness.ts";

const running: UnitState = { load: "loaded", active: true, failed: false, enabled: true };
const stopped: UnitState = { load: "loaded", active: false, failed: false, enabled: false };

/** A machine with rspamd, whose file the event `go` makes. */
function machine(
  manifest = "templates: [/etc/rspamd/file]\nservices: {rspamd: reload}\n",
  state = running,
): Machine {
  const made = new Machine();
  made.template("/etc/rspamd/file", "max {{config.rspamd.MaxProcesses}}\n", "services: [rspamd]\n");
  // The event that `rspamd status` belongs to: only one that carries it out starts or stops the unit.
  made.event("nethserver-mail-filter-save", "{}");
  const extended = /^extends: /m.test(manifest)
    ? manifest.replace("extends: [", "extends: [nethserver-mail-filter-save, ")
    : `extends: [nethserver-mail-filter-save]\n${manifest}`;
  made.event("go", extended);
  made.services.units.set("rspamd", state);
  return made;
}

async function change(made: Machine): Promise<void> {
  const now = made.records.get("rspamd")?.props.get("MaxProcesses") ?? "1";
  made.set("rspamd", {
    ...Object.fromEntries(made.records.get("rspamd")?.props ?? []),
    MaxProcesses: `${Number(now) + 1}`,
  });
}

describe("planService", () => {
  type Row = [wanted: "enabled" | "disabled" | "as it is", ServiceAction | undefined, UnitState, ServicePlan];
  const verbs = (...all: Extract<ServicePlan, { verbs: unknown }>["verbs"]): ServicePlan => ({ verbs: all });
  const state = (active: boolean, enabled: boolean): UnitState => ({
    ...{ load: "loaded", active, failed: false, enabled },
  });
  const dead: UnitState = { load: "loaded", active: false, failed: true, enabled: true };
  const rows: Row[] = [
    ["as it is", "reload", state(true, true), verbs("reload")],
    ["as it is", "reload", state(false, true), verbs()],
    ["as it is", undefined, state(true, false), verbs()],
    ["as it is", "reload", dead, verbs("restart")],
    ["as it is", undefined, dead, verbs()],
    ["enabled", "reload", dead, verbs("restart")],
    ["enabled", "reload", { ...dead, active: true }, verbs("restart")],
    ["enabled", "reload", state(true, true), verbs("reload")],
    ["enabled", "restart", state(true, true), verbs("restart")],
    ["enabled", undefined, state(true, true), verbs()],
    ["enabled", "reload", state(true, false), verbs("enable", "reload")],
    ["enabled", undefined, state(true, false), verbs("enable")],
    ["enabled", "reload", state(false, true), verbs("start")],
    ["enabled", "restart", state(false, true), verbs("start")],
    ["enabled", "reload", state(false, false), verbs("enable", "start")],
    ["enabled", undefined, state(false, false), verbs("enable", "start")],
    ["disabled", "reload", state(true, true), verbs("stop", "disable")],
    ["disabled", "restart", state(false, true), verbs("disable")],
    ["disabled", "reload", state(true, false), verbs("stop")],
    ["disabled", "restart", state(false, false), verbs()],
    [
      "enabled",
      "restart",
      { load: "masked", active: false, failed: false, enabled: false },
      { skipped: "is masked" },
    ],
    [
      "disabled",
      "restart",
      { load: "masked", active: true, failed: false, enabled: true },
      { skipped: "is masked" },
    ],
    [
      "enabled",
      "restart",
      { load: "absent", active: false, failed: false, enabled: false },
      { skipped: "is not installed" },
    ],
    [
      "disabled",
      undefined,
      { load: "absent", active: false, failed: false, enabled: false },
      { skipped: "is not installed" },
    ],
  ];
  for (const [wanted, action, unit, expected] of rows) {
    const { load, active, enabled } = unit;
    it(`${wanted}, ${action ?? "nothing asked"}, ${load}, active ${active}, enabled ${enabled}`, () => {
      expect(planService({ unit: "x", wanted, action }, unit)).toEqual(expected);
    });
  }
});

describe("services of an event", () => {
  it("one with a changed file is reloaded; without a change nothing is done", async () => {
    const made = machine();
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
    expect(made.adjusted).toBe("none affected");
  });

  it("a unit just started is not reloaded too", async () => {
    const made = machine(undefined, stopped);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd enable", "rspamd start"]);
  });

  it("one that is disabled is stopped, once, and not reloaded when a file of it changes", async () => {
    const made = machine();
    await made.apply("go");
    made.set("rspamd", { status: "disabled" });
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd stop", "rspamd disable"]);
    await change(made);
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
    made.set("rspamd", { status: "enabled" });
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd enable", "rspamd start"]);
  });

  it("an event that does not carry out its status neither starts nor stops it", async () => {
    const made = machine();
    await made.apply("go");
    made.event("other", "templates: [/etc/rspamd/file]\nservices: {rspamd: reload}\n");
    made.set("rspamd", { status: "disabled" });
    await change(made);
    await made.apply("other");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
  });

  it("a unit's status may be that of another key", async () => {
    const unit = "redis-server@mailwright-statistics";
    const made = machine(`templates: []\nservices: {"${unit}": restart}\n`);
    made.services.units.set(unit, stopped);
    await made.apply("go");
    expect(made.services.verbs).toEqual([`${unit} enable`, `${unit} start`]);
    made.set("rspamd", { status: "disabled" });
    await made.apply("go");
    expect(made.services.verbs).toEqual([`${unit} stop`, `${unit} disable`]);
  });

  it("one that serves others as well is reloaded, and neither started nor stopped", async () => {
    const made = machine("templates: [/etc/rspamd/file]\nservices: {nginx: reload}\n");
    made.template("/etc/rspamd/file", "max {{config.rspamd.MaxProcesses}}\n", "services: [nginx]\n");
    made.services.units.set("nginx", running);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["nginx reload"]);
    made.services.units.set("nginx", stopped);
    await change(made);
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
  });

  it("one for which mail waits may fail: that is told, and done at the next event", async () => {
    const made = machine("templates: [/etc/rspamd/file]\nservices: {clamav-daemon: restart}\n");
    made.template("/etc/rspamd/file", "max {{config.rspamd.MaxProcesses}}\n", "services: [clamav-daemon]\n");
    made.services.units.set("clamav-daemon", running);
    made.services.failing.add("clamav-daemon restart");
    await made.apply("go");
    expect(made.progress.at(-1)).toMatchObject({ kind: "end", status: "success" });
    const told = "clamav-daemon: restart failed: mail is put off until it runs";
    expect(made.progress).toContainEqual(expect.objectContaining({ text: expect.stringContaining(told) }));
    made.services.failing.clear();
    await made.apply("go");
    expect(made.services.verbs).toEqual(["clamav-daemon restart"]);
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
  });

  it("what was skipped is done when the unit is there", async () => {
    const made = machine(undefined, { ...stopped, load: "absent" });
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
    made.services.units.set("rspamd", running);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
  });

  it("a masked unit is skipped without failing, and that is said", async () => {
    const made = machine(undefined, { ...stopped, load: "masked" });
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
    expect(made.adjusted).toBe("rspamd is masked: skipped");
    expect(made.progress.at(-1)).toMatchObject({ kind: "end", status: "success" });
  });

  it("an absent unit is skipped without failing, and that is said", async () => {
    const made = machine(undefined, { ...stopped, load: "absent" });
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
    expect(made.adjusted).toBe("rspamd is not installed: skipped");
  });

  it("of two verbs asked for one service in one event the stronger is done: extends", async () => {
    const made = machine("extends: [base]\ntemplates: [/etc/rspamd/file]\nservices: {rspamd: reload}\n");
    made.event("base", "services: {rspamd: restart}\n");
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd restart"]);
  });

  it("of two verbs asked for one service in one event the stronger is done: the other way round", async () => {
    const made = machine("extends: [base]\ntemplates: [/etc/rspamd/file]\nservices: {rspamd: restart}\n");
    made.event("base", "services: {rspamd: reload}\n");
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd restart"]);
  });

  it("of two verbs asked for one service in one event the stronger is done: the site's own manifest", async () => {
    const made = machine();
    made.event("go", "services: {rspamd: restart}\n", "site");
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd restart"]);
    made.event("go", "services: {postfix: reload}\n", "site");
    made.services.units.set("postfix", running);
    await change(made);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
  });

  it("of a shipped, a site's and an extended event all three are satisfied", async () => {
    const made = machine("extends: [base]\ntemplates: [/etc/rspamd/file]\nservices: {rspamd: reload}\n");
    made.event("base", "extends: [deeper]\nservices: {postfix: reload}\n");
    made.event("deeper", "services: {postfix: restart, dovecot: reload}\n");
    made.event("go", "services: {dovecot: restart}\n", "site");
    made.template("/etc/all", "{{config.rspamd.MaxProcesses}}\n", "services: [rspamd, postfix, dovecot]\n");
    made.event("deeper", "templates: [/etc/all]\nservices: {postfix: restart, dovecot: reload}\n");
    for (const unit of ["postfix", "dovecot"]) made.services.units.set(unit, running);
    await made.apply("go");
    expect(new Set(made.services.verbs)).toEqual(
      new Set(["rspamd reload", "postfix restart", "dovecot restart"]),
    );
  });

  it("a file concerns the services that its template names, and no other", async () => {
    const made = machine("templates: [/etc/rspamd/file]\nservices: {rspamd: reload, postfix: reload}\n");
    made.services.units.set("postfix", running);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
  });

  it("a file of a template that names none, and no check, concerns all services of the event", async () => {
    const made = machine("templates: [/etc/own]\nservices: {rspamd: reload, postfix: restart}\n");
    made.template("/etc/own", "x\n");
    made.services.units.set("postfix", running);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd reload", "postfix restart"]);
  });

  it("a file of a template that names an empty list concerns none", async () => {
    const made = machine("templates: [/etc/own]\nservices: {rspamd: reload}\n");
    made.template("/etc/own", "x\n", "services: []\n");
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
  });

  it("a removed file and a corrected mode are changes too", async () => {
    const made = machine();
    await made.apply("go");
    made.volume.chmodSync("/etc/rspamd/file", 0o600);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
    made.template("/etc/rspamd/file", "x\n", "services: [rspamd]\nwhen: false\n");
    await made.apply("go");
    expect(made.read("/etc/rspamd/file")).toBeUndefined();
    expect(made.services.verbs).toEqual(["rspamd reload"]);
  });

  it("a failing action ends the event, and services are not touched", async () => {
    const made = machine();
    made.script("go", "S20-fails", { ...success, exit: 3 });
    await expect(made.apply("go")).rejects.toMatchObject({ code: "ACTION_FAILED", exit: 1 });
    expect(made.services.verbs).toEqual([]);
    expect(made.progress.at(-1)).toMatchObject({ kind: "end", status: "failed" });
    expect(made.ledger.applied.size).toBe(0);
  });

  it("one that fails without a changed file is told with its words and where to look; the event fails", async () => {
    const made = machine();
    await made.apply("go");
    made.services.units.set("rspamd", { load: "loaded", active: false, enabled: true });
    made.ledger.units.clear();
    made.services.failing.add("rspamd start");
    const failure = await made.apply("go").catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: "rspamd: start failed",
      exit: 1,
      hint: "Job for rspamd failed.\nSee: journalctl -u rspamd -n 20",
    });
  });
});

describe("what is committed and not yet reloaded", () => {
  it("survives a failing action, and the next apply does it though no file changes then", async () => {
    const made = machine();
    made.script("go", "S20-fails", { ...success, exit: 1 });
    await expect(made.apply("go")).rejects.toThrow();
    expect(made.ledger.units.get("rspamd")).toMatchObject({ action: "reload" });
    made.script("go", "S20-fails");
    await made.apply("go");
    expect(made.detail("commit")).toBe("0 files");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
    await made.apply("go");
    expect(made.services.verbs).toEqual([]);
  });

  it("survives a service that failed", async () => {
    const made = machine();
    made.services.failing.add("rspamd reload");
    await expect(made.apply("go")).rejects.toThrow();
    made.services.failing.clear();
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
  });

  it("keeps the stronger of what was left and what is asked now", async () => {
    const made = machine();
    made.event("strong", "templates: [/etc/rspamd/file]\nservices: {rspamd: restart}\n");
    made.script("strong", "S20-fails", { ...success, exit: 1 });
    await expect(made.apply("strong")).rejects.toThrow();
    await change(made);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd restart"]);
  });

  it("is done by the next apply of whatever event", async () => {
    const made = machine();
    made.script("go", "S20-fails", { ...success, exit: 1 });
    await expect(made.apply("go")).rejects.toThrow();
    made.event("other", "");
    await made.apply("other");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
    await made.apply("other");
    expect(made.services.verbs).toEqual([]);
  });

  it("a crash right after the files were written loses nothing", async () => {
    const made = machine();
    const record = made.ledger.recordFiles.bind(made.ledger);
    let calls = 0;
    made.ledger.recordFiles = (written, removed) => {
      if (++calls === 2) throw new Error("killed");
      record(written, removed);
    };
    await expect(made.apply("go")).rejects.toThrow("killed");
    expect(made.read("/etc/rspamd/file")).toBe("max 1\n");
    made.ledger.recordFiles = record;
    await change(made);
    await made.apply("go");
    expect(made.services.verbs).toEqual(["rspamd reload"]);
    // The bytes that the killed apply wrote are its own, not an administrator's.
    expect(made.notices).toEqual([]);
    expect(made.read("/etc/rspamd/file")).toBe("max 2\n");
  });
});
