import type { System } from "../../system/system.ts";

/** How often systemd has started a unit again by itself, since somebody last started it. */
export interface Restarts {
  readonly count: number;
  /** Since it last began to run. */
  readonly secondsSinceStart: number;
}

/** `undefined` where systemd does not tell. */
export async function restartsOf(
  { services, processes, files }: System,
  unit: string,
): Promise<Restarts | undefined> {
  if (services.name !== "systemd") return undefined;
  const properties = "--property=NRestarts,ActiveEnterTimestampMonotonic";
  const { stdout } = await processes.inspect(["systemctl", "show", properties, "--", unit], {
    timeout: 5000,
  });
  const uptime = Number(files.readText("/proc/uptime")?.split(" ")[0]);
  return readRestarts(stdout, uptime);
}

/** From what `systemctl show` prints, and the seconds since the machine was switched on. */
export function readRestarts(text: string, uptime: number): Restarts | undefined {
  const [, count] = /^NRestarts=(\d+)$/m.exec(text) ?? [];
  const [, started] = /^ActiveEnterTimestampMonotonic=(\d+)$/m.exec(text) ?? [];
  if (count === undefined || started === undefined) return undefined;
  return { count: Number(count), secondsSinceStart: uptime - Number(started) / 1_000_000 };
}
