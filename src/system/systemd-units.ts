import { MailwrightError } from "../errors.ts";
import type { Outcome, Processes } from "./system.ts";

/** What systemd tells of one unit, as org.freedesktop.systemd1(5) names it. */
export interface Shown {
  /** Its own name, where it was asked for by another. */
  readonly id: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly result: string;
  /** The state of its file: enabled, disabled, static, …; empty where there is none. */
  readonly file: string;
  readonly type: string;
  readonly remains: boolean;
  readonly canReload: boolean;
  readonly mainProcess: number | undefined;
  /** Empty where it has none, as when it does not run. */
  readonly controlGroup: string;
  /** Its files are others than those that systemd has read. */
  readonly isOutdated: boolean;
  /** Units that are PartOf= it: they are stopped and restarted with it. */
  readonly parts: readonly string[];
  /** Units that it starts when its time or its event has come. */
  readonly triggers: readonly string[];
}

const properties = [
  ...["Id", "LoadState", "ActiveState", "SubState", "Result", "UnitFileState", "Type", "RemainAfterExit"],
  ...["MainPID", "ControlGroup", "ConsistsOf", "NeedDaemonReload", "CanReload", "Triggers"],
];

/** Milliseconds; systemd answers at once unless it is in trouble. */
const timeout = 60_000;

/** The code of the error that systemd does not answer with. */
export const unknownState = "SERVICE_STATE";

/** The units in the order in which they are asked for. */
export async function showUnits(
  processes: Processes,
  units: readonly [string, ...string[]],
): Promise<[Shown, ...Shown[]]> {
  const asked = await processes.inspect(
    ["systemctl", "show", `--property=${properties.join(",")}`, "--", ...units],
    { timeout },
  );
  const [first, ...others] = asked.stdout.trim().split(/\n\n+/).map(readUnit);
  if (first === undefined || first.load === "") throw noAnswer(units[0], asked);
  return [first, ...others];
}

function readUnit(block: string): Shown {
  const values = new Map(
    block.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const value = (name: string): string => values.get(name) ?? "";
  return {
    id: value("Id"),
    load: value("LoadState"),
    active: value("ActiveState"),
    sub: value("SubState"),
    result: value("Result"),
    file: value("UnitFileState"),
    type: value("Type"),
    remains: value("RemainAfterExit") === "yes",
    canReload: value("CanReload") === "yes",
    mainProcess: Number(value("MainPID")) || undefined,
    controlGroup: value("ControlGroup"),
    isOutdated: value("NeedDaemonReload") === "yes",
    parts: value("ConsistsOf").split(" ").filter(Boolean),
    triggers: value("Triggers").split(" ").filter(Boolean),
  };
}

/** A oneshot without a process runs where it remains (RemainAfterExit=). One about to be restarted does not. */
export const isRunning = ({ active }: Shown): boolean =>
  ["active", "reloading", "refreshing"].includes(active);

/** A part that need not run: nobody wants it to, or it is a job that is done. */
export function isAtRest({ load, active, result, file, type, remains }: Shown): boolean {
  if (active !== "inactive") return false;
  return load !== "loaded" || file === "disabled" || (type === "oneshot" && !remains && result === "success");
}

/** Such as `dovecot.service active (running)`, `postfix@-.service failed (exit-code)`, `x.service not-found`. */
export function inWords({ id, load, active, sub, result }: Shown): string {
  if (load !== "loaded") return `${id} ${load}`;
  const details = [...(sub === active ? [] : [sub]), ...(result === "success" ? [] : [result])].filter(
    Boolean,
  );
  return `${id} ${active}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

function noAnswer(unit: string, { exit, stderr }: Outcome): MailwrightError {
  return new MailwrightError(`systemd does not tell the state of ${unit}`, {
    code: unknownState,
    hint: stderr.trim() || `systemctl show ended with status ${exit}`,
  });
}
