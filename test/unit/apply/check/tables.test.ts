import { beforeEach, describe, expect, it } from "vitest";
import { tableFile } from "../../../../src/apply/check/table-files.ts";
import { buildTables } from "../../../../src/apply/check/tables.ts";
import { hashOf, type PlannedFile } from "../../../../src/apply/plan.ts";
import { RecordingSystem } from "../../../../src/system/recording-system.ts";
import { Machine, success } from "../harness.ts";
import { failure, left, planned, refusalOf, slowed, stageOf } from "./planned.ts";

let machine: Machine;

const build = (...files: PlannedFile[]) => buildTables(machine.system, machine.paths, files);
const table = (name: string, text: string | undefined, map = "cdb", state?: PlannedFile["state"]) =>
  planned(`/etc/postfix/${name}`, text, { map }, state);

/** What was built, in short. */
const built = async (...files: PlannedFile[]) =>
  (await build(...files)).tables.map(({ path, bytes }) => [path, bytes && Buffer.from(bytes).toString()]);

beforeEach(() => {
  machine = new Machine();
  machine.put("/etc/postfix/main.cf", "live = yes\n");
  machine.processes.programs.set("postmap", (argv) => {
    const [, type = "", path = ""] = /^(\w+):(.*)$/.exec(argv.at(-1) ?? "") ?? [];
    machine.put(tableFile(path, type), `${type} of ${machine.read(path)}`);
    return success;
  });
});

