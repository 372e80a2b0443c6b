import type { System } from "../../system/system.ts";

/** How often systemd has started a unit again by itself, since somebody last started it. */
export interface Restarts {
  readonly count: number;
  /** How often within the last hour; `undefined` where the journal tells of none. */
  readonly lastHour: number | undefined;
  /** Since it last began to run. */
  readonly secondsSinceStart: number;
}

/** What systemd writes into the journal of each start that it makes by itself (systemd.journal-fields(7), sd-messages(3)). */
const restartScheduled = "MESSAGE_ID=5eb03494b6584870a536b337290809b3";

/** `undefined` where systemd does not tell. */
export async function restartsOf(
  { services, processes, files }: System,
  unit: string,
): Promise<Restarts | undefined> {
  if (services.name !== "systemd") return undefined;
  const properties = "--property=Id,NRestarts,ActiveEnterTimestampMonotonic";
  const { stdout } = await processes.inspect(["systemctl", "show", properties, "--", unit], {
    timeout: 5000,
  });
  const uptime = Number(files.readText("/proc/uptime")?.split(" ")[0]);
  const restarts = readRestarts(stdout, uptime);
  if (restarts === undefined || restarts.count === 0) return restarts;
  // By its own name: the journal knows no others.
  const [, name = unit] = /^Id=(.+)$/m.exec(stdout) ?? [];
  const words = ["--quiet", "--no-pager", "--output=cat", "--since=-1h", `UNIT=${name}`, restartScheduled];
  const journal = await processes.inspect(["journalctl", ...words], { timeout: 5000 });
  const lines = journal.stdout.split("\n").filter(Boolean).length;
  return { ...restarts, lastHour: lines === 0 ? undefined : lines };
}

/** From what `systemctl show` prints, and the seconds since the machine was switched on. */
export function readRestarts(text: string, uptime: number): Restarts | undefined {
  const [, count] = /^NRestarts=(\d+)$/m.exec(text) ?? [];
  const [, started] = /^ActiveEnterTimestampMonotonic=(\d+)$/m.exec(text) ?? [];
  if (count === undefined || started === undefined) return undefined;
  return {
    ...{ count: Number(count), lastHour: undefined },
    secondsSinceStart: uptime - Number(started) / 1_000_000,
  };
}
