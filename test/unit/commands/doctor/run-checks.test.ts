import { describe, expect, it } from "vitest";
import type { Check, Machine } from "../../../../src/commands/doctor/check.ts";
import { checkNames } from "../../../../src/commands/doctor/check-names.ts";
import { allChecks } from "../../../../src/commands/doctor/checks.ts";
import { doctorView } from "../../../../src/commands/doctor/doctor-view.ts";
import { critical, warning } from "../../../../src/commands/doctor/finding.ts";
import { checked, runChecks, skipped } from "../../../../src/commands/doctor/run-checks.ts";
import { judgeState } from "../../../../src/commands/doctor/state.ts";
import type { Status } from "../../../../src/commands/status-view.ts";
import { MailwrightError } from "../../../../src/errors.ts";
import { plainStyle } from "../../../../src/format/style.ts";
import { found } from "./found.ts";

const machine = (manager = "systemd"): Machine =>
  ({ system: { services: { name: manager } } }) as unknown as Machine;

const check = (name: Check["name"], look: Check["look"], more: Partial<Check> = {}): Check => ({
  ...{ name, about: "", isOfMachine: true, look },
  ...more,
});

describe("checks", () => {
  it("are all there, each under its name", () => {
    expect(allChecks.map(({ name }) => name)).toEqual(checkNames);
  });

  it("run side by side, those that compute much behind them, and are told in their order", async () => {
    const steps: string[] = [];
    const step = (name: Check["name"], time: number, more: Partial<Check> = {}): Check =>
      check(
        name,
        async () => {
          steps.push(`${name} begins`);
          await new Promise((resolve) => setTimeout(resolve, time));
          steps.push(`${name} ends`);
          return [];
        },
        more,
      );
    const all = [step("state", 1, { isLaborious: true }), step("units", 30), step("ports", 10)];
    const results = await runChecks(machine(), all);
    expect(results.map(({ name }) => name)).toEqual(["state", "units", "ports"]);
    expect(steps).toEqual([
      ...["units begins", "ports begins", "ports ends", "units ends"],
      ...["state begins", "state ends"],
    ]);
  });

  it("that take too long are a finding, and hold up nothing", async () => {
    const never = check("dns", () => new Promise(() => {}), { limit: 20 });
    const [late, other] = await runChecks(machine(), [never, check("disk", async () => [])]);
    expect(late).toMatchObject({ state: "warning", findings: [{ advice: "mailwright doctor --only dns" }] });
    expect(late?.findings[0]?.what).toBe("the check dns has not ended within 0.02 s");
    expect(other).toEqual({ name: "disk", findings: [], state: "good" });
  });

  it("that fail are a finding; where the settings cannot be read, they are left out", async () => {
    const failing = (code: string) =>
      check("queue", () =>
        Promise.reject(new MailwrightError("no answer", { code, hint: "do this\nor that" })),
      );
    const [failed] = await runChecks(machine(), [failing("NO_QUEUE")]);
    expect(failed).toMatchObject({ state: "critical", findings: [{ what: "no answer", advice: "do this" }] });
    const [left] = await runChecks(machine(), [failing("DATABASE")]);
    expect(left).toMatchObject({ state: "skipped", findings: [], skipped: "the settings cannot be read" });
    const bug = check("queue", () => Promise.reject(new TypeError("x is undefined")));
    await expect(runChecks(machine(), [bug])).rejects.toThrow("x is undefined");
    // Somebody ends doctor, and nothing is wrong with what it looked at.
    await expect(runChecks(machine(), [failing("INTERRUPTED")])).rejects.toThrow("no answer");
  });

  it("of the running system are left out where there is none", async () => {
    const all = [
      check("units", async () => [warning("a", "b", "c")]),
      check("database", async () => [], { isOfMachine: false }),
    ];
    const results = await runChecks(machine("none"), all);
    expect(results.map(({ state }) => state)).toEqual(["skipped", "good"]);
  });

  it("are shown with what is critical first, without what would steer a terminal", () => {
    const results = [
      checked("dns", [warning("mail goes to \u001b[2Jevil", "x", "publish: y")]),
      checked("units", [critical("dovecot does not run", "dovecot", "systemctl start dovecot")]),
      skipped("ports", "no service manager runs here"),
    ];
    expect(doctorView(results, 0.123, plainStyle(80))).toBe(
      "critical: dovecot does not run\n  systemctl start dovecot\n" +
        "warning: mail goes to  [2Jevil\n  publish: y\n" +
        "1 critical, 1 warning: 2 checks in 123 ms; not looked at: ports (no service manager runs here).\n",
    );
    expect(doctorView([checked("dns", [])], 2, plainStyle(80))).toBe("All is well: 1 check in 2.0 s.\n");
  });
});

