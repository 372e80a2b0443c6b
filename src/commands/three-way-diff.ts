import { join } from "node:path";
import type { StaleOverride } from "../apply/overrides.ts";
import { unifiedDiff } from "../format/unified-diff.ts";
import type { System } from "../system/system.ts";

/**
 * The site's fragment merged with what changed in the shipped one since, as diff3(1) marks it; where the shipped text
 * of then is not known, or diff3 is not there, how the two differ.
 */
export async function threeWayDiff(system: System, { path, replaces, base }: StaleOverride): Promise<string> {
  const { files, processes } = system;
  const diff3 = processes.find("diff3");
  if (base === undefined || diff3 === undefined) {
    return unifiedDiff(
      path,
      files.readText(replaces) ?? "",
      files.readText(path) ?? "",
      "against the shipped one",
    );
  }
  const folder = files.makeTemporaryFolder();
  try {
    const before = join(folder, "before");
    files.write(before, Buffer.from(base), { mode: 0o600 });
    const labels = ["-L", "yours", "-L", "shipped before", "-L", "shipped now"];
    const { stdout } = await processes.inspect([diff3, "-m", "-A", ...labels, path, before, replaces]);
    return stdout;
  } finally {
    files.removeFolder(folder);
  }
}
