import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { RealFiles } from "../../../src/system/real-files.ts";
import { findServiceManager, noServices, ServiceScripts } from "../../../src/system/service-managers.ts";
import { FakeClock, FakeProcesses, success } from "../apply/fakes.ts";

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
    expect(await manager.state("other")).toEqual({
      load: "absent",
      active: false,
      failed: false,
      enabled: false,
    });
    expect(await manager.state("rspamd")).toEqual({
      load: "loaded",
      active: true,
      failed: false,
      enabled: false,
    });
    symlinkSync("../init.d/rspamd", join(etc, "rc2.d/S01rspamd"));
    processes.programs.set("service", () => ({ ...success, exit: 3 }));
    expect(await manager.state("rspamd")).toEqual({
      load: "loaded",
      active: false,
      failed: false,
      enabled: true,
    });
  });

  it("one with a longer name is another", async () => {
    const { etc, manager } = scripts();
    symlinkSync("../init.d/rspamd", join(etc, "rc2.d/S01rspamd-proxy"));
    symlinkSync("../init.d/rspamd", join(etc, "rc2.d/K01rspamd"));
    expect(await manager.state("rspamd")).toMatchObject({ enabled: false });
  });

  it("tells how a service fares in the words of its script", async () => {
    const { processes, manager } = scripts();
    processes.programs.set("service", () => ({ ...success, stdout: "\nrspamd is running.\n" }));
    expect(await manager.health("rspamd")).toEqual({
      ...{ running: true, processes: [], state: "rspamd is running." },
    });
    processes.programs.set("service", () => ({
      ...success,
      exit: 3,
      stderr: "rspamd is not running ... failed!\n",
    }));
    expect(await manager.health("rspamd")).toMatchObject({
      ...{ running: false, state: "rspamd is not running ... failed!" },
    });
    processes.programs.set("service", () => ({ ...success, exit: 4 }));
    expect(await manager.health("rspamd")).toMatchObject({
      ...{ running: false, state: "rspamd: status 4 of its script" },
    });
    expect(await manager.lastLines()).toEqual([]);
    expect(processes.calls).toEqual(Array(3).fill(["service", "rspamd", "status"]));
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
    const find = (root: string, choice: string | undefined) =>
      findServiceManager(new FakeProcesses(), root, choice, new RealFiles(), new FakeClock());
    expect(find("/srv/image", undefined).name).toBe("none");
    expect(find("/srv/image", "systemd").name).toBe("systemd");
    expect(find("/", "none").name).toBe("none");
    expect(find("/", "service").name).toBe("service");
    expect(() => find("/", "upstart")).toThrow(expect.objectContaining({ exit: 3 }));
  });

  it("none has no unit, and nothing to complain of", async () => {
    expect(await noServices.state("rspamd")).toMatchObject({ load: "absent" });
    expect(await noServices.health("rspamd")).toMatchObject({ running: true, processes: [] });
    expect(await noServices.lastLines("rspamd", 5)).toEqual([]);
  });
});
