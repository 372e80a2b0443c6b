import type { Asker } from "../commands/context.ts";

/** Where a process writes to. */
export interface OutputStream {
  write(text: string | Uint8Array): void;
  /** Whether nobody reads any more: what is written is lost. */
  readonly isGone?: boolean;
  readonly isTerminal: boolean;
  /** Columns; 80 where it is no terminal. */
  readonly columns: number;
  /** Whether colour is wanted here: a terminal, and no NO_COLOR (no-color.org) or TERM=dumb. */
  readonly wantsColour: boolean;
}

export interface Terminal {
  readonly output: OutputStream;
  readonly error: OutputStream;
  /** Absent where standard input or standard error is no terminal: then nobody can be asked. */
  readonly asker?: Asker | undefined;
}
