import type { Progress } from "../apply/progress.ts";
import { harmless } from "../format/harmless.ts";
import { duration } from "../format/times.ts";
import { wrap } from "../format/wrap.ts";
import type { OutputStream } from "./terminal.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** Fewer columns of a detail, or of a name, say nothing. */
const leastDetail = 8;
const leastName = 6;

/** Where the text of a notice begins. */
const noticeIndent = 5;

const shortened = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, room - 1)}…`;

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
        return this.between(
          `   ${this.colour(33, "!")} ${wrap(harmless(progress.text), this.stream.columns, noticeIndent)}`,
        );
      case "output":
        return this.between(`     ${this.colour(2, harmless(progress.line))}`);
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
    const took = duration(time).padStart(7);
    const name = action.padEnd(9);
    // " ✓ ", the name, a blank, the detail, a blank, the time; what does not fit is left away, the time never.
    const room = Math.min(40, this.stream.columns - 3 - name.length - 1 - 1 - took.length);
    if (room < leastDetail) {
      const left = Math.max(leastName, this.stream.columns - 3 - took.length);
      return ` ${sign} ${shortened(action, left).padEnd(left)}${took}`;
    }
    const text = exit === 0 ? shortened(detail, room) : "";
    return ` ${sign} ${name} ${text.padEnd(room)} ${took}`;
  }

  private turn(action: string): void {
    this.started = performance.now();
    let frame = 0;
    const draw = (): void => {
      const seconds = Math.floor((performance.now() - this.started) / 1000);
      const waited = seconds > 0 ? ` ${seconds} s` : "";
      // A line that wraps could not be taken back.
      const text = shortened(`${action}${waited}`, Math.max(leastName, this.stream.columns - 4));
      this.stream.write(`\r\u001b[K ${frames[frame++ % frames.length]} ${text}`);
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
