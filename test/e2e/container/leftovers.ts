/**
 * What a running container consists of outside itself, written down so that it can be removed even when the test
 * process that made it was killed: one file per container in a folder of its own.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeCgroups } from "./cgroups.ts";
import { leaderOf, startTime } from "./processes.ts";

const FOLDER = "/run/mailwright-e2e";

/** A process that cannot be mistaken for a later one with the same pid. */
export type ProcessName = { pid: number; start: string };

export type Traces = {
  id: string;
  owner: ProcessName;
  nspawn?: ProcessName;
  /** The container's first process. */
  leader?: ProcessName | undefined;
  namespaces: string[];
  cgroups: string[];
  /** A root that is this container's own. */
  copy?: string;
};

export function processName(pid: number): ProcessName {
  const start = startTime(pid);
  if (start === undefined) throw new Error(`process ${pid} is gone`);
  return { pid, start };
}

/** Writes the traces down; to be called before each thing that they name is made. */
export function record(traces: Traces): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${traces.id}.json`), JSON.stringify(traces));
}

/**
 * Ends the container, as a power failure does. The kernel ends a pid namespace with its first process, and with it goes
 * the overlay, which exists in the container's mount namespace only; killing nspawn alone would leave all of it running.
 */
export function powerCut(traces: Traces): void {
  const { nspawn } = traces;
  const unnamed = nspawn !== undefined && isAlive(nspawn) ? leaderOf(nspawn.pid) : undefined;
  kill(traces.leader ?? (unnamed === undefined ? undefined : processName(unnamed)));
  kill(nspawn);
  removeCgroups(traces.cgroups);
}

/**
 * Ends the container and removes its namespaces, and the veth with them, and its root where that is its own;
 * synchronously, so that exit and signal handlers can do it.
 */
export function removeTraces(traces: Traces): void {
  powerCut(traces);
  for (const name of traces.namespaces) {
    try {
      execFileSync("ip", ["netns", "delete", name], { stdio: "ignore" });
    } catch {}
  }
  if (traces.copy !== undefined) rmSync(traces.copy, { recursive: true, force: true });
  rmSync(`/run/systemd/nspawn/propagate/${traces.id}`, { recursive: true, force: true });
  rmSync(join(FOLDER, `${traces.id}.json`), { force: true });
}

/** Kills a process and waits until it is gone. */
function kill(name: ProcessName | undefined): void {
  if (name === undefined || !isAlive(name)) return;
  process.kill(name.pid, "SIGKILL");
  const limit = Date.now() + 10_000;
  while (isAlive(name) && Date.now() < limit)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
}

/** Removes what killed test processes have left; containers whose owner lives are not touched. */
export function removeLeftovers(): void {
  for (const file of listFolder()) {
    const traces: Traces = { cgroups: [], ...JSON.parse(readFileSync(join(FOLDER, file), "utf8")) };
    if (!isAlive(traces.owner)) removeTraces(traces);
  }
}

function listFolder(): string[] {
  try {
    return readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
}

export function isAlive({ pid, start }: ProcessName): boolean {
  if (startTime(pid) !== start) return false;
  return !/^State:\s+Z/m.test(statusOf(pid));
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "State: Z";
  }
}
