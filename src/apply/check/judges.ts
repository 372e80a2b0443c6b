import type { Answer, Judge } from "./checker.ts";

/** How the answers of most programs are read. */
interface Reading {
  /** Words that refuse, though the program ends with status 0. */
  readonly complaint?: RegExp;
  /** Lines that are told when it does not refuse. */
  readonly warning?: RegExp;
  /** Makes the words fit to be shown. */
  readonly tidy?: (lines: readonly string[]) => readonly string[];
}

/** Refuses by the exit status, or by a complaint. */
export function byStatus({ complaint, warning, tidy = (lines) => lines }: Reading = {}): Judge {
  return ({ outcome, lines }) => {
    const complains =
      complaint !== undefined && `${outcome.stdout}\n${outcome.stderr}`.search(complaint) >= 0;
    const words = unique(tidy(lines));
    const warnings = warning === undefined ? [] : words.filter((line) => warning.test(line));
    return { refused: outcome.exit !== 0 || complains, words, warnings };
  };
}

/** How the answers of programs are read that call much a warning and end with status 0. */
interface NamedReading {
  /** Lines that refuse where they are about a planned file. */
  readonly counts: (line: string, answer: Answer) => boolean;
  /** Lines that are told; those that count and are about no planned file as well. */
  readonly warning: (line: string, answer: Answer) => boolean;
  /** Whether it ended as it does when it has judged; where not given, with status 0. */
  readonly ended?: (answer: Answer) => boolean;
}

/** Refuses where a line that counts is about a planned file, and where the program did not end as it should. */
export function byNamedLines({ counts, warning, ended = isWell }: NamedReading): Judge {
  return (answer) => {
    const lines = unique(answer.lines);
    const against = lines.filter((line) => counts(line, answer) && answer.names(line));
    const hasEnded = ended(answer);
    return {
      refused: against.length > 0 || !hasEnded,
      words: hasEnded ? against : lines,
      warnings: lines.filter((line) => warning(line, answer) && !against.includes(line)),
    };
  };
}

const isWell = ({ outcome }: Answer): boolean => outcome.exit === 0;

/** Each line once, whatever program of the daemon said it. */
export function unique(lines: readonly string[]): string[] {
  const said = new Map<string, string>();
  for (const line of lines) {
    const text = line.replace(/^[\w/-]+: (?=(?:warning|fatal|error): )/, "");
    if (!said.has(text)) said.set(text, line);
  }
  return [...said.values()];
}
