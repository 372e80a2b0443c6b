import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { appendedLines, printedLines } from "../../../src/system/growing-lines.ts";

/** A log of two lines, which nobody is to be told of, and its follower; each wait does the next step. */
function following(steps: readonly ((path: string) => void)[]) {
  const base = mkdtempSync(join(tmpdir(), "mailwright-growing-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const path = join(base, "mail.log");
  writeFileSync(path, "old 1\nold 2\n");
  const left = [...steps];
  const idle = new Error("nothing more");
  const sleep = async (): Promise<void> => {
    const step = left.shift();
    if (step === undefined) throw idle;
    step(path);
  };
  const batches = appendedLines(path, { sleep });
  return async (): Promise<string[]> => {
    const lines: string[] = [];
    try {
      for await (const batch of batches) lines.push(...batch);
    } catch (error) {
      if (error !== idle) throw error;
    }
    return lines;
  };
}

const add = (text: string) => (path: string) => appendFileSync(path, text);

describe("the lines that are written to a log", () => {
  it("are told of when they end, and a character that is cut by a read is whole", async () => {
    const half = Buffer.from("é");
    const lines = following([
      add("a"),
      (path) => appendFileSync(path, half.subarray(0, 1)),
      (path) => appendFileSync(path, Buffer.concat([half.subarray(1), Buffer.from("\nb\nc")])),
    ]);
    expect(await lines()).toEqual(["aé", "b"]);
  });

  it("are those of the old file to its end, and then of the new one, where it is moved away", async () => {
    const lines = following([
      (path) => {
        appendFileSync(path, "before\n");
        renameSync(path, `${path}.1`);
        appendFileSync(`${path}.1`, "late\n");
        writeFileSync(path, "longer than all that stood in the one before\nsecond\n");
      },
      add("third\n"),
    ]);
    expect(await lines()).toEqual([
      ...["before", "late", "longer than all that stood in the one before", "second", "third"],
    ]);
  });

  it("are told of where there is no file for a while", async () => {
    const lines = following([
      (path) => renameSync(path, `${path}.1`),
      (path) => appendFileSync(`${path}.1`, "still there\n"),
      (path) => writeFileSync(path, "new\n"),
    ]);
    expect(await lines()).toEqual(["still there", "new"]);
  });

  it("are told of from the beginning where it is cut down, without what was half written", async () => {
    const lines = following([add("one\nhalf"), (path) => truncateSync(path, 0), add("two\n")]);
    expect(await lines()).toEqual(["one", "two"]);
  });

  it("hold whatever bytes there are, and a megabyte without an end is no line yet", async () => {
    const lines = following([
      (path) => appendFileSync(path, Buffer.from([0x00, 0x1b, 0xff, 0x0a])),
      add("x".repeat(3 << 20)),
      add("y\n"),
    ]);
    const [odd, long] = await lines();
    expect(odd).toBe("\u0000\u001b\ufffd");
    expect(long).toHaveLength((3 << 20) + 1);
  });

  it("are those that a program prints, until it ends", async () => {
    const lines: string[] = [];
    for await (const batch of printedLines(["sh", "-c", "printf 'a\\nb'; sleep 0.1; printf 'c\\nrest'"]))
      lines.push(...batch);
    expect(lines).toEqual(["a", "bc"]);
  });

  it("end the program that prints them, when nobody wants more", async () => {
    const started = performance.now();
    for await (const batch of printedLines(["sh", "-c", "echo first; exec sleep 30"])) {
      expect(batch).toEqual(["first"]);
      break;
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
