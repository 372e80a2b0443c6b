import { createFsFromVolume, Volume } from "memfs";
import { apply } from "../../../src/apply/apply.ts";
import type { Applied, ApplyEnvironment } from "../../../src/apply/apply-environment.ts";
import { EventLibrary } from "../../../src/apply/event.ts";
import type { Progress } from "../../../src/apply/progress.ts";
import { shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { type DbRecord, emptySnapshot, type Snapshot } from "../../../src/db/record.ts";
import { Settings } from "../../../src/mail/settings.ts";
import type { Paths } from "../../../src/paths.ts";
import { type FileSystemModule, RealFiles } from "../../../src/system/real-files.ts";
import type { Outcome, System } from "../../../src/system/system.ts";
import { FakeClock, FakeNetwork, FakeProcesses, FakeServices, success } from "./fakes.ts";
import { MemoryLedger } from "./memory-ledger.ts";

export { success };

/** memfs, with what rename(2) and unlink(2) do to a link: memfs would take what the link leads to. */
function fileSystem(volume: Volume): FileSystemModule {
  const module = createFsFromVolume(volume) as unknown as FileSystemModule;
  const renameSync: FileSystemModule["renameSync"] = (from, to) => {
    if (!volume.lstatSync(from).isSymbolicLink()) return module.renameSync(from, to);
    if (volume.lstatSync(to, { throwIfNoEntry: false }) !== undefined) volume.unlinkSync(to);
    volume.symlinkSync(String(volume.readlinkSync(from)), to);
    volume.unlinkSync(from);
  };
  const rmSync: FileSystemModule["rmSync"] = (path, options) => {
    const isLink = module.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (isLink) module.unlinkSync(path);
    else module.rmSync(path, options);
  };
  return { ...module, renameSync, rmSync };
}

/** After so many more calls of node:fs each one fails, or each one of this name. */
interface Break {
  calls: number;
  readonly name: string | undefined;
  readonly code: string;
  hasBroken: boolean;
}

/** A process that was killed does not come to write its ledger any more. */
function whileAlive(ledger: MemoryLedger, breaks: () => Break | undefined): MemoryLedger {
  return new Proxy(ledger, {
    get(target, name) {
      const current = breaks();
      if (current?.hasBroken === true && current.name === undefined) throw new Error(current.code);
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

function breakable(module: FileSystemModule, breaks: () => Break | undefined): FileSystemModule {
  return new Proxy(module, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      const current = breaks();
      if (typeof member !== "function" || current === undefined) return member;
      return (...args: unknown[]) => {
        if ((current.name === undefined || current.name === name) && current.calls-- <= 0) {
          current.hasBroken = true;
          throw Object.assign(new Error(`${current.code} in ${String(name)}`), { code: current.code });
        }
        return Reflect.apply(member, target, args);
      };
    },
  });
}

/** A machine in memory: files, programs, units, and what mailwright remembers of it. */
export class Machine {
  readonly volume = new Volume();
  readonly processes = new FakeProcesses();
  readonly services = new FakeServices();
  readonly network = new FakeNetwork();
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
  /** What stands for node:fs. */
  readonly module = breakable(fileSystem(this.volume), () => this.breaks);
  private breaks: Break | undefined;
  readonly system: System;

  constructor() {
    this.volume.mkdirSync("/tmp", { recursive: true });
    this.system = {
      files: new RealFiles(this.module),
      processes: this.processes,
      services: this.services,
      network: this.network,
      clock: new FakeClock(),
    };
  }

  /** Makes file operations fail after so many more of them, all or those of one name, until `mend`. */
  breakAfter(calls: number, name: string | undefined, code: string): void {
    this.breaks = { calls, name, code, hasBroken: false };
  }

  mend(): void {
    this.breaks = undefined;
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
    const { system, paths, settings } = this;
    const ledger = whileAlive(this.ledger, () => this.breaks);
    this.services.verbs.length = 0;
    this.progress.length = 0;
    return apply({
      ...{ system, paths, settings, ledger, args: [], check: true, isRoot: false, variables: {} },
      author: { actor: "tester", via: "tty1" },
      onEdit: "keep",
      confirmUntil: undefined,
      actionTimeout: 600_000,
      interrupted: async () => undefined,
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
