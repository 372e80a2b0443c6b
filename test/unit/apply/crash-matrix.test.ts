import { describe, expect, it } from "vitest";
import { apply } from "../../../src/apply/apply.ts";
import { EventLibrary } from "../../../src/apply/event.ts";
import type { Ledger } from "../../../src/db/ledger.ts";
import { type FileSystemModule, RealFiles } from "../../../src/system/real-files.ts";
import type { System } from "../../../src/system/system.ts";
import { Machine, success } from "./harness.ts";

const fileCount = 12;
const units = ["postfix", "dovecot", "rspamd"] as const;

/** What a process that was killed does not come to do any more. */
class Killed extends Error {}

/** Counts the calls that leave the program, and ends all of them from one on. */
class Boundary {
  count = 0;

  constructor(private readonly last: number) {}

  cross(): void {
    if (++this.count > this.last) throw new Killed(`before call ${this.count}`);
  }

  /** The same object, each call of which crosses the boundary first. */
  around<T extends object>(target: T): T {
    const boundary = this;
    return new Proxy(target, {
      get(object, name) {
        const member: unknown = Reflect.get(object, name);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          boundary.cross();
          return Reflect.apply(member, object, args);
        };
      },
    });
  }
}

/** A machine with twelve files, two tables and three services, all up to date with the value `old`. */
async function machineWith(value: string): Promise<Machine> {
  const machine = new Machine();
  machine.set("stress", { Value: value }, "thing");
  for (let index = 0; index < fileCount; index++) {
    const unit = units[index % units.length];
    const map = index < 2 ? "map: cdb\n" : "";
    // One file is made for one of the two values alone.
    const when = index === fileCount - 1 ? 'when: eq config.stress.Value "old"\n' : "";
    machine.template(
      `/etc/file${index}`,
      `value {{config.stress.Value}}\n`,
      `${map}${when}services: [${unit}]\nmode: "0640"\n`,
    );
  }
  const targets = Array.from({ length: fileCount }, (_, index) => `  - /etc/file${index}\n`).join("");
  const services = units.map((unit) => `  ${unit}: reload\n`).join("");
  machine.event("go", `templates:\n${targets}services:\n${services}`);
  for (const unit of units) machine.services.units.set(unit, { load: "loaded", active: true, enabled: true });
  machine.processes.programs.set("postmap", (argv) => {
    const source = argv.at(-1)?.replace(/^cdb:/, "") ?? "";
    machine.put(`${source}.cdb`, `table of ${machine.read(source)}`);
    return success;
  });
  await machine.apply("go");
  return machine;
}

/**
 * All that a later apply, or a daemon, can see: files with their modes, temporaries too, ledger, what units run with. The
 * private folder of a check is left out: it is removed when the process that made it is gone, and here that is this one.
 */
function stateOf(machine: Machine, runsWith: ReadonlyMap<string, string>): unknown {
  const { contents } = machine.ledger;
  const files = Object.entries(machine.volume.toJSON())
    .filter(([path]) => path.startsWith("/etc/"))
    .map(([path, text]) => [path, text, text === null ? 0 : machine.volume.statSync(path).mode & 0o7777]);
  return {
    files,
    managed: [...contents.files.values()],
    units: [...contents.units.values()],
    kept: [...contents.kept.unverified.keys(), ...contents.kept.unconfirmed.keys()],
    applied: [...contents.applied],
    runsWith: [...runsWith],
  };
}

/** What each unit has read of its files when it was last adjusted. `fatal`: it dies of files that hold this. */
function readers(machine: Machine, fatal?: string): Map<string, string> {
  const runsWith = new Map(units.map((unit) => [unit as string, "old"]));
  const { services } = machine;
  const run = services.run.bind(services);
  services.run = async (unit, verb) => {
    const own = Array.from({ length: fileCount }, (_, index) => index).filter(
      (index) => units[index % units.length] === unit,
    );
    const read = own.map((index) => machine.read(`/etc/file${index}`) ?? "absent").join();
    runsWith.set(unit, read);
    services.dying.clear();
    if (unit === "rspamd" && fatal !== undefined && read.includes(fatal))
      services.dying.add(`${unit} ${verb}`);
    return run(unit, verb);
  };
  return runsWith;
}

