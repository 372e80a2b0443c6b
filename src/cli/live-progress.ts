import type { Progress } from "../apply/progress.ts";
import { duration } from "../format/times.ts";
import type { OutputStream } from "./terminal.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** A list of steps that grows on a terminal; the step at work turns and counts its seconds. */
export class LiveProgress {
  private timer: ReturnType<typeof setInterval> | undefined;
  private started = 0;
  private began = performance.now();

  constructor(private readonly stream: OutputStream) {}

  report(progress: Progress): void {
    switch (progress.kind) {
      case "begin":
        this.began = performance.now();
        return;
      case "running":
        return this.turn(progress.action);
      case "done":
        this.rest();
        return this.line(this.stepLine(progress));
      case "notice":
        return this.between(`   ${this.colour(33, "!")} ${progress.text}`);
      case "output":
        return this.between(`     ${this.colour(2, progress.line)}`);
      case "end":
        this.rest();
        if (progress.status === "success") {
          this.line(`${progress.event} done in ${duration((performance.now() - this.began) / 1000)}`);
        }
    }
  }

  close(): void {
    this.rest();
  }

  private stepLine({ action, exit, time, detail }: Extract<Progress, { kind: "done" }>): string {
    const sign = exit === 0 ? this.colour(32, "✓") : this.colour(31, "✗");
    const room = Math.max(10, this.stream.columns - 26);
    const text = exit === 0 ? detail.slice(0, room) : "";
    return ` ${sign} ${action.padEnd(9)} ${text.padEnd(Math.min(40, room))} ${duration(time).padStart(7)}`.trimEnd();
  }

  private turn(action: string): void {
    this.started = performance.now();
    let frame = 0;
    const draw = (): void => {
      const seconds = Math.floor((performance.now() - this.started) / 1000);
      const waited = seconds > 0 ? ` ${seconds} s` : "";
      this.stream.write(`\r\u001b[K ${frames[frame++ % frames.length]} ${action}${waited}`);
    };
    this.timer = setInterval(draw, 100);
    draw();
  }

  private rest(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.stream.write("\r\u001b[K");
  }

  /** A line while a step is at work; the step is drawn again at its next turn. */
  private between(text: string): void {
    if (this.timer !== undefined) this.stream.write("\r\u001b[K");
    this.line(text);
  }

  private line(text: string): void {
    this.stream.write(`${text}\n`);
  }

  private colour(code: number, text: string): string {
    return this.stream.wantsColour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