describe("a compiled table", () => {
  it("is made of the planned text in a private folder, and written nowhere else", async () => {
    const before = Object.keys(machine.volume.toJSON());
    expect(await built(table("a", "x y\n"))).toEqual([["/etc/postfix/a.cdb", "cdb of x y\n"]]);
    const [argv = []] = machine.processes.calls;
    const stage = stageOf(argv);
    expect(argv).toEqual(["/usr/bin/postmap", "-c", `${stage}/etc/postfix`, `cdb:${stage}/etc/postfix/a`]);
    expect(Object.keys(machine.volume.toJSON())).toEqual(before);
    expect(left(machine)).toEqual([]);
  });

  it("has the suffix of its type", async () => {
    const files = ["cdb", "lmdb", "hash", "btree"].map((map) => table(map, "x y\n", map));
    expect((await built(...files)).map(([path]) => path)).toEqual([
      ...["/etc/postfix/cdb.cdb", "/etc/postfix/lmdb.lmdb", "/etc/postfix/hash.db", "/etc/postfix/btree.db"],
    ]);
  });

  it("of another type is refused in a sentence", async () => {
    await expect(build(table("a", "x y\n", "dbm"))).rejects.toMatchObject({
      message: "the template of /etc/postfix/a asks for a table of the type dbm",
      hint: "accepted as map: cdb, lmdb, hash, btree. Nothing was touched.",
    });
    expect(() => tableFile("a", "constructor")).toThrow("of the type constructor");
  });

  it("is made by the main.cf that is planned, else by the one that is there, and of an age that Postfix takes", async () => {
    const seen: unknown[] = [];
    machine.processes.programs.set("postmap", (argv) => {
      const path = `${stageOf(argv)}/etc/postfix/main.cf`;
      const age = machine.system.clock.now() - Number(machine.volume.statSync(path).mtimeMs);
      seen.push([machine.read(path), age >= 10_000]);
      return failure("", 1);
    });
    await build(table("a", "x y\n")).catch(() => undefined);
    await build(table("a", "x y\n"), planned("/etc/postfix/main.cf", "new = yes\n")).catch(() => undefined);
    machine.volume.unlinkSync("/etc/postfix/main.cf");
    await build(table("a", "x y\n")).catch(() => undefined);
    expect(seen).toEqual([
      ["live = yes\n", true],
      ["new = yes\n", true],
      ["", true],
    ]);
  });

  it("is made again where its text was edited to what it is to be, and no newer than the table", async () => {
    machine.put("/etc/postfix/a", "x y\n");
    machine.put("/etc/postfix/a.cdb", "made");
    const same = table("a", "x y\n", "cdb", "same");
    const wrote = (text: string): PlannedFile => {
      const hash = hashOf(Buffer.from(text));
      const lastWritten = { path: "/etc/postfix/a", template: "a", hash, mode: 0o644, owner: "root:root" };
      return { ...same, lastWritten };
    };
    expect(await built(wrote("x z\n"))).toEqual([["/etc/postfix/a.cdb", "cdb of x y\n"]]);
    expect(await built(wrote("x y\n"))).toEqual([]);
  });

  it("is made where it is missing or older than its text, and not where all is as it should be", async () => {
    const same = table("a", "x y\n", "cdb", "same");
    machine.put("/etc/postfix/a", "x y\n");
    expect(await built(same)).toHaveLength(1);
    machine.put("/etc/postfix/a.cdb", "made");
    machine.volume.utimesSync("/etc/postfix/a", 2000, 2000);
    machine.volume.utimesSync("/etc/postfix/a.cdb", 2000, 2000);
    expect(await built(same)).toEqual([]);
    expect(await built(table("a", "x y\n", "cdb", "attributes"))).toEqual([]);
    machine.volume.utimesSync("/etc/postfix/a.cdb", 1000, 1000);
    expect(await built(same)).toHaveLength(1);
  });

  it("goes with its text, if it is there", async () => {
    expect(await built(table("a", undefined))).toEqual([]);
    machine.put("/etc/postfix/a.cdb", "made");
    expect(await built(table("a", undefined, "cdb", "removed"))).toEqual([["/etc/postfix/a.cdb", undefined]]);
    expect(machine.processes.calls).toEqual([]);
  });

  it("without postmap is left out, and that is said", async () => {
    machine.processes.programs.delete("postmap");
    expect(await build(table("a", "x y\n"))).toEqual({
      tables: [],
      notes: ["postmap is not installed: /etc/postfix/a.cdb is not made"],
    });
  });

  it("is made in a dry run too", async () => {
    const recording = new RecordingSystem(machine.system);
    const { tables } = await buildTables(recording, machine.paths, [table("a", "x y\n")]);
    expect(tables).toHaveLength(1);
    expect(recording.effects).toEqual([]);
    expect(left(machine)).toEqual([]);
  });

  it("with an entry twice, or a line that is none, is refused with fragment and property", async () => {
    for (const [map, words, ...lines] of [
      ["cdb", 'STAGE/etc/postfix/a: duplicate entry: "x"', 1, 3],
      ["hash", 'STAGE/etc/postfix/a.db: duplicate entry: "x"', 1, 3],
      ["lmdb", 'lmdb:STAGE/etc/postfix/a: duplicate entry: "x"', 1, 3],
      ["cdb", "STAGE/etc/postfix/a, line 2: expected format: key whitespace value", 2],
    ] as const) {
      machine.processes.programs.set("postmap", (argv) => {
        machine.put(tableFile(`${stageOf(argv)}/etc/postfix/a`, map), "made");
        return failure(`postmap: warning: ${words.replace("STAGE", stageOf(argv))}\n`, 0);
      });
      expect(await refusalOf(build(table("a", "x y\nword\nX z\n", map)))).toEqual([
        "postfix refuses the new configuration",
        `postmap: warning: ${words.replace("STAGE", "")}`,
        ...lines.map((line) => `line ${line} is from /site/95x.hbs:${line} and uses key P${line}`),
        "Nothing was touched.",
      ]);
      expect(left(machine)).toEqual([]);
    }
  });

  it("is made whatever Postfix warns of in main.cf", async () => {
    machine.processes.programs.set("postmap", (argv) => {
      machine.put(`${stageOf(argv)}/etc/postfix/a.cdb`, "made");
      return failure(
        `postmap: warning: ${stageOf(argv)}/etc/postfix/main.cf, line 1: overriding earlier entry: a=b\n`,
        0,
      );
    });
    expect(await built(table("a", "x y\n"))).toEqual([["/etc/postfix/a.cdb", "made"]]);
  });

  it("that postmap does not make, or not in time, is a refusal", async () => {
    machine.processes.programs.set("postmap", () => failure("postmap: fatal: no space left\n"));
    await expect(build(table("a", "x y\n"))).rejects.toMatchObject({ code: "CHECK_FAILED", exit: 4 });
    machine.processes.programs.set("postmap", () => success);
    expect(await refusalOf(build(table("a", "x y\n")))).toContain(
      "postmap ended with status 0 and made no /etc/postfix/a.cdb",
    );
    machine.processes.programs.set("postmap", () => ({ ...success, exit: 137, timedOut: true }));
    expect(await refusalOf(build(table("a", "x y\n")))).toContain(
      "postmap: it took too long, and was ended after 120 s.",
    );
  });
});

describe("many tables", () => {
  it("are made four at a time, and told in order", async () => {
    const files = Array.from({ length: 8 }, (_, index) => table(`t${index}`, "x y\n"));
    const start = performance.now();
    const { tables } = await buildTables(slowed(machine, 100), machine.paths, files);
    const time = performance.now() - start;
    expect(time).toBeGreaterThanOrEqual(195);
    expect(time).toBeLessThan(400);
    expect(tables.map(({ file }) => file)).toEqual(files);
  });
});
