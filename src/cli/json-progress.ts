import type { Progress } from "../apply/progress.ts";
import type { OutputStream } from "./terminal.ts";

/** One JSON object a line, for programs that follow an event. */
export class JsonProgress {
  constructor(private readonly output: OutputStream) {}

  report(progress: Progress): void {
    this.output.write(`${JSON.stringify(lineOf(progress))}\n`);
  }

  close(): void {}
}

function lineOf(progress: Progress): Record<string, unknown> {
  switch (progress.kind) {
    case "begin": {
      const { event, args, steps } = progress;
      return { event, args, steps };
    }
    case "running": {
      const { event, action, step } = progress;
      return { event, action, state: "running", step };
    }
    case "done": {
      const { event, action, step, exit, time, progress: share, detail } = progress;
      return { event, action, state: "done", step, exit, time, progress: share, detail };
    }
    case "notice":
      return { event: progress.event, notice: progress.text };
    case "output":
      return { event: progress.event, action: progress.action, output: progress.line };
    case "end":
      return { event: progress.event, status: progress.status };
  }
}
