import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { debFolder, project, rootCache } from "./places.ts";

/** Builds the container's root and the package once, before the first scenario. */
export function setup(): void {
  if (process.getuid?.() !== 0) throw new Error("e2e scenarios boot containers: run them as root");
  execFileSync("bash", [join(project, "test/e2e/container/build-root.sh"), rootCache], { stdio: "inherit" });
  const hasDeb = existsSync(debFolder) && readdirSync(debFolder).some((name) => name.endsWith(".deb"));
  if (!hasDeb || process.env["MAILWRIGHT_E2E_REUSE_DEB"] !== "1") {
    execFileSync("npm", ["run", "--silent", "build"], { cwd: project, stdio: "inherit" });
    execFileSync("npm", ["run", "--silent", "deb"], { cwd: project, stdio: "inherit" });
  }
}