async function applyWithin(machine: Machine, boundary: Boundary): Promise<void> {
  const { system, paths, settings, ledger } = machine;
  const files = new RealFiles(boundary.around(machine.module) as FileSystemModule);
  const limited: System = {
    files,
    processes: boundary.around(system.processes),
    services: boundary.around(system.services),
    network: boundary.around(system.network),
    clock: system.clock,
  };
  await apply({
    ...{ system: limited, paths, settings, args: [], check: true, isRoot: false, variables: {} },
    ledger: boundary.around<Ledger>(ledger),
    event: await new EventLibrary(system.files, paths).load("go"),
    author: { actor: "tester", via: "tty1" },
    onEdit: "keep",
    confirmUntil: undefined,
    actionTimeout: 600_000,
    interrupted: async () => undefined,
    report: () => undefined,
  });
}

interface Counts {
  points: number;
  mixed: number;
  differences: number;
}

/** Kills an apply before each of its calls, applies once more, and compares with one that was never interrupted. */
async function killEverywhere(fatal?: string): Promise<Counts> {
  const start = async () => {
    const machine = await machineWith("old");
    const runsWith = readers(machine, fatal);
    machine.set("stress", { Value: "new" }, "thing");
    return { machine, runsWith };
  };
  const expectEnd = async (applied: Promise<unknown>): Promise<void> => {
    if (fatal === undefined) await applied;
    else await expect(applied).rejects.toMatchObject({ exit: 5 });
  };
  const whole = await start();
  const all = new Boundary(Number.POSITIVE_INFINITY);
  await expectEnd(applyWithin(whole.machine, all));
  const wanted = stateOf(whole.machine, whole.runsWith);
  expect(JSON.stringify(wanted)).toContain(fatal === undefined ? "value new" : "value old");

  const counts: Counts = { points: 0, mixed: 0, differences: 0 };
  // The number of calls depends a little on the clock: whether two writes fall into one second.
  for (let last = 0; ; last++) {
    const { machine, runsWith } = await start();
    const boundary = new Boundary(last);
    await applyWithin(machine, boundary).catch(() => undefined);
    if (boundary.count <= last) break;
    counts.points++;
    const texts = Array.from({ length: fileCount }, (_, index) => machine.read(`/etc/file${index}`));
    for (const text of texts) expect(["value old\n", "value new\n", undefined]).toContain(text);
    if (new Set(texts.slice(0, -1)).size > 1) counts.mixed++;

    await expectEnd(machine.apply("go"));
    expect(machine.notices, `killed before call ${last + 1}`).toEqual([]);
    const end = stateOf(machine, runsWith);
    if (JSON.stringify(end) !== JSON.stringify(wanted)) counts.differences++;
    expect(end, `killed before call ${last + 1}`).toEqual(wanted);
  }
  return counts;
}

const told = ({ points, mixed, differences }: Counts): string =>
  `${points} points, ${mixed} of them between two files: ${differences} differences`;

describe("an apply of twelve files and three services, killed before each call that leaves the program", () => {
  it("is made good by one more event: the state equals that of an apply never interrupted", async () => {
    const counts = await killEverywhere();
    console.log(`an apply, killed at ${told(counts)}`);
    expect(counts.points).toBeGreaterThanOrEqual(300);
    expect(counts.mixed).toBeGreaterThan(0);
  });

  it("and whose daemon dies of the new files is restored whole by one more event, which fails as it did", async () => {
    const counts = await killEverywhere("value new");
    console.log(`an apply that is restored, killed at ${told(counts)}`);
    expect(counts.points).toBeGreaterThanOrEqual(400);
    expect(counts.mixed).toBeGreaterThan(0);
  });
});
