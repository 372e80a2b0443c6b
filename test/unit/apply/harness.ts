import { createFsFromVolume, Volume } from "memfs";
import { type Applied, type ApplyEnvironment, apply } from "../../../src/apply/apply.ts";
import { EventLibrary } from "../../../src/apply/event.ts";
import type { Progress } from "../../../src/apply/progress.ts";
import { shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import type { Ledger, ManagedFile, ServiceMemory } from "../../../src/db/ledger.ts";
import { type DbRecord, emptySnapshot, type Snapshot } from "../../../src/db/record.ts";
import { Settings } from "../../../src/mail/settings.ts";
import type { Paths } from "../../../src/paths.ts";
import { type FileSystemModule, RealFiles } from "../../../src/system/real-files.ts";
import type {
  Outcome,
  Processes,
  RunOptions,
  ServiceManager,
  ServiceVerb,
  System,
  UnitState,
} from "../../../src/system/system.ts";

export const success: Outcome = { exit: 0, stdout: "", stderr: "", timedOut: false };

/** Programs that a test makes up; all that is run is noted in `calls`. */
export class FakeProcesses implements Processes {
  readonly calls: string[][] = [];
  /** By the program's last name. A program that is not here is not installed. */
  readonly programs = new Map<string, (argv: readonly string[], options: RunOptions) => Outcome>();

  async run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<Outcome> {
    this.calls.push([...argv]);
    const program = this.programs.get(argv[0].slice(argv[0].lastIndexOf("/") + 1));
    const outcome = program?.(argv, options) ?? success;
    for (const line of outcome.stdout.split("\n").filter(Boolean)) options.onLine?.(line);
    return outcome;
  }
  inspect(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome> {
    return this.run(argv, options);
  }
  find(program: string): string | undefined {
    return this.programs.has(program) ? `/usr/bin/${program}` : undefined;
  }
}

/** Units with a state that verbs change; what is asked of them is noted in `verbs`. */
class FakeServices implements ServiceManager {
  readonly name = "systemd";
  readonly units = new Map<string, UnitState>();
  readonly verbs: string[] = [];
  /** Verbs, as they stand in `verbs`, that fail. */
  readonly failing = new Set<string>();

  async state(unit: string): Promise<UnitState> {
    return this.units.get(unit) ?? { load: "absent", active: false, enabled: false };
  }
  async run(unit: string, verb: ServiceVerb): Promise<Outcome> {
    this.verbs.push(`${unit} ${verb}`);
    if (this.failing.has(`${unit} ${verb}`))
      return { ...success, exit: 1, stderr: `Job for ${unit} failed.` };
    const { load, active, enabled } = await this.state(unit);
    this.units.set(unit, {
      load,
      active: verb === "stop" ? false : ["start", "restart", "reload"].includes(verb) || active,
      enabled: verb === "enable" || (verb !== "disable" && enabled),
    });
    return success;
  }
}

class MemoryLedger implements Ledger {
  readonly files = new Map<string, ManagedFile>();
  readonly units = new Map<string, ServiceMemory>();
  readonly applied = new Map<string, number>();

  managedFiles(): ReadonlyMap<string, ManagedFile> {
    return new Map(this.files);
  }
  services(): ReadonlyMap<string, ServiceMemory> {
    return new Map(this.units);
  }
  recordFiles(written: readonly ManagedFile[], removed: readonly string[]): void {
    for (const file of written) this.files.set(file.path, file);
    for (const path of removed) this.files.delete(path);
  }
  recordServices(services: readonly ServiceMemory[]): void {
    for (const service of services) this.units.set(service.unit, service);
  }
  recordApplied(events: readonly string[], revision: number): void {
    for (const event of events) this.applied.set(event, revision);
  }
  close(): void {}
}

/** A machine in memory: files, programs, units, and what mailwright remembers of it. */
export class Machine {
  readonly volume = new Volume();
  readonly processes = new FakeProcesses();
  readonly services = new FakeServices();
  readonly ledger = new MemoryLedger();
  readonly progress: Progress[] = [];
  /** Of the database `configuration`. */
  readonly records = new Map<string, DbRecord>();
  readonly paths: Paths = {
    root: "/",
    share: "/usr/share/mailwright",
    database: "/var/lib/mailwright/mailwright.db",
    lock: "/var/lib/mailwright/apply.lock",
    state: "/var/lib/mailwright",
    site: "/etc/mailwright",
    target: (path) => path,
  };
  readonly system: System;

  constructor() {
    this.volume.mkdirSync("/tmp", { recursive: true });
    const module = createFsFromVolume(this.volume) as unknown as FileSystemModule;
    this.system = {
      files: new RealFiles(module),
      processes: this.processes,
      services: this.services,
      clock: { now: () => Date.UTC(2026, 10, 22), ticks: () => performance.now() },
    };
  }

  put(path: string, text: string, mode = 0o644): void {
    this.volume.mkdirSync(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
    this.volume.writeFileSync(path, text);
    this.volume.chmodSync(path, mode);
  }

  read(path: string): string | undefined {
    return this.volume.existsSync(path) ? String(this.volume.readFileSync(path, "utf8")) : undefined;
  }

  /** A template with one fragment and without a header. */
  template(target: string, fragment: string, metadata = ""): void {
    const folder = `${this.paths.share}/templates${target}`;
    this.put(`${folder}/template.yaml`, `syntax: plain\ncomment: false\n${metadata}`);
    this.put(`${folder}/10.hbs`, fragment);
  }

  event(name: string, manifest: string, layer: "share" | "site" = "share"): void {
    this.put(`${this.paths[layer]}/events/${name}/event.yaml`, manifest);
  }

  script(event: string, name: string, outcome: Outcome = success): void {
    this.put(`${this.paths.share}/events/${event}/${name}`, "#!/bin/sh\n", 0o755);
    this.processes.programs.set(name, () => outcome);
  }

  set(key: string, props: Readonly<Record<string, string>>, type = "service"): void {
    this.records.set(key, { key, type, props: new Map(Object.entries(props)) });
  }

  get settings(): Settings {
    const { records } = this;
    const snapshot: Snapshot = {
      ...emptySnapshot,
      revision: 7,
      record: (database, key) => (database === "configuration" ? records.get(key) : undefined),
      prop: (database, key, name) =>
        database === "configuration" ? records.get(key)?.props.get(name) : undefined,
      type: (database, key) => (database === "configuration" ? records.get(key)?.type : undefined),
      records: (database) => (database === "configuration" ? [...records.values()] : []),
    };
    return new Settings(snapshot, shippedCatalogue, () => ({
      systemName: "mail",
      domainName: "example.org",
    }));
  }

  async apply(event: string, others: Partial<ApplyEnvironment> = {}): Promise<Applied> {
    const { system, paths, settings, ledger } = this;
    this.services.verbs.length = 0;
    this.progress.length = 0;
    return apply({
      ...{ system, paths, settings, ledger, args: [], check: true, isRoot: false, variables: {} },
      event: await new EventLibrary(system.files, paths).load(event),
      report: (progress) => this.progress.push(progress),
      ...others,
    });
  }

  /** The services step in words. */
  get adjusted(): string | undefined {
    return this.detail("services");
  }

  detail(action: string): string | undefined {
    const step = this.progress.find((progress) => progress.kind === "done" && progress.action === action);
    return step?.kind === "done" ? step.detail : undefined;
  }

  get notices(): string[] {
    return this.progress.flatMap((progress) => (progress.kind === "notice" ? [progress.text] : []));
  }
}
