import type {
  Address,
  Clock,
  Network,
  Outcome,
  Processes,
  RunOptions,
  ServiceManager,
  ServiceVerb,
  UnitHealth,
  UnitState,
} from "../../../src/system/system.ts";

export const success: Outcome = { exit: 0, stdout: "", stderr: "", timedOut: false };

/** Programs that a test makes up; all that is run or that only looks is noted in `calls`. */
export class FakeProcesses implements Processes {
  readonly calls: string[][] = [];
  /** Those of `calls` that may change something. */
  readonly changing: string[][] = [];
  /** Those that were to go on by themselves. */
  readonly left: string[][] = [];
  /** By the program's last name. A program that is not here is not installed. */
  readonly programs = new Map<string, (argv: readonly string[], options: RunOptions) => Outcome>();

  run(argv: readonly [string, ...string[]], options?: RunOptions): Promise<Outcome> {
    this.changing.push([...argv]);
    return this.inspect(argv, options);
  }
  async inspect(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<Outcome> {
    this.calls.push([...argv]);
    const program = this.programs.get(argv[0].slice(argv[0].lastIndexOf("/") + 1));
    const outcome = program?.(argv, options) ?? success;
    for (const line of outcome.stdout.split("\n").filter(Boolean)) options.onLine?.(line);
    return outcome;
  }
  leave(argv: readonly [string, ...string[]]): void {
    this.left.push([...argv]);
  }
  undisturbed<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
  find(program: string): string | undefined {
    return this.programs.has(program) ? `/usr/bin/${program}` : undefined;
  }
}

/** Units with a state that verbs change; what is asked of them is noted in `verbs`. */
export class FakeServices implements ServiceManager {
  readonly name = "systemd";
  readonly units = new Map<string, Omit<UnitState, "failed"> & { readonly failed?: boolean }>();
  readonly verbs: string[] = [];
  /** Verbs, as they stand in `verbs`, that fail. */
  readonly failing = new Set<string>();
  /** Verbs that succeed, and after which the unit does not run. */
  readonly dying = new Set<string>();
  /** Lines of units in the log. */
  readonly log = new Map<string, readonly string[]>();
  /** Those of them that are errors. */
  readonly errors = new Map<string, readonly string[]>();
  /** The main process of each unit that was started here. */
  private readonly mainProcesses = new Map<string, number>();
  private newestProcess = 1000;

  async state(unit: string): Promise<UnitState> {
    return { failed: false, ...(this.units.get(unit) ?? { load: "absent", active: false, enabled: false }) };
  }
  async run(unit: string, verb: ServiceVerb): Promise<Outcome> {
    this.verbs.push(`${unit} ${verb}`);
    if (this.failing.has(`${unit} ${verb}`))
      return { ...success, exit: 1, stderr: `Job for ${unit} failed.` };
    const { load, active, enabled } = await this.state(unit);
    const isStart = verb === "start" || verb === "restart";
    if (isStart) this.mainProcesses.set(unit, ++this.newestProcess);
    const isDead = verb === "stop" || this.dying.has(`${unit} ${verb}`);
    this.units.set(unit, {
      load,
      active: !isDead && (isStart || verb === "reload" || active),
      failed: isDead && verb !== "stop",
      enabled: verb === "enable" || (verb !== "disable" && enabled),
    });
    return success;
  }
  async health(unit: string): Promise<UnitHealth> {
    const { load, active } = await this.state(unit);
    const words = load !== "loaded" ? load : active ? "active (running)" : "failed (exit-code)";
    const processes = active ? [this.mainProcesses.get(unit) ?? 1000] : [];
    return { running: active, processes, state: `${unit}.service ${words}` };
  }
  async lastLines(unit: string, count: number): Promise<string[]> {
    return (this.log.get(unit) ?? []).slice(-count);
  }
  async errorsSince(unit: string): Promise<string[]> {
    return [...(this.errors.get(unit) ?? [])];
  }
}

/** A network in which every port answers but some; what is asked is noted in `asked`. */
export class FakeNetwork implements Network {
  /** Ports that do not answer. */
  readonly silent = new Set<number>();
  readonly asked: Address[] = [];

  answers(address: Address): Promise<boolean> {
    this.asked.push(address);
    return Promise.resolve(!this.silent.has(address.port));
  }
  lookUp(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}

/** Time in which a pause takes none. */
export class FakeClock implements Clock {
  private slept = 0;

  now(): number {
    return Date.UTC(2026, 10, 22);
  }
  ticks(): number {
    return ++this.slept;
  }
  sleep(time: number): Promise<void> {
    this.slept += time;
    return Promise.resolve();
  }
}
