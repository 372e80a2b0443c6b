import type { MailwrightError } from "../../errors.ts";
import type { Paths } from "../../paths.ts";
import type { System } from "../../system/system.ts";
import type { PlannedFile } from "../plan.ts";
import { type Checker, makesJudge } from "./checker.ts";
import { checkers } from "./checkers.ts";
import { unique } from "./judges.ts";
import { layOver } from "./lay-over.ts";
import { inParallel } from "./parallel.ts";
import { refusal } from "./refusal.ts";
import { Stage } from "./stage.ts";
import { type Finding, tryOut } from "./try-out.ts";

/** Programs of one checker that run side by side. */
const atOnce = 4;

/** What one check came to; a daemon that is not there cannot judge, and that is said. */
export type Verdict =
  | {
      readonly checker: Checker;
      readonly passed: true;
      readonly seconds: number;
      /** What the daemon has against the configuration without refusing it. */
      readonly warnings?: readonly string[];
    }
  | { readonly checker: Checker; readonly skipped: string };

/**
 * Lets each daemon with changed files judge its whole configuration with the planned files laid over it, in private
 * folders that are gone at the end, all daemons side by side. Throws when one refuses; nothing has been touched then.
 */
export async function checkFiles(
  system: System,
  paths: Paths,
  changed: readonly PlannedFile[],
): Promise<Verdict[]> {
  const due = checkers.filter((checker) => changed.some(({ rendered }) => makesJudge(checker, rendered)));
  const tasks = due.map((checker) => () => check(system, paths, checker, changed));
  return inParallel(due.length, tasks);
}

async function check(
  system: System,
  paths: Paths,
  checker: Checker,
  changed: readonly PlannedFile[],
): Promise<Verdict> {
  const skipped = whyNot(system, paths, checker, changed);
  if (skipped !== undefined) return { checker, skipped };
  const start = system.clock.ticks();
  const isJudged = ({ rendered }: PlannedFile): boolean =>
    makesJudge(checker, rendered) ||
    (checker.tree !== undefined && rendered.path.startsWith(`${checker.tree}/`));
  const stage = new Stage(system, paths, changed.filter(isJudged));
  try {
    const files = layOver(stage, checker, changed);
    const trials = checker.trials(stage).map((trial) => () => tryOut(stage, checker, trial, files));
    const findings = await inParallel(atOnce, trials);
    const unable = findings.find((finding) => finding.unable !== undefined)?.unable;
    if (unable !== undefined) return { checker, skipped: unable };
    const against = findings.filter(({ refused }) => refused);
    if (against.length > 0) throw refusalOf(checker, against);
    const warnings = unique(findings.flatMap((finding) => finding.warnings));
    const seconds = (system.clock.ticks() - start) / 1000;
    return { checker, passed: true, seconds, ...(warnings.length > 0 && { warnings }) };
  } finally {
    stage.remove();
  }
}

/** Why a checker cannot judge at all. */
function whyNot(
  system: System,
  paths: Paths,
  { programs, tree, main }: Checker,
  changed: readonly PlannedFile[],
): string | undefined {
  const absent = programs.find((program) => system.processes.find(program) === undefined);
  if (absent !== undefined) return `${absent} is not installed`;
  if (tree === undefined || main === undefined) return undefined;
  const path = `${tree}/${main}`;
  const planned = changed.find(({ rendered }) => rendered.path === path);
  const live = paths.target(path);
  const isThere =
    planned === undefined ? system.files.status(live) !== undefined : planned.bytes !== undefined;
  return isThere ? undefined : `${live} does not exist`;
}

function refusalOf({ daemon, title }: Checker, findings: readonly Finding[]): MailwrightError {
  const words = unique(findings.flatMap((finding) => finding.words));
  const places = findings.flatMap((finding) => finding.places);
  return refusal(daemon, words.length > 0 ? words : [`${title} gives no reason.`], places);
}