describe("the state", () => {
  const quiet: Status = {
    ...{ pending: [], services: [], edits: [], outdated: [], makers: [], overrides: [], failed: [] },
    ...{ deleting: [], problems: [], confirm: undefined, interrupted: undefined, broken: undefined },
    ...{ atWork: undefined, lostKeys: [], isUnscanned: false, missing: [] },
    ...{ atWorkSince: undefined, failedRuns: [] },
  };
  const now = Date.UTC(2026, 10, 25);
  const hour = 3_600_000;
  const change = (key: string, name: string) => ({
    ...{ revision: 1, at: 0, actor: "", via: "", database: "configuration", key, name, old: "", new: "" },
    ...{ events: [], default: undefined, inEffect: true },
  });

  it.each<[string, Partial<Status>, string[]]>([
    ["is quiet", {}, []],
    ["has an edit", { edits: [{ path: "/a", edit: "content" }] }, ["warning mailwright verify"]],
    ["has an old file", { outdated: ["/a"], makers: ["go"] }, ["warning signal-event go"]],
    ["has an old file that no event makes", { outdated: ["/a"] }, ["warning mailwright verify"]],
    ["was cut off", { interrupted: 3 }, ["critical mailwright apply"]],
    ["failed half-way", { broken: { revision: 3, detail: "x" } }, ["critical mailwright apply"]],
    ["cannot be compared", { problems: ["x"] }, ["critical mailwright verify"]],
    [
      "has a unit that waits",
      { services: [{ unit: "a", action: "reload", load: "loaded" }] },
      ["warning mailwright apply"],
    ],
    ["has a record half deleted", { deleting: ["domains a"] }, ["warning mailwright apply"]],
    ["is being changed", { atWork: "apply", edits: [{ path: "/a", edit: "content" }], interrupted: 3 }, []],
    [
      "is being changed for an hour",
      { atWork: "apply (process 7, root, ssh)", atWorkSince: now - hour, interrupted: 3 },
      [],
    ],
    [
      "is being changed for longer",
      { atWork: "apply (process 7, root, ssh)", atWorkSince: now - hour - 1, interrupted: 3 },
      ["warning ps -o pid,lstart,cmd --ppid 7 --pid 7"],
    ],
    [
      "lacks the web server that files are made for",
      { failed: [{ unit: "nginx", state: "inactive" }] },
      ["warning systemctl start nginx"],
    ],
    [
      "lacks another unit, which is for the check of units",
      { failed: [{ unit: "dovecot", state: "x" }] },
      [],
    ],
  ])("that %s", (_, status, expected) => {
    expect(found(judgeState({ ...quiet, ...status }, true, now))).toEqual(expected);
  });

  it("names settings that wait, the first of many", () => {
    const pending = ["a", "b", "b", "c", "d", "e"].map((name) => change("rspamd", name));
    expect(judgeState({ ...quiet, pending }, true, now).map(({ what }) => what)).toEqual([
      "settings wait to be applied: rspamd a, rspamd b, rspamd c and 2 more",
    ]);
  });

  it("of a machine on which no event was carried out says that alone", () => {
    expect(found(judgeState({ ...quiet, pending: [change("a", "b")] }, false, now))).toEqual([
      "warning signal-event nethserver-mail-server-update",
    ]);
  });
});
