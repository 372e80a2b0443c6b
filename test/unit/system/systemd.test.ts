import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/system/system.ts";
import { Systemd } from "../../../src/system/systemd.ts";
import { FakeClock, FakeProcesses, success } from "../apply/fakes.ts";

function systemd(stdout: string, others: Partial<Outcome> = {}) {
  const processes = new FakeProcesses();
  processes.programs.set("systemctl", () => ({ ...success, stdout, ...others }));
  return { processes, manager: new Systemd(processes, { readText: () => undefined }, new FakeClock()) };
}

const shown = (load: string, active: string, file: string): string =>
  `Id=--help\nLoadState=${load}\nActiveState=${active}\nUnitFileState=${file}\n`;

/** What Debian 12's Postfix, Dovecot and Redis have when all is well, as systemctl(1) prints it. */
const debian: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  postfix: {
    ...{ Type: "oneshot", RemainAfterExit: "yes", MainPID: "0", Result: "success", ControlGroup: "" },
    ...{ Id: "postfix.service", ConsistsOf: "postfix@-.service", LoadState: "loaded", ActiveState: "active" },
    ...{ SubState: "exited", UnitFileState: "enabled" },
  },
  "postfix@-.service": {
    ...{ Type: "forking", RemainAfterExit: "no", MainPID: "0", Result: "success" },
    ControlGroup: "/system.slice/system-postfix.slice/postfix@-.service",
    ...{ Id: "postfix@-.service", ConsistsOf: "", LoadState: "loaded", ActiveState: "active" },
    ...{ SubState: "running", UnitFileState: "enabled-runtime" },
  },
  dovecot: {
    ...{ Type: "notify", RemainAfterExit: "no", MainPID: "713", Result: "success" },
    ControlGroup: "/system.slice/dovecot.service",
    ...{ Id: "dovecot.service", ConsistsOf: "", LoadState: "loaded", ActiveState: "active" },
    ...{ SubState: "running", UnitFileState: "enabled" },
  },
  redis: {
    ...{ Type: "notify", RemainAfterExit: "no", MainPID: "39", Result: "success" },
    ControlGroup: "/system.slice/redis-server.service",
    ...{ Id: "redis-server.service", ConsistsOf: "", LoadState: "loaded", ActiveState: "active" },
    ...{ SubState: "running", UnitFileState: "enabled" },
  },
};

/** proc(5) and cgroup(7) of a Postfix whose master has the highest number, for the numbers had begun anew. */
const processFiles: Readonly<Record<string, string>> = {
  "/sys/fs/cgroup/system.slice/system-postfix.slice/postfix@-.service/cgroup.procs": "705\n704\n30000\n",
  "/proc/704/stat": stat(704, "pickup", 9001),
  "/proc/705/stat": stat(705, "qmgr) 1 (", 9001),
  "/proc/30000/stat": stat(30000, "master", 900),
};

function stat(pid: number, name: string, start: number): string {
  return `${pid} (${name}) S 1 ${pid} ${pid} 0 -1 4194560 500 0 0 0 1 2 0 0 20 0 1 0 ${start} 9000000 500 18446744073709551615`;
}

/** A machine whose units differ from Debian's as told. */
function machine(
  differences: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  files: Readonly<Record<string, string>> = processFiles,
) {
  const processes = new FakeProcesses();
  processes.programs.set("systemctl", ([, verb, ...args]) => {
    if (verb !== "show") return success;
    const asked = args[0]?.replace("--property=", "").split(",") ?? [];
    const blocks = args.slice(2).map((unit) => {
      const values = { ...debian[unit], ...differences[unit] };
      // In an order of its own, and only what is asked for.
      return Object.entries(values)
        .filter(([name]) => asked.includes(name))
        .map(([name, value]) => `${name}=${value}\n`)
        .join("");
    });
    return { ...success, stdout: blocks.join("\n") };
  });
  return { processes, manager: new Systemd(processes, { readText: (path) => files[path] }, new FakeClock()) };
}

