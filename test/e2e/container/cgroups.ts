/**
 * Control groups of a container's own. systemd-nspawn puts the container below the group that it is started in: two
 * that are started in one group would share their groups, and the systemd of each would take the other's daemons for
 * its own and never see that one of its own has ended.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";

/** Where this process's groups lie in the hierarchies by which systemd follows processes: version 2, and 1 beside it. */
export function cgroupFolders(id: string): string[] {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  const own = readFileSync("/proc/self/cgroup", "utf8").split("\n");
  return own.flatMap((line) => {
    const [, controllers, group] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (group === undefined || (controllers !== "" && controllers !== "name=systemd")) return [];
    const fields = mounts.map((mount) => mount.split(" "));
    const [, folder] =
      fields.find(([, , type, options = ""]) =>
        controllers === ""
          ? type === "cgroup2"
          : type === "cgroup" && options.split(",").includes("name=systemd"),
      ) ?? [];
    return folder === undefined ? [] : [join(folder, group, id)];
  });
}

export function makeCgroups(folders: readonly string[]): void {
  for (const folder of folders) mkdirSync(folder, { recursive: true });
}

/** Begins an argument list that runs the program behind it, as the same process, in these groups. */
export function enterCgroups(folders: readonly string[]): string[] {
  const program = 'while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"';
  return ["sh", "-ec", program, "sh", ...folders, "--"];
}

/** Removes empty groups, the innermost first; the kernel may take a moment to see that they are. */
export function removeCgroups(folders: readonly string[]): void {
  for (const folder of folders) {
    for (let tries = 0; tries < 50 && !removeGroup(folder); tries++)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

/** Whether it is gone. */
function removeGroup(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) removeGroup(join(folder, entry.name));
    rmdirSync(folder);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT";
  }
}
