import { MailwrightError } from "../errors.ts";
import type { Clock } from "../system/system.ts";
import type { Concealer } from "./conceal.ts";
import type { ProgressSink } from "./progress.ts";

/** Tells of the steps of one event as they begin and end. */
export class Steps {
  private step = 0;

  private readonly event: string;
  private readonly total: number;
  private readonly clock: Clock;
  private readonly concealer: Concealer;
  private readonly report: ProgressSink;
  private readonly interrupted: () => Promise<string | undefined>;

  /**
   * `total` is how many steps there will be. What is told goes through `concealer`. `interrupted` names the signal
   * after which no step shall begin.
   */
  constructor(
    {
      event,
      args,
      total,
    }: { readonly event: string; readonly args: readonly string[]; readonly total: number },
    {
      clock,
      concealer,
      report,
      interrupted,
    }: {
      readonly clock: Clock;
      readonly concealer: Concealer;
      readonly report: ProgressSink;
      readonly interrupted: () => Promise<string | undefined>;
    },
  ) {
    this.event = event;
    this.total = total;
    this.clock = clock;
    this.concealer = concealer;
    this.report = report;
    this.interrupted = interrupted;
    report({ kind: "begin", event, args, steps: total });
  }

  /** Runs one step; a failure is told of and passed on. A step that repairs is not to be held up by a signal. */
  async run<T>(
    action: string,
    work: () => Promise<{ readonly value: T; readonly detail: string }>,
    { repairs = false } = {},
  ): Promise<T> {
    const { event, clock, report } = this;
    const signal = repairs ? undefined : await this.interrupted();
    if (signal !== undefined) throw interruption(`interrupted (${signal}) before the step ${action}`);
    const step = ++this.step;
    const start = clock.ticks();
    report({ kind: "running", event, action, step });
    const done = (exit: number, detail: string): void => {
      const time = (clock.ticks() - start) / 1000;
      report({
        kind: "done",
        event,
        action,
        step,
        exit,
        time,
        progress: Math.min(1, step / this.total),
        detail,
      });
    };
    try {
      const { value, detail } = await work();
      // What a repair tells has the words of daemons in it; other steps count and name.
      done(0, repairs ? this.concealer.text(detail) : detail);
      return value;
    } catch (cause) {
      const error = this.concealer.error(cause);
      done(
        error instanceof MailwrightError ? error.exit : 70,
        error instanceof Error ? error.message : String(error),
      );
      throw error;
    }
  }

  notice(text: string): void {
    this.report({ kind: "notice", event: this.event, text: this.concealer.text(text) });
  }

  output(action: string, line: string): void {
    this.report({ kind: "output", event: this.event, action, line: this.concealer.text(line) });
  }

  end(status: "success" | "failed"): void {
    this.report({ kind: "end", event: this.event, status });
  }
}

/** The code of what a signal ended, as `Processes.run` throws it too. */
const interruptedCode = "INTERRUPTED";

function interruption(message: string): MailwrightError {
  return new MailwrightError(message, { code: interruptedCode });
}

export function isInterrupted(error: unknown): error is MailwrightError {
  return error instanceof MailwrightError && error.code === interruptedCode;
}

/** The same, with what became of the files. */
export function toldInterruption(cause: MailwrightError, isWritten: boolean): MailwrightError {
  const hint = isWritten
    ? "The files are written; what services still need is remembered. mailwright apply, or the event again, does it."
    : "Nothing was touched.";
  return new MailwrightError(cause.message, { code: cause.code, hint, cause });
}
