import { describe, expect, it } from "vitest";
import { type ByteSource, programBytes } from "../../../src/system/byte-source.ts";
import { readWholeLines } from "../../../src/system/whole-lines.ts";

/** Bytes as a file gives them: each read fills the buffer until there are no more. */
function bytesOf(text: string): ByteSource & { isClosed: boolean } {
  const bytes = Buffer.from(text);
  let at = 0;
  return {
    isClosed: false,
    read: async (into) => {
      const count = bytes.copy(into, 0, at);
      at += count;
      return count;
    },
    close() {
      this.isClosed = true;
    },
  };
}

async function linesOf(source: ByteSource): Promise<string[]> {
  const lines: string[] = [];
  await readWholeLines(source, (line) => lines.push(line));
  return lines;
}

describe("whole lines", () => {
  it.each([
    ["nothing", ""],
    ["some", "a\n\nbü\n"],
    ["a last one without its end", "a\nb"],
    ["one longer than what is read at a time", `a\n${"é".repeat(400_000)}\nb\n`],
    ["several such", `${"x".repeat(262_143)}\n${"y".repeat(262_144)}\n${"z".repeat(1_000_000)}`],
    ["ends at the end of what is read at a time", `${"x".repeat(262_143)}\n`],
  ])("%s", async (_, text) => {
    const source = bytesOf(text);
    expect(await linesOf(source)).toEqual(
      text
        .replace(/\n$/, "")
        .split("\n")
        .slice(text === "" ? 1 : 0),
    );
    expect(source.isClosed).toBe(true);
  });

  it("of a program that fails end with its words, and of one that hangs in time", async () => {
    const sh = (program: string): [string, ...string[]] => ["/bin/sh", "-c", program];
    expect(await linesOf(programBytes(sh("echo a; echo b"), undefined, 5000))).toEqual(["a", "b"]);
    await expect(linesOf(programBytes(sh("echo a; echo no >&2; exit 1"), undefined, 5000))).rejects.toThrow(
      "no",
    );
    // Whoever kills it: what it has not said is not nothing.
    await expect(linesOf(programBytes(sh("kill -KILL $$")))).rejects.toThrow("/bin/sh ended with SIGKILL");
    const start = performance.now();
    // A child of its own holds the output.
    await expect(linesOf(programBytes(sh("echo a; sleep 5; echo b"), undefined, 200))).rejects.toThrow(
      "/bin/sh has not ended within 0.2 s",
    );
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
