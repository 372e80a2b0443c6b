import { lookUp } from "./dns.ts";
import type {
  Clock,
  FileAttributes,
  FileStatus,
  Files,
  Network,
  Outcome,
  Processes,
  Replacement,
  RunOptions,
  ServiceManager,
  ServiceVerb,
  System,
  UnitHealth,
  UnitState,
} from "./system.ts";

/** What would have been done, in order. */
export type Effect =
  | {
      readonly kind: "file";
      readonly verb: "write" | "remove" | "attributes" | "folder";
      readonly path: string;
    }
  | { readonly kind: "process"; readonly argv: readonly string[] }
  | { readonly kind: "service"; readonly unit: string; readonly verb: ServiceVerb };

/**
 * A System that reads the real one and writes nothing: for a dry run. What would have been done is in
 * `effects`. Folders made for staging are the exception: they are real, private, and gone at the end.
 */
export class RecordingSystem implements System {
  readonly effects: Effect[] = [];
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
  readonly services: ServiceManager;
  readonly network: Network;

  constructor(real: System) {
    this.clock = new RehearsedClock(real.clock);
    this.network = answering;
    this.files = new RecordingFiles(real.files, this.effects);
    this.processes = new RecordingProcesses(real.processes, this.effects);
    this.services = new RecordingServices(real.services, this.effects);
  }
}

class RecordingFiles implements Files {
  private readonly staging: string[] = [];

  constructor(
    private readonly real: Files,
    private readonly effects: Effect[],
  ) {}

  read(path: string): Uint8Array | undefined {
    return this.real.read(path);
  }
  readText(path: string): string | undefined {
    return this.real.readText(path);
  }
  list(path: string): string[] {
    return this.real.list(path);
  }
  status(path: string): FileStatus | undefined {
    return this.real.status(path);
  }
  isExecutable(path: string): boolean {
    return this.real.isExecutable(path);
  }
  write(path: string, bytes: Uint8Array, attributes: FileAttributes): void {
    if (this.isStaged(path)) this.real.write(path, bytes, attributes);
    else this.effects.push({ kind: "file", verb: "write", path });
  }
  replaceAll(replacements: readonly Replacement[]): void {
    this.real.replaceAll(replacements.filter(({ path }) => this.isStaged(path)));
    for (const replacement of replacements) {
      const { path } = replacement;
      const verb = "absent" in replacement ? "remove" : "write";
      if (!this.isStaged(path)) this.effects.push({ kind: "file", verb, path });
    }
  }
  setAttributes(path: string): void {
    this.effects.push({ kind: "file", verb: "attributes", path });
  }
  setModified(path: string, at: number): void {
    if (this.isStaged(path)) this.real.setModified(path, at);
    else this.effects.push({ kind: "file", verb: "attributes", path });
  }
  remove(path: string): void {
    if (this.isStaged(path)) this.real.remove(path);
    else this.effects.push({ kind: "file", verb: "remove", path });
  }
  /** No effect worth telling: nobody made them to be kept. */
  removeLeftovers(): void {}
  makeFolder(path: string, mode: number): void {
    if (this.isStaged(path)) this.real.makeFolder(path, mode);
    else if (this.real.status(path) === undefined) this.effects.push({ kind: "file", verb: "folder", path });
  }
  makeTemporaryFolder(): string {
    const path = this.real.makeTemporaryFolder();
    this.staging.push(path);
    return path;
  }
  removeFolder(path: string): void {
    if (this.isStaged(path)) this.real.removeFolder(path);
    else this.effects.push({ kind: "file", verb: "remove", path });
  }
  copyFolder(from: string, to: string, skip: (path: string) => boolean): void {
    if (this.isStaged(to)) this.real.copyFolder(from, to, skip);
    else this.effects.push({ kind: "file", verb: "folder", path: to });
  }

  private isStaged(path: string): boolean {
    return this.staging.some((folder) => path === folder || path.startsWith(`${folder}/`));
  }
}

const success: Outcome = { exit: 0, stdout: "", stderr: "", timedOut: false };

class RecordingProcesses implements Processes {
  constructor(
    private readonly real: Processes,
    private readonly effects: Effect[],
  ) {}

  run(argv: readonly [string, ...string[]]): Promise<Outcome> {
    this.effects.push({ kind: "process", argv });
    return Promise.resolve(success);
  }
  inspect(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome> {
    return this.real.inspect(argv, options);
  }
  leave(argv: readonly [string, ...string[]]): void {
    this.effects.push({ kind: "process", argv });
  }
  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return this.real.undisturbed(work);
  }
  find(program: string): string | undefined {
    return this.real.find(program);
  }
}

/** What was adjusted in a rehearsal is taken to run and to answer: whether it would, only the real thing shows. */
const answering: Network = { answers: () => Promise.resolve(true), lookUp };

/** Time in which nobody waits: nothing goes on that could be waited for. */
class RehearsedClock implements Clock {
  private slept = 0;

  constructor(private readonly real: Clock) {}

  now(): number {
    return this.real.now();
  }
  ticks(): number {
    return this.real.ticks() + this.slept;
  }
  sleep(time: number): Promise<void> {
    this.slept += time;
    return Promise.resolve();
  }
}

class RecordingServices implements ServiceManager {
  readonly name: ServiceManager["name"];

  constructor(
    private readonly real: ServiceManager,
    private readonly effects: Effect[],
  ) {
    this.name = real.name;
  }

  state(unit: string): Promise<UnitState> {
    return this.real.state(unit);
  }
  run(unit: string, verb: ServiceVerb): Promise<Outcome> {
    this.effects.push({ kind: "service", unit, verb });
    return Promise.resolve(success);
  }
  health(unit: string): Promise<UnitHealth> {
    const isAdjusted = this.effects.some((effect) => effect.kind === "service" && effect.unit === unit);
    return isAdjusted ? Promise.resolve({ running: true, processes: [], state: "" }) : this.real.health(unit);
  }
  lastLines(unit: string, count: number): Promise<string[]> {
    return this.real.lastLines(unit, count);
  }
  errorsSince(unit: string, time: number): Promise<string[]> {
    return this.real.errorsSince(unit, time);
  }
}
