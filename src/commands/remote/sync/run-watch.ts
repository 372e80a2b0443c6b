import { MailwrightError } from "../../../errors.ts";
import type { Clock } from "../../../system/system.ts";
import { stoppedByHand } from "./notes.ts";

/** Milliseconds between two looks. */
const pause = 250;

/** Why a run is to end; asked again and again while it is at work. */
export type Reason = () => MailwrightError | undefined | Promise<MailwrightError | undefined>;

export interface Watch {
  /** Aborted with the reason, a `MailwrightError`, for which the run is to end. */
  readonly signal: AbortSignal;
  /** The run is over. */
  end(): void;
}

/** Looks for a reason to end a run, from now until its end. */
export function watchRun(reasons: readonly Reason[]): Watch {
  const controller = new AbortController();
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      for (const reason of reasons) {
        const found = await reason();
        if (found !== undefined) controller.abort(found);
      }
    } catch (error) {
      controller.abort(error);
    }
    isLooking = false;
  };
  const timer = setInterval(() => void look(), pause);
  return { signal: controller.signal, end: () => clearInterval(timer) };
}

/** A run that somebody has asked to stop. */
export function stopped(): MailwrightError {
  return new MailwrightError(stoppedByHand, {
    code: "STOPPED",
    hint: "Run it again: it goes on from here.",
  });
}

/** A run may take so many hours, from now. */
export function within(hours: number, clock: Clock): Reason {
  const limit = clock.ticks() + hours * 3_600_000;
  return () => {
    if (clock.ticks() < limit) return undefined;
    return new MailwrightError(`it was not done within ${hours} h`, {
      code: "SYNC",
      hint: "The timer goes on from here.",
    });
  };
}
