import { createFsFromVolume, Volume } from "memfs";
import { describe, expect, it } from "vitest";
import { type FileSystemModule, RealFiles } from "../../../src/system/real-files.ts";
import { RecordingSystem } from "../../../src/system/recording-system.ts";
import { FakeClock, FakeNetwork, FakeProcesses, FakeServices } from "../apply/fakes.ts";

function machine() {
  const volume = Volume.fromNestedJSON({ "/etc/file": "old", "/tmp": {} });
  const services = new FakeServices();
  const network = new FakeNetwork();
  const processes = new FakeProcesses();
  const files = new RealFiles(createFsFromVolume(volume) as unknown as FileSystemModule);
  const system = new RecordingSystem({ files, processes, services, network, clock: new FakeClock() });
  return { volume, services, network, processes, system };
}

const file = (path: string) => ({ path, bytes: Buffer.from("new"), attributes: { mode: 0o600 } });

describe("the recording system", () => {
  it("tells each of what is replaced together, and touches none of it", () => {
    const { volume, system } = machine();
    system.files.replaceAll([
      file("/etc/file"),
      { path: "/etc/link", link: "file" },
      { path: "/etc/file", absent: true },
    ]);
    expect(system.effects.map((effect) => Object.values(effect).join(" "))).toEqual([
      "file write /etc/file",
      "file write /etc/link",
      "file remove /etc/file",
    ]);
    expect(volume.toJSON()).toEqual({ "/etc/file": "old", "/tmp": null });
  });

  it("replaces for real what is in a folder for staging", () => {
    const { volume, system } = machine();
    const stage = system.files.makeTemporaryFolder();
    system.files.replaceAll([file(`${stage}/file`), file("/etc/file")]);
    expect(system.effects).toEqual([{ kind: "file", verb: "write", path: "/etc/file" }]);
    expect(volume.readFileSync(`${stage}/file`, "utf8")).toBe("new");
    expect(volume.readFileSync("/etc/file", "utf8")).toBe("old");
  });

  it("lets no program go on by itself, and tells which one would", () => {
    const { processes, system } = machine();
    system.processes.leave(["/bin/sleep", "5"]);
    expect(processes.left).toEqual([]);
    expect(system.effects).toEqual([{ kind: "process", argv: ["/bin/sleep", "5"] }]);
  });

  it("looks at units and their lines as they are, and takes those that it adjusted to run and answer", async () => {
    const { services, network, system } = machine();
    services.units.set("rspamd", { load: "loaded", active: false, enabled: true });
    services.log.set("rspamd", ["first", "second"]);
    network.silent.add(25);
    expect(await system.services.health("rspamd")).toMatchObject({ running: false });
    expect(await system.services.lastLines("rspamd", 1)).toEqual(["second"]);
    expect(system.effects).toEqual([]);
    await system.services.run("rspamd", "start");
    expect(await system.services.health("rspamd")).toMatchObject({ running: true });
    expect(await system.network.answers({ host: undefined, port: 25 }, 1)).toBe(true);
    expect(network.asked).toEqual([]);
  });

  it("waits for nothing, and yet time passes", async () => {
    const { system } = machine();
    const [start, now] = [system.clock.ticks(), performance.now()];
    await system.clock.sleep(60_000);
    expect(system.clock.ticks() - start).toBeGreaterThanOrEqual(60_000);
    expect(performance.now() - now).toBeLessThan(1000);
  });
});

describe("the units of tests", () => {
  it("have another main process after a start, and die where a test says so", async () => {
    const services = new FakeServices();
    services.units.set("x", { load: "loaded", active: false, enabled: true });
    expect(await services.health("x")).toMatchObject({ running: false, processes: [] });
    const seen = new Set<number>();
    for (const verb of ["start", "reload", "restart"] as const) {
      await services.run("x", verb);
      for (const process of (await services.health("x")).processes) seen.add(process);
    }
    expect(seen.size).toBe(2);
    services.dying.add("x reload");
    expect(await services.run("x", "reload")).toMatchObject({ exit: 0 });
    expect(await services.health("x")).toEqual({
      ...{ running: false, processes: [], state: "x.service failed (exit-code)" },
    });
  });
});
