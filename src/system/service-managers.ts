import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MailwrightError } from "../errors.ts";
import type {
  Clock,
  Files,
  Outcome,
  Processes,
  ServiceManager,
  ServiceVerb,
  UnitHealth,
  UnitState,
} from "./system.ts";
import { Systemd, serviceTimeout as timeout } from "./systemd.ts";

const absent: UnitState = { load: "absent", active: false, failed: false, enabled: false };

/** Scripts in /etc/init.d, as service(8) and update-rc.d(8) run them, where no systemd is. */
export class ServiceScripts implements ServiceManager {
  readonly name = "service";

  /** `etc` is the folder that holds init.d and rc2.d. */
  constructor(
    private readonly processes: Processes,
    private readonly etc = "/etc",
  ) {}

  async state(unit: string): Promise<UnitState> {
    if (!existsSync(join(this.etc, "init.d", unit))) return absent;
    const { exit } = await this.processes.inspect(["service", unit, "status"], { timeout });
    // LSB: 1 and 2 are of a program that died and left a file behind, 3 of one that does not run.
    return {
      load: "loaded",
      active: exit === 0,
      failed: exit === 1 || exit === 2,
      enabled: this.isEnabled(unit),
    };
  }

  run(unit: string, verb: ServiceVerb): Promise<Outcome> {
    const argv: [string, ...string[]] =
      verb === "enable" || verb === "disable" ? ["update-rc.d", unit, verb] : ["service", unit, verb];
    return this.processes.run(argv, { timeout });
  }

  async health(unit: string): Promise<UnitHealth> {
    const { exit, stdout, stderr } = await this.processes.inspect(["service", unit, "status"], { timeout });
    const words = `${stdout}\n${stderr}`.split("\n").find((line) => line.trim() !== "");
    const state = words?.trim() ?? `${unit}: status ${exit} of its script`;
    return { running: exit === 0, processes: [], state };
  }

  lastLines(): Promise<string[]> {
    return Promise.resolve([]);
  }

  errorsSince(): Promise<string[]> {
    return Promise.resolve([]);
  }

  /** Started in the runlevel that Debian boots into. */
  private isEnabled(unit: string): boolean {
    const folder = join(this.etc, "rc2.d");
    return (existsSync(folder) ? readdirSync(folder) : []).some(
      (name) => /^S\d\d/.test(name) && name.slice(3) === unit,
    );
  }
}

/** Another root: nothing runs there. */
export const noServices: ServiceManager = {
  name: "none",
  state: () => Promise.resolve(absent),
  run: () => Promise.resolve({ exit: 0, stdout: "", stderr: "", timedOut: false }),
  health: () => Promise.resolve({ running: true, processes: [], state: "not looked after here" }),
  lastLines: () => Promise.resolve([]),
  errorsSince: () => Promise.resolve([]),
};

/** The one that is there: systemd where it runs, else scripts; none for another root. `choice` overrides. */
export function findServiceManager(
  processes: Processes,
  root: string,
  choice: string | undefined,
  files: Pick<Files, "readText">,
  clock: Pick<Clock, "ticks" | "sleep">,
): ServiceManager {
  const booted = existsSync("/run/systemd/system"); // sd_booted(3)
  switch (choice ?? (root !== "/" ? "none" : booted ? "systemd" : "service")) {
    case "systemd":
      return new Systemd(processes, files, clock);
    case "service":
      return new ServiceScripts(processes);
    case "none":
      return noServices;
    default:
      throw new MailwrightError(`there is no service manager ${JSON.stringify(choice)}`, {
        code: "UNKNOWN_SERVICE_MANAGER",
        hint: "accepted: systemd, service or none",
        exit: 3,
      });
  }
}
