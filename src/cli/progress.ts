import type { Progress, ProgressSink } from "../apply/progress.ts";
import type { OptionValues } from "../commands/command.ts";
import { harmless } from "../format/harmless.ts";
import { duration } from "../format/times.ts";
import { type Log, openLog } from "../system/log.ts";
import { JsonProgress } from "./json-progress.ts";
import { LiveProgress } from "./live-progress.ts";
import type { Terminal } from "./terminal.ts";

/** What one script may put into the log, in characters; a flood must drown neither the log nor this process. */
const loggedOutput = 1_000_000;

/** What an entry takes beside its text: a flood of empty lines is one, too. */
const entrySize = 100;

/** Shows an apply while it goes on: JSON lines, a live list on a terminal, else notices alone; and logs it. */
export function progressSink(
  terminal: Terminal,
  command: string,
  options: OptionValues,
  systemLog: Log = openLog("mailwright"),
): { report: ProgressSink; close(): Promise<void> } {
  const shown =
    options["json"] === true
      ? new JsonProgress(terminal.output)
      : terminal.error.isTerminal
        ? new LiveProgress(terminal.error)
        : new NoticeProgress(terminal, command);
  const log = options["dry-run"] === true ? undefined : systemLog;
  let output = 0;
  return {
    report: (progress) => {
      shown.report(progress);
      if (progress.kind === "running") output = 0;
      if (progress.kind === "output") {
        if (output > loggedOutput) return;
        output += progress.line.length + entrySize;
      }
      const line = logLine(progress);
      if (line === undefined) return;
      log?.write(line.text, line.isError);
      if (progress.kind === "output" && output > loggedOutput)
        log?.write(`${progress.event}: ${progress.action}: … its further output is left out here`, false);
    },
    close: async () => {
      shown.close();
      await log?.close();
    },
  };
}

class NoticeProgress {
  constructor(
    private readonly terminal: Terminal,
    private readonly command: string,
  ) {}

  report(progress: Progress): void {
    if (progress.kind === "notice")
      this.terminal.error.write(`${this.command}: ${harmless(progress.text)}\n`);
  }
  close(): void {}
}

/** One line a step, as administrators grep for it. */
function logLine(progress: Progress): { text: string; isError: boolean } | undefined {
  const { event } = progress;
  switch (progress.kind) {
    case "done": {
      const { action, exit, time, detail } = progress;
      const result = exit === 0 ? "done" : `failed (${exit})`;
      return {
        text: `${event}: ${action} ${result} in ${duration(time)}${detail && `: ${oneLine(detail)}`}`,
        isError: exit !== 0,
      };
    }
    case "notice":
      return { text: `${event}: ${progress.text}`, isError: false };
    case "output":
      return { text: `${event}: ${progress.action}: ${progress.line}`, isError: false };
    case "end":
      return { text: `${event}: ${progress.status}`, isError: progress.status === "failed" };
    default:
      return undefined;
  }
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, "; ");
