import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  findServiceManager,
  noServices,
  ServiceScripts,
  Systemd,
} from "../../../src/system/service-managers.ts";
import { FakeProcesses, success } from "../apply/harness.ts";

function systemd(stdout: string, others: { exit?: number; stderr?: string } = {}) {
  const processes = new FakeProcesses();
  processes.programs.set("systemctl", () => ({ ...success, stdout, ...others }));
  return { processes, manager: new Systemd(processes) };
}

const shown = (load: string, active: string, file: string): string =>
  `LoadState=${load}\nActiveState=${active}\nUnitFileState=${file}\n`;

describe("systemd", () => {
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

  it("that does not answer is a failure, and no absent unit", async () => {
    const { manager } = systemd("", { exit: 1, stderr: "Failed to connect to bus\n" });
    await expect(manager.state("x")).rejects.toMatchObject({ hint: "Failed to connect to bus" });
  });

  it("a unit's name is never an option", async () => {
    const { manager, processes } = systemd(shown("loaded", "active", "enabled"));
    await manager.state("--help");
    await manager.run("--help", "restart");
    for (const call of processes.calls) expect(call.slice(-2)).toEqual(["--", "--help"]);
  });

  it("reloads where the daemon can, and restarts where not", async () => {
    const { manager, processes } = systemd("");
    for (const verb of ["reload", "restart", "start", "stop", "enable", "disable"] as const)
      await manager.run("x", verb);
    expect(processes.calls.map(([, verb]) => verb)).toEqual([
      ...["reload-or-restart", "restart", "start", "stop", "enable", "disable"],
    ]);
  });
});

describe("service scripts", () => {
  function scripts() {
    const etc = mkdtempSync(join(tmpdir(), "mailwright-etc-"));
    onTestFinished(() => rmSync(etc, { recursive: true, force: true }));
    for (const name of ["init.d", "rc2.d"]) mkdirSync(join(etc, name));
    writeFileSync(join(etc, "init.d/rspamd"), "#!/bin/sh\n");
    chmodSync(join(etc, "init.d/rspamd"), 0o755);
    const processes = new FakeProcesses();
    return { etc, processes, manager: new ServiceScripts(processes, etc) };
  }

  it("tells what is installed, runs and starts at boot", async () => {
    const { etc, processes, manager } = scripts();
    expect(await manager.state("other")).toEqual({ load: "absent", active: false, enabled: false });
    expect(await manager.state("rspamd")).toEqual({ load: "loaded", active: true, enabled: false });
    symlinkSync("../init.d/rspamd", join(etc, "rc2.d/S01rspamd"));
    processes.programs.set("service", () => ({ ...success, exit: 3 }));
    expect(await manager.state("rspamd")).toEqual({ load: "loaded", active: false, enabled: true });
  });

  it("one with a longer name is another", async () => {
    const { etc, manager } = scripts();
    symlinkSync("../init.d/rspamd", join(etc, "rc2.d/S01rspamd-proxy"));
    symlinkSync("../init.d/rspamd", join(etc, "rc2.d/K01rspamd"));
    expect(await manager.state("rspamd")).toMatchObject({ enabled: false });
  });

  it("runs service(8) and update-rc.d(8)", async () => {
    const { processes, manager } = scripts();
    for (const verb of ["enable", "start", "reload", "disable"] as const) await manager.run("rspamd", verb);
    expect(processes.calls).toEqual([
      ["update-rc.d", "rspamd", "enable"],
      ["service", "rspamd", "start"],
      ["service", "rspamd", "reload"],
      ["update-rc.d", "rspamd", "disable"],
    ]);
  });
});

describe("the one that is there", () => {
  it("is none below another root, and what is asked for else", () => {
    const processes = new FakeProcesses();
    expect(findServiceManager(processes, "/srv/image", undefined).name).toBe("none");
    expect(findServiceManager(processes, "/srv/image", "systemd").name).toBe("systemd");
    expect(findServiceManager(processes, "/", "none").name).toBe("none");
    expect(findServiceManager(processes, "/", "service").name).toBe("service");
    expect(() => findServiceManager(processes, "/", "upstart")).toThrow(expect.objectContaining({ exit: 3 }));
  });

  it("none has no unit", async () => {
    expect(await noServices.state("rspamd")).toMatchObject({ load: "absent" });
  });
});
