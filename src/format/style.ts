/** How text for people looks: colour marks good, bad and changed, and is never the only sign. */
export interface Style {
  good(text: string): string;
  bad(text: string): string;
  changed(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether somebody looks at it now. */
  readonly isTerminal: boolean;
  /** Whether times are in UTC, and not local. */
  readonly isUtc: boolean;
}

const same = (text: string): string => text;

/** For pipes, files and terminals that want no colour. */
export function plainStyle(width: number, isTerminal = false, isUtc = false): Style {
  return { good: same, bad: same, changed: same, faint: same, strong: same, width, isTerminal, isUtc };
}

export async function colourStyle(width: number, isTerminal: boolean, isUtc: boolean): Promise<Style> {
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 1 });
  // Of one argument each: chalk joins all that it is given, and map() gives three.
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.red(text),
    changed: (text) => chalk.yellow(text),
    faint: (text) => chalk.dim(text),
    strong: (text) => chalk.bold(text),
    width,
    isTerminal,
    isUtc,
  };
}
