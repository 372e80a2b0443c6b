import { expect, it } from "vitest";
import { JobNotes } from "../../../src/commands/remote/sync/notes.ts";
import { takeLock } from "../../../src/db/lock.ts";
import { findPaths } from "../../../src/paths.ts";
import { realSystem } from "../../../src/system/real-system.ts";
import { runCli, temporaryRoot } from "../run-cli.ts";

it.each([
  ["stopped", true],
  ["the disk is full", false],
  ["", false],
])("sync stop tells of a run that ends with %j whether it was stopped", async (problem, stopped) => {
  const root = temporaryRoot();
  await runCli("db", ["imapsync", "set", "john", "imapsync", "hostname", "h", "username", "u"], { root });
  const notes = new JobNotes(realSystem(root, "none").files, findPaths(root, {}), "john");
  const lock = await takeLock(notes.lock, 0, "42");
  const stopping = runCli("mailwright", ["sync", "stop", "john", "--json"], { root });
  await expect.poll(() => notes.isAskedToStop(), { timeout: 20_000 }).toBe(true);
  const status = problem === "" ? "done" : "failed";
  const counts = { folders: 0, messages: 0, copied: 0, removed: 0 };
  notes.keepRun({ started: 0, ended: 1, status, problem, ...counts });
  lock.release();
  expect(await stopping).toMatchObject({ exit: 0, stdout: `{"stopped":${stopped}}\n` });
});
