import { setImmediate as turn } from "node:timers/promises";

/** Signals that ask this process to end. */
export interface Interrupts {
  /** The first one that came, or none yet; one that came while this process was busy is seen. */
  pending(): Promise<"SIGINT" | "SIGTERM" | undefined>;
  /** Whether the terminal is gone: nothing that is printed is read any more. */
  hungUp(): boolean;
  /** From now on signals act as before. */
  stop(): void;
}

/**
 * From now until `stop` this process does not die of SIGINT, SIGTERM or SIGHUP: whoever does what must not stop
 * half-way asks between two steps. A lost terminal is no wish to end.
 */
export function watchInterrupts(): Interrupts {
  let first: "SIGINT" | "SIGTERM" | undefined;
  let isHungUp = false;
  const handlers = {
    SIGINT: () => {
      first ??= "SIGINT";
    },
    SIGTERM: () => {
      first ??= "SIGTERM";
    },
    SIGHUP: () => {
      isHungUp = true;
    },
  };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return {
    pending: async () => {
      // A handler is called in a turn of the event loop after the one that fetches the signal.
      await turn();
      await turn();
      return first;
    },
    hungUp: () => isHungUp,
    stop: () => {
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
    },
  };
}