describe("the state of a unit", () => {
  const rows: [load: string, active: string, file: string, expected: string][] = [
    ["loaded", "active", "enabled", "loaded active enabled"],
    ["loaded", "inactive", "disabled", "loaded"],
    ["loaded", "failed", "enabled", "loaded enabled"],
    ["loaded", "activating", "enabled", "loaded active enabled"],
    ["loaded", "reloading", "enabled", "loaded active enabled"],
    ["loaded", "deactivating", "enabled", "loaded enabled"],
    ["loaded", "active", "static", "loaded active enabled"],
    ["loaded", "active", "generated", "loaded active enabled"],
    ["loaded", "inactive", "indirect", "loaded"],
    ["masked", "inactive", "masked", "masked enabled"],
    ["not-found", "inactive", "", "absent enabled"],
    ["bad-setting", "inactive", "enabled", "loaded enabled"],
    ["error", "inactive", "enabled", "loaded enabled"],
  ];
  for (const [load, active, file, expected] of rows) {
    it(`${load}, ${active}, ${file || "no file"}: ${expected}`, async () => {
      const state = await systemd(shown(load, active, file)).manager.state("x");
      expect(
        [state.load, state.active && "active", state.enabled && "enabled"].filter(Boolean).join(" "),
      ).toBe(expected);
    });
  }

  it("systemd that does not answer is a failure, and no absent unit", async () => {
    const { manager } = systemd("", { exit: 1, stderr: "Failed to connect to bus\n" });
    await expect(manager.state("x")).rejects.toMatchObject({ hint: "Failed to connect to bus" });
    await expect(manager.health("x")).rejects.toMatchObject({ hint: "Failed to connect to bus" });
  });
});

describe("verbs", () => {
  it("a unit's name is never an option", async () => {
    const { manager, processes } = systemd(shown("loaded", "active", "enabled"));
    await manager.state("--help");
    await manager.run("--help", "restart");
    await manager.health("--help");
    await manager.lastLines("--help", 1);
    for (const [program, ...args] of processes.calls) {
      if (program === "systemctl") expect(args.indexOf("--help")).toBeGreaterThan(args.indexOf("--"));
      else expect(args).not.toContain("--help");
    }
  });

  it("reloads where the daemon can, and restarts where not", async () => {
    const { manager, processes } = systemd("");
    for (const verb of ["reload", "restart", "start", "stop", "enable", "disable"] as const)
      await manager.run("x", verb);
    const verbs = processes.calls.map(([, verb]) => verb);
    expect(verbs.filter((verb) => verb !== "show" && verb !== "reset-failed")).toEqual([
      ...["reload-or-restart", "restart", "start", "stop", "enable", "disable"],
    ]);
  });

  it("a start or restart is not refused for those before it, of the unit or of a part", async () => {
    for (const verb of ["start", "restart"] as const) {
      const { manager, processes } = machine();
      await manager.run("postfix", verb);
      expect(processes.calls.slice(-2)).toEqual([
        ["systemctl", "reset-failed", "--", "postfix.service", "postfix@-.service"],
        ["systemctl", verb, "--", "postfix"],
      ]);
    }
  });

  it("systemd reads the files of a unit again before it starts one that has others", async () => {
    const { manager, processes } = systemd(`${shown("loaded", "active", "enabled")}NeedDaemonReload=yes\n`);
    await manager.run("x", "restart");
    expect(processes.calls.map(([, verb]) => verb)).toEqual([
      ...["show", "daemon-reload", "reset-failed", "restart"],
    ]);
  });

  it("and those of what a timer starts", async () => {
    const timer = `${shown("loaded", "active", "enabled")}Triggers=x.service\n`;
    const { manager, processes } = systemd(timer);
    const states = [timer, `${shown("loaded", "inactive", "static")}NeedDaemonReload=yes\n`];
    processes.programs.set("systemctl", ([, verb]) =>
      verb === "show" ? { ...success, stdout: states.shift() ?? "" } : success,
    );
    await manager.run("x.timer", "restart");
    expect(processes.calls.map(([, verb]) => verb)).toEqual([
      ...["show", "show", "daemon-reload", "reset-failed", "restart"],
    ]);
    expect(processes.calls[1]?.at(-1)).toBe("x.service");
  });

  it("no other verb asks systemd for anything else", async () => {
    const { manager, processes } = machine();
    for (const verb of ["stop", "enable", "disable"] as const) await manager.run("postfix", verb);
    expect(processes.calls).toHaveLength(3);
  });

  it("the outcome is that of the verb", async () => {
    const { manager, processes } = machine();
    processes.programs.set("systemctl", ([, verb]) => ({ ...success, exit: verb === "start" ? 5 : 1 }));
    expect(await manager.run("x", "start")).toMatchObject({ exit: 5 });
  });
});

