import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtExecutable } from "../cli/built-executable.ts";
import { run, temporaryRoot } from "./processes.ts";

const event = "nethserver-mail-filter-save";

it("an event with nothing to do starts no process and syncs nothing, as strace sees it", async () => {
  const root = temporaryRoot();
  expect(await run("signal-event", root, event)).toMatchObject({ exit: 0 });
  const traced = join(root, "trace");
  const calls =
    "trace=execve,execveat,fork,vfork,clone,clone3,fsync,fdatasync,rename,renameat,renameat2,unlink";
  const { status, error } = spawnSync(
    "strace",
    ["-f", "-o", traced, "-e", calls, builtExecutable("signal-event"), event],
    { env: { PATH: process.env["PATH"], MAILWRIGHT_ROOT: root, LOGNAME: "tester" }, stdio: "ignore" },
  );
  if (error !== undefined) throw new Error(`strace is needed: ${error.message}`);
  expect(status).toBe(0);
  const trace = readFileSync(traced, "utf8").split("\n");
  // The lock is a transaction that writes nothing, and whose journal goes with it. Its own start; threads are no processes.
  expect(trace.filter((line) => /\bexecve/.test(line))).toHaveLength(1);
  expect(
    trace.filter((line) => /\b(?:v?fork|clone3?)\(/.test(line) && !line.includes("CLONE_THREAD")),
  ).toEqual([]);
  expect(
    trace.filter(
      (line) => /\b(?:fsync|fdatasync|rename\w*|unlink)\(/.test(line) && !line.includes("apply.lock-journal"),
    ),
  ).toEqual([]);
  rmSync(traced);
});
