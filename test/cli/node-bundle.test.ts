import { spawnSync } from "node:child_process";
import { basename, delimiter, join } from "node:path";
import { expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { builtExecutable } from "./built-executable.ts";

/** npm runs by Node, so there is one; it may be older than what the program needs. */
it("the script that npm installs runs on Node 22.13, and says so to an older one", () => {
  const script = join(builtExecutable("mailwright"), "../../node/mailwright.js");
  // `bun --bun`, which runs the tests, puts a node before the real one that is Bun.
  const folders = process.env["PATH"]?.split(delimiter) ?? [];
  const PATH = folders.filter((folder) => !basename(folder).startsWith("bun-node")).join(delimiter);
  const node = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync("node", args, { env: { PATH }, encoding: "utf8" });
    return { status, stdout, stderr };
  };
  const version = node("--version").stdout.trim().slice(1);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isOld = major < 22 || (major === 22 && minor < 13);
  const refusal =
    `mailwright needs Node 22.13 or later; this is Node ${version}\n` +
    "  Install a later Node, or the executable, which needs none.\n";
  expect(node(script, "--version")).toEqual(
    isOld
      ? { status: 1, stdout: "", stderr: refusal }
      : { status: 0, stdout: `mailwright ${packageJson.version}\n`, stderr: "" },
  );
});
