import type { Outcome } from "../../system/system.ts";
import type { RenderedFile } from "../../template/render.ts";
import type { Stage } from "./stage.ts";

/** How a daemon judges a configuration that is not in force. */
export interface Checker {
  /** Who judges; the template of a file names it in `check`. */
  readonly daemon: string;
  /** What it is called in messages: `rspamd configtest`. */
  readonly title: string;
  /** Programs that must all be there, or nothing is judged. */
  readonly programs: readonly string[];
  /** The folder that holds its whole configuration; without one each file is judged by itself. */
  readonly tree?: string;
  /** A file of the tree without which there is nothing to judge. */
  readonly main?: string;
  /** Which planned files make it judge; where not given, those whose template names the daemon. */
  readonly judges?: (file: RenderedFile) => boolean;
  /** What its words call a planned file, beside its path. */
  readonly names?: (file: RenderedFile) => readonly string[];
  /** What it writes while it judges, a folder with a slash at its end: that leads into the stage as well. */
  readonly writes?: readonly string[];
  /** What is run to judge what is staged, side by side. */
  readonly trials: (stage: Stage) => readonly Trial[];
}

/** One run of a program over what is staged. */
export interface Trial {
  readonly argv: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  /** The one file that it looks at: words without a path speak of it. */
  readonly about?: RenderedFile;
  /** A staged path to which it writes further words. */
  readonly log?: string;
  /** Its standard output holds secrets, and is not shown. */
  readonly isSecretive?: boolean;
  readonly judge: Judge;
}

/** What a program said. */
export interface Answer {
  readonly outcome: Outcome;
  /** Its words: standard error and its log, or else standard output; with live paths. */
  readonly lines: readonly string[];
  /** Whether a line is about a planned file. */
  readonly names: (line: string) => boolean;
}

/** How an answer is read. */
export interface Judgement {
  readonly refused: boolean;
  /** The words to show with a refusal. */
  readonly words: readonly string[];
  /** What does not refuse, and is told. */
  readonly warnings: readonly string[];
  /** Why it could not judge. */
  readonly unable?: string;
}

export type Judge = (answer: Answer) => Judgement;

/** Whether a planned file makes the checker judge. */
export function makesJudge(checker: Checker, file: RenderedFile): boolean {
  return checker.judges?.(file) ?? file.metadata.check === checker.daemon;
}
