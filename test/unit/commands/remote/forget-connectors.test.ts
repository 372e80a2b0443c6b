import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { forgetAllBut } from "../../../../src/commands/remote/forget-connectors.ts";
import { takeLock } from "../../../../src/db/lock.ts";
import { realSystem } from "../../../../src/system/real-system.ts";

it("forgets what no account has, and leaves what is there or at work", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-forget-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [runs, states] = [join(folder, "runs"), join(folder, "states")];
  mkdirSync(runs);
  for (const file of ["kept", "gone", "busy", "gone.json"]) {
    mkdirSync(join(states, file), { recursive: true });
    writeFileSync(join(states, file, "oldmail-x"), "");
    writeFileSync(join(runs, `${file}.journal`), "");
    writeFileSync(join(runs, `${file}.json`), "{}");
  }
  writeFileSync(join(runs, ".due.lock"), "");
  mkdirSync(join(states, "theirs"));
  writeFileSync(join(states, "oldmail-pop.isp.net-110-jd"), "");
  const lock = await takeLock(join(runs, "busy.lock"), 0, "a run");
  const { files } = realSystem("/", "none");
  const forgotten = await forgetAllBut(new Set(["kept"]), files, runs, states);
  lock.release();
  expect([...forgotten].sort()).toEqual(["gone", "gone.json"]);
  expect(readdirSync(states).sort()).toEqual(["busy", "kept", "oldmail-pop.isp.net-110-jd", "theirs"]);
  expect(
    readdirSync(runs)
      .filter((name) => !name.startsWith("busy.lock"))
      .sort(),
  ).toEqual([".due.lock", "busy.journal", "busy.json", "kept.journal", "kept.json"].sort());
});