describe("a reload of a daemon that has just been started", () => {
  /** Rspamd, whose masks are these one after the other, the last one for good. */
  async function looksUntilReload(
    masks: readonly string[],
    differences: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const processes = new FakeProcesses();
    const shown = { Id: "rspamd.service", LoadState: "loaded", ActiveState: "active", Type: "simple" };
    const values = { ...shown, CanReload: "yes", MainPID: "77", ...differences };
    const stdout = Object.entries(values)
      .map(([name, value]) => `${name}=${value}\n`)
      .join("");
    processes.programs.set("systemctl", () => ({ ...success, stdout }));
    let looks = 0;
    const readText = (path: string): string | undefined => {
      expect(path).toBe("/proc/77/status");
      return masks[Math.min(looks++, masks.length - 1)];
    };
    const manager = new Systemd(processes, { readText }, new FakeClock());
    await manager.run("rspamd", "reload");
    expect(processes.calls.at(-1)).toEqual(["systemctl", "reload-or-restart", "--", "rspamd"]);
    return looks;
  }
  const status = (ignored: string, caught: string): string =>
    `Name:\trspamd\nSigQ:\t0/1\nSigBlk:\t0000000000000001\nSigIgn:\t${ignored}\nSigCgt:\t${caught}\n`;
  const deaf = status("0000000000001000", "0000000180000440");
  const ready = status("0000000000001000", "0000000180000441");

  it("waits until it catches the signal", async () => {
    expect(await looksUntilReload([deaf, deaf, deaf, ready])).toBe(4);
  });

  it("does not wait where it catches or ignores it, or is gone", async () => {
    for (const one of [ready, status("0000000000001001", "0000000180000440"), ""])
      expect(await looksUntilReload([one])).toBe(1);
  });

  it("does not wait for ever", async () => {
    const looks = await looksUntilReload([deaf]);
    expect(looks).toBeGreaterThan(100);
    expect(looks).toBeLessThan(400);
  });

  it("does not look at units that say themselves when they are ready, cannot reload, or do not run", async () => {
    for (const others of [{ Type: "notify" }, { CanReload: "no" }, { MainPID: "0" }])
      expect(await looksUntilReload([deaf], others)).toBe(0);
  });
});

