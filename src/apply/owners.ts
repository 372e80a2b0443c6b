import type { Paths } from "../paths.ts";
import type { Files } from "../system/system.ts";

/** Numbers of users and groups by name, as the managed system knows them. */
export class Owners {
  private readonly users: ReadonlyMap<string, number>;
  private readonly groups: ReadonlyMap<string, number>;

  /** `mayChange` is false for a process that is not root: then no owner is ever asked for. */
  constructor(
    files: Files,
    paths: Paths,
    private readonly mayChange: boolean,
  ) {
    this.users = numbers(files.readText(paths.target("/etc/passwd")) ?? "");
    this.groups = numbers(files.readText(paths.target("/etc/group")) ?? "");
  }

  /** `missing` names what the system does not have; the file stays root's then. */
  find(
    owner: string,
    group: string,
  ): { uid: number | undefined; gid: number | undefined; missing: string[] } {
    if (!this.mayChange) return { uid: undefined, gid: undefined, missing: [] };
    const uid = this.users.get(owner) ?? (owner === "root" ? 0 : undefined);
    const gid = this.groups.get(group) ?? (group === "root" ? 0 : undefined);
    const missing = [
      ...(uid === undefined ? [`user ${owner}`] : []),
      ...(gid === undefined ? [`group ${group}`] : []),
    ];
    return { uid: uid ?? 0, gid: gid ?? 0, missing };
  }
}

/** Name and number of each line of passwd(5) or group(5). */
function numbers(text: string): ReadonlyMap<string, number> {
  const rows = text.split("\n").map((line) => line.split(":"));
  return new Map(rows.filter((row) => row.length > 2).map((row) => [row[0] ?? "", Number(row[2])]));
}
