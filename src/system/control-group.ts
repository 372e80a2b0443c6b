import type { Files } from "./system.ts";

/** Where control groups may be: cgroup(7) version 2, the same beside version 1, and version 1 as systemd mounts it. */
const hierarchies = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"];

/** The process of a control group that was started first; `undefined` where none is left. */
export function oldestProcess(files: Pick<Files, "readText">, group: string): number | undefined {
  const list = hierarchies
    .map((base) => files.readText(`${base}${group}/cgroup.procs`))
    .find((text) => text !== undefined && text !== "");
  const found = (list ?? "").split("\n").flatMap((line) => {
    const since = startOf(files, line);
    return since === undefined ? [] : [{ pid: Number(line), since }];
  });
  // Of those that were started in the same tick of the clock the parent has the lower number.
  return found.sort((left, right) => left.since - right.since || left.pid - right.pid)[0]?.pid;
}

/** When a process was started, in ticks since the machine was: field 22 of /proc/PID/stat, proc(5). */
function startOf(files: Pick<Files, "readText">, pid: string): number | undefined {
  if (!/^\d+$/.test(pid)) return undefined;
  const stat = files.readText(`/proc/${pid}/stat`);
  // The second field is the name in brackets and may hold blanks and brackets itself.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields === undefined ? undefined : Number(fields[19]);
}
