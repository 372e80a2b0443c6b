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
  return {
    good: chalk.green,
    bad: chalk.red,
    changed: chalk.yellow,
    faint: chalk.dim,
    strong: chalk.bold,
    width,
    isTerminal,
    isUtc,
  };
}
