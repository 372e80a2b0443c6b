import { MailwrightError } from "../errors.ts";
import { oldestProcess } from "./control-group.ts";
import { isEndedByHangUp } from "./hang-up.ts";
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
import { inWords, isAtRest, isRunning, type Shown, showUnits, unknownState } from "./systemd-units.ts";

/** A daemon may take this long, in milliseconds, to start, stop or reload. */
export const serviceTimeout = 120_000;

/** A daemon may take this long, in milliseconds, from its start until it can be told to reload. */
const readiness = 30_000;

/** Milliseconds between two looks. */
const interval = 100;

/** Milliseconds for a look into the journal, which may be large and on a slow disk. */
const journalTimeout = 10_000;

/** Units of systemd(1). */
export class Systemd implements ServiceManager {
  readonly name = "systemd";

  /** `files` are those of this machine: proc(5) and cgroup(7) are read. */
  constructor(
    private readonly processes: Processes,
    private readonly files: Pick<Files, "readText">,
    private readonly clock: Pick<Clock, "ticks" | "sleep">,
  ) {}

  async state(unit: string): Promise<UnitState> {
    const whole = await this.show(unit);
    const { load, active, file } = whole;
    const parts = await this.partsOf(whole);
    const isDead = (part: Shown): boolean => !isRunning(part) && !isAtRest(part);
    return {
      // A unit that systemd cannot read is not absent: what is asked of it shall fail, and say why.
      load: load === "masked" ? "masked" : load === "not-found" ? "absent" : "loaded",
      active: ["active", "reloading", "activating"].includes(active),
      // The parts of one that was stopped are stopped with it.
      failed:
        [whole, ...parts].some((one) => one.active === "failed") || (isRunning(whole) && parts.some(isDead)),
      enabled: !["disabled", "indirect"].includes(file),
    };
  }

  async run(unit: string, verb: ServiceVerb): Promise<Outcome> {
    if (verb === "start" || verb === "restart") await this.prepareStart(unit);
    if (verb === "reload") await this.awaitReadiness(unit);
    // Not every daemon can reload; Redis cannot.
    const asked = verb === "reload" ? "reload-or-restart" : verb;
    return this.processes.run(["systemctl", asked, "--", unit], { timeout: serviceTimeout });
  }

  async health(unit: string): Promise<UnitHealth> {
    const whole = await this.show(unit);
    const parts = (await this.partsOf(whole)).filter((part) => !isAtRest(part));
    const all = [whole, ...parts];
    const down = all.filter((one) => !isRunning(one));
    return {
      running: down.length === 0,
      processes: all.flatMap((one) => this.mainProcess(one) ?? []),
      state: (down.length === 0 ? all : down).map(inWords).join(", "),
    };
  }

  async lastLines(unit: string, count: number): Promise<string[]> {
    // An entry may be of several lines.
    return (await this.journal(unit, "-n", String(count))).slice(-count);
  }

  errorsSince(unit: string, time: number): Promise<string[]> {
    return this.journal(unit, "-p", "err", `--since=@${time / 1000}`);
  }

  /**
   * A simple service runs for systemd as soon as it is started (systemd.service(5), Type=), and a reload is mostly a
   * SIGHUP, which ends a daemon that has not come to catch it: Rspamd needs seconds to read its rules.
   */
  private async awaitReadiness(unit: string): Promise<void> {
    const end = this.clock.ticks() + readiness;
    for (;;) {
      const shown = await this.showKnown(unit);
      if (shown?.type !== "simple" || !shown.canReload || shown.mainProcess === undefined) return;
      if (!isEndedByHangUp(this.files, shown.mainProcess) || this.clock.ticks() >= end) return;
      await this.clock.sleep(interval);
    }
  }

  private async journal(unit: string, ...options: string[]): Promise<string[]> {
    // By its own name: the journal knows no others.
    const names = namesOf(unit, await this.showKnown(unit));
    const units = names.map((name) => `--unit=${name}`);
    const { exit, stdout } = await this.processes.inspect(
      ["journalctl", "-q", "--no-pager", "-o", "cat", ...options, ...units],
      { timeout: journalTimeout },
    );
    return exit === 0 ? stdout.split("\n").filter(Boolean) : [];
  }

  private async show(unit: string): Promise<Shown> {
    const [shown] = await showUnits(this.processes, [unit]);
    return shown;
  }

  /** Nothing where systemd does not answer: what follows tells that better. */
  private async showKnown(unit: string): Promise<Shown | undefined> {
    try {
      return await this.show(unit);
    } catch (error) {
      if (error instanceof MailwrightError && error.code === unknownState) return undefined;
      throw error;
    }
  }

  private async partsOf({ parts }: Shown): Promise<Shown[]> {
    const [first, ...others] = parts;
    return first === undefined ? [] : showUnits(this.processes, [first, ...others]);
  }

  /**
   * The process that systemd knows as the main one; else the oldest, for Debian's postfix@.service is one of those
   * for which it is told not to guess (GuessMainPID=no).
   */
  private mainProcess({ mainProcess, controlGroup }: Shown): number | undefined {
    if (mainProcess !== undefined) return mainProcess;
    return controlGroup === "" ? undefined : oldestProcess(this.files, controlGroup);
  }

  /**
   * systemd goes by the files that it has read, until it is told to read them again: those of the unit, and of what a timer or
   * the like starts. And it refuses to start a unit
   * that was started too often in a short time (StartLimitBurst=), as by a few events in a row, or by itself while the
   * configuration was broken. Neither tells that it fails with this one.
   */
  private async prepareStart(unit: string): Promise<void> {
    const shown = await this.showKnown(unit);
    const started = await Promise.all((shown?.triggers ?? []).map((name) => this.showKnown(name)));
    if ([shown, ...started].some((one) => one?.isOutdated === true))
      await this.processes.run(["systemctl", "daemon-reload"], { timeout: serviceTimeout });
    await this.processes.run(["systemctl", "reset-failed", "--", ...namesOf(unit, shown)], {
      timeout: serviceTimeout,
    });
  }
}

/** The unit and its parts; as it is asked for where systemd does not answer. */
function namesOf(unit: string, shown: Shown | undefined): string[] {
  return shown === undefined ? [unit] : [shown.id, ...shown.parts];
}