describe("how a unit fares", () => {
  it("Dovecot is one process", async () => {
    const { manager, processes } = machine();
    expect(await manager.health("dovecot")).toEqual({
      ...{ running: true, processes: [713], state: "dovecot.service active (running)" },
    });
    expect(processes.calls).toHaveLength(1);
  });

  it("Postfix is the oldest process of its part", async () => {
    expect(await machine().manager.health("postfix")).toEqual({
      running: true,
      processes: [30000],
      state: "postfix.service active (exited), postfix@-.service active (running)",
    });
  });

  const words: [what: string, differences: Record<string, string>, state: string][] = [
    [
      "failed",
      { ActiveState: "failed", SubState: "failed", Result: "exit-code", ControlGroup: "" },
      "postfix@-.service failed (exit-code)",
    ],
    [
      "ended by itself",
      { ActiveState: "inactive", SubState: "dead", ControlGroup: "" },
      "postfix@-.service inactive (dead)",
    ],
    [
      "waits to be started again",
      { ActiveState: "activating", SubState: "auto-restart", Result: "signal", ControlGroup: "" },
      "postfix@-.service activating (auto-restart, signal)",
    ],
    [
      "stops",
      { ActiveState: "deactivating", SubState: "stop-sigterm" },
      "postfix@-.service deactivating (stop-sigterm)",
    ],
  ];
  for (const [what, differences, state] of words) {
    it(`Postfix whose part ${what} does not run`, async () => {
      const { manager } = machine({ "postfix@-.service": differences });
      expect(await manager.health("postfix")).toMatchObject({ running: false, state });
    });
  }

  it("a unit that does not run is told before its parts", async () => {
    const down = { ActiveState: "inactive", SubState: "dead", ControlGroup: "" };
    const { manager } = machine({ postfix: down, "postfix@-.service": down });
    expect(await manager.health("postfix")).toEqual({
      running: false,
      processes: [],
      state: "postfix.service inactive (dead), postfix@-.service inactive (dead)",
    });
  });

  it("one that is not there, and one that is masked", async () => {
    const { manager } = machine({
      gone: { Id: "gone.service", LoadState: "not-found", ActiveState: "inactive", SubState: "dead" },
      dovecot: { LoadState: "masked", ActiveState: "inactive", SubState: "dead", MainPID: "0" },
    });
    expect(await manager.health("gone")).toEqual({
      ...{ running: false, processes: [], state: "gone.service not-found" },
    });
    expect(await manager.health("dovecot")).toMatchObject({
      running: false,
      state: "dovecot.service masked",
    });
  });

  it("while it reloads it runs", async () => {
    const { manager } = machine({ dovecot: { ActiveState: "reloading", SubState: "reload" } });
    expect(await manager.health("dovecot")).toMatchObject({ running: true, processes: [713] });
  });

  const part = { Id: "part.service", LoadState: "loaded", ActiveState: "inactive", SubState: "dead" };
  const rest: [what: string, values: Record<string, string>, running: boolean][] = [
    ["that is masked", { ...part, LoadState: "masked", UnitFileState: "masked" }, true],
    ["that is disabled", { ...part, Type: "simple", Result: "success", UnitFileState: "disabled" }, true],
    [
      "that is disabled and failed",
      { ...part, ActiveState: "failed", Result: "signal", UnitFileState: "disabled" },
      false,
    ],
    [
      "whose job is done",
      { ...part, Type: "oneshot", RemainAfterExit: "no", Result: "success", UnitFileState: "static" },
      true,
    ],
    [
      "whose job is to be had on",
      { ...part, Type: "oneshot", RemainAfterExit: "yes", Result: "success", UnitFileState: "static" },
      false,
    ],
  ];
  for (const [what, values, running] of rest) {
    it(`with a part ${what} it ${running ? "runs" : "does not run"}`, async () => {
      const { manager, processes } = machine({
        dovecot: { ConsistsOf: "part.service postfix@-.service" },
        "part.service": values,
      });
      expect(await manager.health("dovecot")).toMatchObject({ running });
      // All parts with one question.
      expect(processes.calls).toHaveLength(2);
    });
  }

  for (const base of ["/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"]) {
    it(`finds the control group below ${base} too`, async () => {
      const files = Object.fromEntries(
        Object.entries(processFiles).map(([path, text]) => [path.replace("/sys/fs/cgroup", base), text]),
      );
      expect(await machine({}, files).manager.health("postfix")).toMatchObject({ processes: [30000] });
    });
  }

  it("a process that ends while it is looked at is none", async () => {
    const { "/proc/30000/stat": _, ...files } = processFiles;
    expect(await machine({}, files).manager.health("postfix")).toMatchObject({ processes: [704] });
    expect(await machine({}, {}).manager.health("postfix")).toMatchObject({ running: true, processes: [] });
  });
});

describe("the last lines", () => {
  function journal(stdout: string, others: Partial<Outcome> = {}) {
    const made = machine();
    made.processes.programs.set("journalctl", () => ({ ...success, stdout, ...others }));
    return made;
  }

  it("are those of the unit and its parts, by their own names", async () => {
    const { manager, processes } = journal("first\nsecond\n");
    expect(await manager.lastLines("postfix", 5)).toEqual(["first", "second"]);
    await manager.lastLines("redis", 2);
    expect(processes.calls.filter(([program]) => program === "journalctl")).toEqual([
      [
        ...["journalctl", "-q", "--no-pager", "-o", "cat", "-n", "5"],
        ...["--unit=postfix.service", "--unit=postfix@-.service"],
      ],
      ["journalctl", "-q", "--no-pager", "-o", "cat", "-n", "2", "--unit=redis-server.service"],
    ]);
  });

  it("are no more than asked for, though an entry has many", async () => {
    expect(await journal("a\nb\n\nc\nd\n").manager.lastLines("dovecot", 3)).toEqual(["b", "c", "d"]);
  });

  it("that are errors are all since a time, however many have come after them", async () => {
    const { manager, processes } = journal("first\nsecond\n");
    expect(await manager.errorsSince("redis", 1_700_000_000_250)).toEqual(["first", "second"]);
    expect(processes.calls.at(-1)).toEqual([
      ...["journalctl", "-q", "--no-pager", "-o", "cat", "-p", "err", "--since=@1700000000.25"],
      "--unit=redis-server.service",
    ]);
  });

  it("are none where there is no journal, and that is no failure", async () => {
    expect(await journal("x", { exit: 1 }).manager.lastLines("dovecot", 3)).toEqual([]);
    const { manager, processes } = systemd("", { exit: 1 });
    processes.programs.set("journalctl", () => ({ ...success, stdout: "line\n" }));
    expect(await manager.lastLines("dovecot", 3)).toEqual(["line"]);
  });
});
