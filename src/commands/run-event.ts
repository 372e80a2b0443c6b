import { ExitCode } from "../exit-codes.ts";
import { applyEvent } from "./apply-event.ts";
import type { OptionValues, Result } from "./command.ts";
import type { CommandContext } from "./context.ts";
import type { EventRun } from "./event-run.ts";
import { locked } from "./locked.ts";

/** Signals the event: what it makes is written, and services are adjusted. */
export function runEvent(context: CommandContext, run: EventRun, options: OptionValues): Promise<Result> {
  return locked(context, options, `signal-event ${run.event.name}`, async (author) => {
    await applyEvent(context, run, options, author);
    return { exit: ExitCode.done };
  });
}
