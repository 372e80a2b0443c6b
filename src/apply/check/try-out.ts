import type { Outcome } from "../../system/system.ts";
import type { Checker, Judgement, Trial } from "./checker.ts";
import { type NamedFile, namesAny, type Place, placesIn } from "./places.ts";
import { tooSlow } from "./refusal.ts";
import type { Stage } from "./stage.ts";

/** Milliseconds that one program may think about a configuration. */
const timeout = 60_000;

/** What one program found, and the lines of planned files that its words point at. */
export interface Finding extends Judgement {
  readonly places: readonly Place[];
}

/** Runs one program over the stage, in which these planned files are laid. Throws where it does not come to an end. */
export async function tryOut(
  stage: Stage,
  { daemon, title }: Checker,
  trial: Trial,
  files: readonly NamedFile[],
): Promise<Finding> {
  const { argv, environment, about, judge } = trial;
  const options = { timeout, ...(environment && { environment }) };
  const outcome = await stage.system.processes.inspect(argv, options);
  const lines = wordsOf(stage, trial, outcome);
  if (outcome.timedOut) throw tooSlow(daemon, title, lines, timeout);
  const judgement = judge({ outcome, lines, names: (line) => namesAny(line, files) });
  return { ...judgement, places: judgement.refused ? placesIn(judgement.words, files, about) : [] };
}

function wordsOf(stage: Stage, { log, isSecretive }: Trial, { stdout, stderr }: Outcome): string[] {
  const logged = log === undefined ? "" : (stage.text(log) ?? "");
  const words = `${stderr}\n${logged}`;
  const shown = words.trim() === "" && isSecretive !== true ? stdout : words;
  return stage
    .lives(shown)
    .split("\n")
    .filter((line) => line.trim() !== "");
}
