import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const project = fileURLToPath(new URL("../../..", import.meta.url));

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

it("a process that has given a check up ends at once, and no program that looks outlives it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-children-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const hanging = (name: string) =>
    JSON.stringify([
      "/bin/sh",
      "-c",
      `echo $$ >${folder}/${name}; sleep 20 & echo $! >>${folder}/${name}; wait`,
    ]);
  writeFileSync(
    join(folder, "script.ts"),
    `import { runChecks } from "${project}/src/commands/doctor/run-checks.ts";
     import { programBytes } from "${project}/src/system/byte-source.ts";
     import { RealProcesses } from "${project}/src/system/real-processes.ts";
     import { readWholeLines } from "${project}/src/system/whole-lines.ts";
     const check = { about: "", isOfMachine: false, limit: 500 };
     const inspect = async () => { await new RealProcesses().inspect(${hanging("inspected")}); return []; };
     const read = async () => {
       await readWholeLines(programBytes(["/bin/sh", "-c", "echo $$ >${folder}/read; exec sleep 20"]), () => {});
       return [];
     };
     const checks = [{ ...check, name: "disk", look: inspect }, { ...check, name: "queue", look: read }];
     const results = await runChecks({}, checks);
     console.log(results.map(({ state }) => state).join());
     process.exit(0);`,
  );
  const start = performance.now();
  const { stdout, stderr } = spawnSync(join(project, "node_modules/.bin/bun"), [join(folder, "script.ts")], {
    encoding: "utf8",
  });
  expect({ stdout, stderr }).toEqual({ stdout: "warning,warning\n", stderr: "" });
  expect(performance.now() - start).toBeLessThan(8000);
  const pids = ["inspected", "read"].flatMap((name) =>
    readFileSync(join(folder, name), "utf8").trim().split("\n").map(Number),
  );
  expect(pids).toHaveLength(3);
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
});
