import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileArguments } from "../packaging/compile.ts";
import { type Limit, scaleLimits } from "./mail-scale.ts";
import { type Case, median, medianTimes, peakMemory } from "./measure.ts";

/** Prints what the commands cost, as ratios to an empty executable made by the same compiler, and their limits. */
const project = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mailwright-bench-"));
const bin = join(folder, "dist/bin");
const turns = Number(process.env["BENCH_TURNS"] ?? 80);

try {
  execFileSync("npm", ["run", "--silent", "build"], { cwd: project, stdio: "inherit" });
  cpSync(join(project, "dist"), join(folder, "dist"), {
    recursive: true,
    filter: (path) => !path.endsWith(".deb"),
  });
  const empty = join(folder, "empty");
  writeFileSync(`${empty}.ts`, "");
  execFileSync(process.execPath, compileArguments(project, `${empty}.ts`, empty), { stdio: "ignore" });
  const root = join(process.env["MAILWRIGHT_E2E_CACHE"] ?? join(project, ".cache/e2e"), "root");
  const limits = [...commandLimits(empty), ...(await scaleLimits({ bin, folder, root }, 5))];
  process.exitCode = report(limits) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A database with so many records of a site's own, beside the example's settings. */
function makeRoot(records: number): string {
  const root = join(folder, `root-${records}`);
  const run = (name: string, args: string[], input?: string): void => {
    execFileSync(join(bin, name), args, {
      env: { ...process.env, MAILWRIGHT_ROOT: root },
      input,
      stdio: ["pipe", "ignore", "inherit"],
    });
  };
  run("config", ["setprop", "rspamd", "QuarantineAccount", "spam@domain.org", "QuarantineStatus", "enabled"]);
  const lines = Array.from(
    { length: records },
    (_, index) => `record${index}=site|Name|value ${index}|Number|${index}`,
  );
  run("db", ["site", "import", "-"], `${lines.join("\n")}\n`);
  return root;
}

function inRoot(root: string) {
  return { env: { ...process.env, MAILWRIGHT_ROOT: root }, encoding: "utf8" } as const;
}

/** Milliseconds of the step that renders all files and compares them with the disk. */
function planTime([program, event]: readonly [string, string], root: string): number {
  const lines = execFileSync(program, ["--json", event], inRoot(root)).trim().split("\n");
  const steps = lines.map((line) => JSON.parse(line));
  return 1000 * steps.find(({ action, state }) => action === "plan" && state === "done").time;
}

function commandLimits(empty: string): Limit[] {
  const [small, large] = [makeRoot(10), makeRoot(100_000)];
  let value = 0;
  const getprop = (root: string, name: string): Case => ({
    name,
    root,
    argv: [join(bin, "config"), "getprop", "rspamd", "QuarantineStatus"],
  });
  // A getter, so that each run stores another value and really writes.
  const setprop = (root: string, name: string): Case => ({
    name,
    root,
    get argv(): [string, ...string[]] {
      return [join(bin, "db"), "site", "setprop", "record7", "Number", String(++value)];
    },
  });
  const event = ["--dry-run", "--no-check", "nethserver-mail-quarantine-save"];
  const save = [join(bin, "signal-event"), "nethserver-mail-filter-save"] as const;
  const idle = makeRoot(11);
  // Before a server is set up, each event looks in its templates for secrets that are still to be made.
  for (const name of ["nethserver-mail-server-update", save[1]]) {
    const first = execFileSync(save[0], ["--json", name], inRoot(idle));
    if (!first.includes('"success"')) throw new Error(`the event failed: ${first}`);
  }
  const cases: Case[] = [
    { name: "empty executable", root: small, argv: [empty] },
    getprop(small, "getprop, 10 records"),
    getprop(large, "getprop, 100 000 records"),
    setprop(small, "setprop, 10 records"),
    setprop(large, "setprop, 100 000 records"),
    { name: "signal-event --dry-run --no-check", root: small, argv: [join(bin, "signal-event"), ...event] },
    { name: "signal-event with nothing to do", root: idle, argv: save },
  ];
  const times = medianTimes(cases, turns);
  const time = (index: number): number => times[index] ?? Number.NaN;
  // What the event itself says of its rendering: nothing of it can be left out.
  const rendering = median(Array.from({ length: 21 }, () => planTime(save, idle)));
  const limits: [name: string, ratio: number, limit: number][] = [
    ["getprop / empty executable", time(1) / time(0), 2.0],
    ["setprop / empty executable", time(3) / time(0), 3.0],
    ["getprop, 100 000 records / 10 records", time(2) / time(1), 1.5],
    ["setprop, 100 000 records / 10 records", time(4) / time(3), 1.5],
    ["signal-event --dry-run --no-check / empty executable", time(5) / time(0), 8.0],
    [
      `signal-event with nothing to do, without ${rendering.toFixed(1)} ms of rendering / getprop`,
      (time(6) - rendering) / time(1),
      3.0,
    ],
  ];
  for (const [index, item] of cases.entries()) {
    const memory = Math.max(...[1, 2, 3].map(() => peakMemory(item)));
    console.log(
      `${item.name.padEnd(36)} ${time(index).toFixed(1).padStart(7)} ms  ${memory.toFixed(0).padStart(4)} MB resident`,
    );
  }
  console.log();
  return limits.map(([name, value, limit]) => ({ name, value, limit }));
}

/** What could not be measured is a miss too. */
function report(limits: readonly Limit[]): boolean {
  console.log();
  for (const { name, value, limit } of limits) {
    const verdict = value <= limit ? "ok" : "MISSED";
    console.log(
      `${name.padEnd(78)} ${value.toFixed(2).padStart(6)}  (at most ${limit.toFixed(1)}) ${verdict}`,
    );
  }
  return limits.every(({ value, limit }) => value <= limit);
}
