/** A job of a table of the system, `MIN HOUR DAY MONTH WEEKDAY USER COMMAND` or `@WORD USER COMMAND`. */
export interface CronJob {
  /** Counted from 1. */
  readonly line: number;
  /** Empty where the line ends before it. */
  readonly user: string;
  readonly command: string;
}

/** What stands on the lines that are neither comments nor variables: cron's load_env() and load_entry(). */
function jobLines(text: string): { readonly line: number; readonly fields: readonly string[] }[] {
  return text.split("\n").flatMap((row, index) => {
    const isVariable = /^\s*(?:"[^"]*"|'[^']*'|[^\s=]+)\s*=/.test(row);
    const isJob = /^\s*[^\s#]/.test(row) && !isVariable;
    return isJob ? [{ line: index + 1, fields: row.trim().split(/\s+/) }] : [];
  });
}

/** The jobs of a table; of a line that ends too early what there is. */
export function cronJobs(text: string): CronJob[] {
  return jobLines(text)
    .filter(({ fields }) => fields.length >= timesOf(fields))
    .map(({ line, fields }) => {
      const [user = "", ...command] = fields.slice(timesOf(fields));
      return { line, user, command: command.join(" ") };
    });
}

/**
 * The line that crontab(1) means. It names the line before the one that it has not read to its end, and the line
 * itself where that ends in or before the field at fault.
 */
export function reportedLine(text: string, number: number): number {
  const named = jobLines(text).find(({ line }) => line === number);
  return named !== undefined && named.fields.length <= timesOf(named.fields) ? number : number + 1;
}

const timesOf = ([first = ""]: readonly string[]): number => (first.startsWith("@") ? 1 : 5);
