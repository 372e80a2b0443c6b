import { describe, expect, it } from "vitest";
import type { Progress } from "../../../src/apply/progress.ts";
import { progressSink } from "../../../src/cli/progress.ts";
import type { OutputStream } from "../../../src/cli/terminal.ts";

const silent: OutputStream = { isTerminal: false, wantsColour: false, columns: 80, write: () => undefined };

/** What the system's log is told of a script that prints so many lines. */
function loggedOf(lines: number, line: string): { entries: number; characters: number; last: string[] } {
  const logged = { entries: 0, characters: 0, last: [] as string[] };
  const { report } = progressSink(
    { output: silent, error: silent },
    "signal-event",
    {},
    {
      write: (text) => {
        logged.entries++;
        logged.characters += text.length;
        logged.last = [...logged.last.slice(-3), text];
      },
      close: () => Promise.resolve(),
    },
  );
  const step = { event: "go", step: 1 };
  const tell = (progress: Progress): void => report(progress);
  tell({ kind: "running", action: "S20-floods", ...step });
  for (let count = 0; count < lines; count++)
    tell({ kind: "output", event: "go", action: "S20-floods", line });
  tell({ kind: "done", action: "S20-floods", ...step, exit: 0, time: 1, progress: 1, detail: "" });
  tell({ kind: "running", action: "S30-quiet", ...step });
  tell({ kind: "output", event: "go", action: "S30-quiet", line: "one line" });
  return logged;
}

/** One megabyte, and what else the lines of the steps take. */
const most = 1_100_000;

describe("a script that floods", () => {
  it.each([
    { what: "long lines", lines: 100, line: "x".repeat(65_537) },
    { what: "lines of a letter", lines: 2_000_000, line: "y" },
    { what: "empty lines", lines: 2_000_000, line: "" },
  ])(
    "$what: leaves a megabyte in the log, the words that more is left out, and room for the next",
    ({ lines, line }) => {
      const { entries, characters, last } = loggedOf(lines, line);
      expect(characters).toBeLessThan(most);
      expect(entries).toBeLessThan(20_000);
      expect(last).toEqual([
        `go: S20-floods: ${line}`,
        "go: S20-floods: … its further output is left out here",
        "go: S20-floods done in 1.0 s",
        "go: S30-quiet: one line",
      ]);
    },
  );
});
