import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Case {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly root: string;
}

const options = (root: string) =>
  ({ env: { ...process.env, MAILWRIGHT_ROOT: root }, stdio: "ignore" }) as const;

/**
 * The median wall time of each case in milliseconds. The cases run by turns, so that a busy machine slows each
 * alike: only ratios within one call mean anything. The first turns are not counted.
 */
export function medianTimes(cases: readonly Case[], turns: number): number[] {
  const times = cases.map((): number[] => []);
  const warmUp = 5;
  for (let turn = 0; turn < turns + warmUp; turn++) {
    for (const [index, { argv, root }] of cases.entries()) {
      const [program, ...args] = argv;
      const start = performance.now();
      spawnSync(program, args, options(root));
      if (turn >= warmUp) times[index]?.push(performance.now() - start);
    }
  }
  return times.map(median);
}

export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * The greatest resident memory of a case in megabytes, as proc(5) told it last before the end. (What wait4(2)
 * tells of a child includes the memory of the process that started it.)
 */
export function peakMemory({ argv, root }: Case): number {
  const [program, ...args] = argv;
  const child = spawn(program, args, options(root));
  let peak = 0;
  for (;;) {
    const status = readStatus(child.pid ?? 0);
    const kilobytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN);
    if (Number.isNaN(kilobytes)) return peak / 1024;
    peak = Math.max(peak, kilobytes);
  }
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
