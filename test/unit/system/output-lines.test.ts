import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { OutputLines } from "../../../src/system/output-lines.ts";

/** What is made of text that arrives in these pieces. */
async function take(pieces: Iterable<string>): Promise<{ lines: string[]; kept: string }> {
  const lines: string[] = [];
  const stream = new PassThrough();
  const output = new OutputLines(stream, (line) => lines.push(line));
  for (const piece of pieces) if (!stream.write(piece)) await new Promise((go) => stream.once("drain", go));
  await new Promise<void>((resolve) => stream.on("end", resolve).end());
  return { lines, kept: output.end() };
}

const limit = 64 * 1024;

describe("lines", () => {
  it("are told however they are cut into pieces", async () => {
    for (const pieces of [["a\nb\r\n\nc"], ["a", "\nb\r", "\n", "\nc"], [..."a\nb\r\n\nc"]])
      expect(await take(pieces)).toEqual({ lines: ["a", "b", "", "c"], kept: "a\nb\r\n\nc" });
  });

  it("that are too long are cut, the rest is dropped, and the next is whole", async () => {
    const long = "x".repeat(limit);
    expect((await take([`${long}\n${long}y\nnext\n`])).lines).toEqual([long, `${long}…`, "next"]);
    expect((await take([long, "y".repeat(100), "z\nnext", "\n"])).lines).toEqual([`${long}…`, "next"]);
    expect((await take([long, "y"])).lines).toEqual([`${long}…`]);
  });

  it("without end take no memory", async () => {
    function* flood(): Generator<string> {
      for (let count = 0; count < 3000; count++) yield "x".repeat(limit);
    }
    const before = process.memoryUsage.rss();
    const { lines, kept } = await take(flood());
    expect(lines.map((line) => line.length)).toEqual([limit + 1]);
    expect(kept).toHaveLength(1_000_000);
    // 200 MB have gone through.
    expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 1024 ** 2);
  });
});

describe("what is kept", () => {
  it("is the end, in pieces of any size, and quickly", async () => {
    function* pieces(size: number): Generator<string> {
      for (let at = 0; at < 3_000_000; at += size) yield String(at % 10).repeat(size);
    }
    const whole = [...pieces(7)].join("");
    const start = performance.now();
    expect((await take(pieces(7))).kept === whole.slice(-1_000_000)).toBe(true);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("without a stream is nothing", () => {
    expect(new OutputLines(undefined, undefined).end()).toBe("");
    expect(new OutputLines(null, undefined).end()).toBe("");
  });
});
