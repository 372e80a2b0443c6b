import type {
  Clock,
  Outcome,
  Processes,
  RunOptions,
  ServiceManager,
  System,
} from "../../../src/system/system.ts";
import { FakeServices } from "../../unit/apply/fakes.ts";

type RealSystem = typeof import("../../../src/system/real-system.ts");

/** What a machine below a temporary root does not have: units, a clock that can be put on, processes that go on. */
export class FakeMachine {
  units = new FakeServices();
  /** Programs of this machine that are not to be run, and what they would have ended with. */
  readonly programs = new Map<string, (argv: readonly string[], options: RunOptions) => Outcome>();
  /** Programs that this machine has and that the machine of the test has not. */
  readonly missing = new Set<string>();
  /** Command lines of processes that were to go on by themselves. */
  readonly left: string[][] = [];
  /** Records of DNS by `NAME TYPE`; there are no others. */
  readonly dns = new Map<string, readonly string[]>();
  /** Milliseconds that the clock is before the real one. */
  ahead = 0;
  private slept = 0;

  /** As on a machine that is just installed. */
  reset(): void {
    this.units = new FakeServices();
    this.programs.clear();
    this.missing.clear();
    this.left.length = 0;
    this.dns.clear();
    this.ahead = 0;
  }

  /** For `vi.mock` of src/system/real-system.ts: files are real. */
  instead(real: RealSystem): RealSystem {
    return {
      realSystem: (root, choice): System => {
        const system = real.realSystem(root, choice);
        return {
          ...system,
          services: this.services(),
          processes: this.processes(system.processes),
          network: {
            ...system.network,
            lookUp: (name, type) => Promise.resolve(this.dns.get(`${name} ${type}`) ?? []),
          },
          clock: this.clock,
        };
      },
    };
  }

  private services(): ServiceManager {
    const { units } = this;
    return {
      name: "service",
      state: (unit) => units.state(unit),
      run: (unit, verb) => units.run(unit, verb),
      health: (unit) => units.health(unit),
      lastLines: (unit, count) => units.lastLines(unit, count),
      errorsSince: (unit) => units.errorsSince(unit),
    };
  }

  private processes(real: Processes): Processes {
    const run: Processes["run"] = (argv, options = {}) => {
      const program = this.programs.get(argv[0].slice(argv[0].lastIndexOf("/") + 1));
      return program === undefined
        ? real.run(argv, options)
        : Promise.resolve(told(program(argv, options), options));
    };
    return {
      run,
      inspect: run,
      leave: (argv) => void this.left.push([...argv]),
      undisturbed: (work) => real.undisturbed(work),
      find: (program) => {
        if (this.missing.has(program)) return undefined;
        return this.programs.has(program) ? `/usr/bin/${program}` : real.find(program);
      },
    };
  }

  /** A pause takes no time. */
  private readonly clock: Clock = {
    now: () => Date.now() + this.ahead,
    ticks: () => performance.now() + this.slept,
    sleep: (time) => {
      this.slept += time;
      return Promise.resolve();
    },
  };
}

/** Standard output as the real ones tell of it: all of it by pieces, or its end (system/output-lines.ts). */
function told(outcome: Outcome, { onBytes }: RunOptions): Outcome {
  if (onBytes === undefined) return { ...outcome, stdout: outcome.stdout.slice(-1_000_000) };
  onBytes(Buffer.from(outcome.stdout));
  return { ...outcome, stdout: "" };
}

export const fakeMachine = new FakeMachine();
