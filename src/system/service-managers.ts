import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { MailwrightError } from "../errors.ts";
import type { Outcome, Processes, ServiceManager, ServiceVerb, UnitState } from "./system.ts";

/** A daemon may take this long, in milliseconds, to start, stop or reload. */
const timeout = 120_000;

/** Units of systemd(1). */
export class Systemd implements ServiceManager {
  readonly name = "systemd";
  constructor(private readonly processes: Processes) {}

  async state(unit: string): Promise<UnitState> {
    const fields = "--property=LoadState,ActiveState,UnitFileState";
    const asked = await this.processes.inspect(["systemctl", "show", fields, "--", unit], { timeout });
    const value = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(asked.stdout)?.[1] ?? "";
    const load = value("LoadState");
    if (load === "") throw unknownState(unit, asked);
    return {
      // A unit that systemd cannot read is not absent: what is asked of it shall fail, and say why.
      load: load === "masked" ? "masked" : load === "not-found" ? "absent" : "loaded",
      active: ["active", "reloading", "activating"].includes(value("ActiveState")),
      enabled: !["disabled", "indirect"].includes(value("UnitFileState")),
    };
  }

  run(unit: string, verb: ServiceVerb): Promise<Outcome> {
    // Not every daemon can reload; Redis cannot.
    const asked = verb === "reload" ? "reload-or-restart" : verb;
    return this.processes.run(["systemctl", asked, "--", unit], { timeout });
  }
}

/** Scripts in /etc/init.d, as service(8) and update-rc.d(8) run them, where no systemd is. */
export class ServiceScripts implements ServiceManager {
  readonly name = "service";

  /** `etc` is the folder that holds init.d and rc2.d. */
  constructor(
    private readonly processes: Processes,
    private readonly etc = "/etc",
  ) {}

  async state(unit: string): Promise<UnitState> {
    if (!existsSync(join(this.etc, "init.d", unit))) return { load: "absent", active: false, enabled: false };
    const { exit } = await this.processes.inspect(["service", unit, "status"], { timeout });
    return { load: "loaded", active: exit === 0, enabled: this.isEnabled(unit) };
  }

  run(unit: string, verb: ServiceVerb): Promise<Outcome> {
    const argv: [string, ...string[]] =
      verb === "enable" || verb === "disable" ? ["update-rc.d", unit, verb] : ["service", unit, verb];
    return this.processes.run(argv, { timeout });
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
  state: () => Promise.resolve({ load: "absent", active: false, enabled: false }),
  run: () => Promise.resolve({ exit: 0, stdout: "", stderr: "", timedOut: false }),
};

/** The one that is there: systemd where it runs, else scripts; none for another root. `choice` overrides. */
export function findServiceManager(
  processes: Processes,
  root: string,
  choice: string | undefined,
): ServiceManager {
  const booted = existsSync("/run/systemd/system"); // sd_booted(3)
  switch (choice ?? (root !== "/" ? "none" : booted ? "systemd" : "service")) {
    case "systemd":
      return new Systemd(processes);
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

function unknownState(unit: string, { exit, stderr }: Outcome): MailwrightError {
  return new MailwrightError(`systemd does not tell the state of ${unit}`, {
    code: "SERVICE_STATE",
    hint: stderr.trim() || `systemctl show ended with status ${exit}`,
  });
}
