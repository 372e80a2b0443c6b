import type { ExitCode } from "../exit-codes.ts";
import type { Style } from "../format/style.ts";
import type { CommandContext } from "./context.ts";

/** What a command came to. It has printed nothing; the command line does, by what is given here. */
export interface Result {
  readonly exit: ExitCode;
  /** For standard output, exactly as it is. */
  readonly text?: string | Uint8Array;
  /** For people, where there is no `text`. */
  readonly view?: (style: Style) => string;
  /** For `--json`. */
  readonly data?: unknown;
  /** For standard error, a line each. */
  readonly notices?: readonly string[];
  /** What is printed after that, as it comes, for as long as somebody reads it. */
  readonly lines?: (screen: () => Screen | undefined) => AsyncIterable<string>;
  /** They tell of work, which goes on to its end though nobody reads them any more. */
  readonly goesOn?: true;
}

/** The terminal that is looked at; there is none where standard output is a file or a pipe. */
export interface Screen {
  readonly columns: number;
  /** Whether its character set has more than ASCII. */
  readonly unicode: boolean;
}

/** An option that stands before the arguments. */
export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What its value is called; an option without one is a switch. */
  readonly value?: string;
  /** All values that are accepted, where they are few. */
  readonly words?: readonly string[];
  /** Whether its value may not be empty or blank, as an unset variable of a shell is, for that would mean something else. */
  readonly isFilled?: true;
  readonly summary: string;
}

/** What may stand at a place of the command line, for completion. */
export type Argument =
  | "key"
  | "property"
  | "value"
  | "type"
  | "pairs"
  | "event"
  | "template"
  | "database"
  | "file"
  | "revision"
  | "user"
  | "group"
  | "address"
  | "domain"
  | "relay"
  | "connector"
  | "sync"
  | "mailbox"
  | "queue-id"
  | "rule-kind"
  | "rule"
  | "held"
  | "idle-selector"
  | "text";

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** Every option with a value or without, as often and in the order in which it was given; a switch has the value "". */
export type GivenOptions = readonly (readonly [name: string, value: string])[];

/** What help, manual pages and completions need to know of a command. */
export interface CommandInfo {
  readonly name: string;
  /** The arguments as a synopsis: `KEY [PROPERTY]`. */
  readonly synopsis: string;
  readonly summary: string;
  /** Paragraphs for the manual page. */
  readonly description: readonly string[];
  readonly options: readonly Option[];
  /** For completion; the last one repeats where the synopsis says so. */
  readonly arguments: readonly Argument[];
  /** How many arguments are accepted. */
  readonly count: readonly [least: number, most: number];
  /** Whole command lines that work as they stand, with what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
}

/** A command is what is known of it and how its handler is loaded. */
export interface Command extends CommandInfo {
  /** Whether it applies settings, so that its steps are shown, or printed with `--json`, and logged. */
  readonly reports?: true;
  /** Whether it is there for scripts of events, and not in the list for people. */
  readonly isForEvents?: true;
  /** Whether options may stand behind arguments too; of the other commands arguments are taken as they stand. */
  readonly takesOptionsAnywhere?: true;
  /** Whether it asks or changes daemons that run, so that it is refused below another root, where none do. */
  readonly isLive?: true;
  /** The commands among which the first argument chooses; the handler answers where it names none of them. */
  readonly verbs?: readonly Command[];
  /** The name of the verb that may be left out before a name. */
  readonly bare?: string;
  load(): Handler | Promise<Handler>;
}

export type Handler = (
  context: CommandContext,
  args: readonly string[],
  options: OptionValues,
  given: GivenOptions,
) => Result | Promise<Result>;
