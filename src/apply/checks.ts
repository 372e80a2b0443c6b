import { dirname, join } from "node:path";
import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { Paths } from "../paths.ts";
import type { System } from "../system/system.ts";
import type { PlannedFile } from "./plan.ts";

/** How a daemon judges a configuration that is not in force. */
export interface Checker {
  readonly daemon: string;
  /** What it is called in messages: `rspamd configtest`. */
  readonly title: string;
  readonly program: string;
  /** The folder that holds its whole configuration. */
  readonly tree: string;
  /** A file without which there is nothing to judge. */
  readonly main: string;
  argv(program: string, stage: string): [string, ...string[]];
  /** What it says when it refuses and ends with status 0 all the same. */
  readonly complaint?: RegExp;
}

export const checkers: readonly Checker[] = [
  {
    daemon: "rspamd",
    title: "rspamd configtest",
    program: "rspamadm",
    tree: "/etc/rspamd",
    main: "rspamd.conf",
    argv: (program, stage) => [
      program,
      `--var=CONFDIR=${stage}`,
      `--var=LOCAL_CONFDIR=${stage}`,
      "configtest",
      "-c",
      join(stage, "rspamd.conf"),
    ],
    complaint: /\b(?:load|init) of .* failed: /,
  },
  {
    daemon: "postfix",
    // Each program of Postfix reads all parameters first and ends at one that is not valid. `postfix check` looks over
    // the folders of the queue as well, and says what it has against them in the log alone.
    title: "postfix parameters",
    program: "postmap",
    tree: "/etc/postfix",
    main: "main.cf",
    argv: (program, stage) => [program, "-c", stage, "-q", "any", "static:any"],
  },
  {
    daemon: "dovecot",
    title: "doveconf",
    program: "doveconf",
    tree: "/etc/dovecot",
    main: "dovecot.conf",
    argv: (program, stage) => [program, "-c", join(stage, "dovecot.conf"), "-n"],
  },
];

/** Milliseconds since the last change after which Postfix believes that a file is whole; before, it waits. */
const settled = 10_000;

/** Milliseconds that a daemon may think about its configuration. */
const timeout = 60_000;

/** What one check came to; a daemon that is not there cannot judge, and that is said. */
export type Verdict =
  | { readonly checker: Checker; readonly passed: true; readonly seconds: number }
  | { readonly checker: Checker; readonly skipped: string };

/**
 * Lets each daemon with changed files judge its whole tree with the planned files laid over it, in a private
 * folder. Throws, with the daemon's words, when one refuses; nothing has been touched then.
 */
export async function checkFiles(
  system: System,
  paths: Paths,
  changed: readonly PlannedFile[],
): Promise<Verdict[]> {
  const due = checkers.filter(({ daemon }) =>
    changed.some(({ rendered }) => rendered.metadata.check === daemon),
  );
  return Promise.all(due.map((checker) => checkOne(system, paths, checker, changed)));
}

async function checkOne(
  system: System,
  paths: Paths,
  checker: Checker,
  changed: readonly PlannedFile[],
): Promise<Verdict> {
  const program = system.processes.find(checker.program);
  if (program === undefined) return { checker, skipped: `${checker.program} is not installed` };
  const live = paths.target(checker.tree);
  const isPlanned = changed.some(({ rendered }) => rendered.path === `${checker.tree}/${checker.main}`);
  if (!isPlanned && system.files.status(join(live, checker.main)) === undefined) {
    return { checker, skipped: `${join(live, checker.main)} does not exist` };
  }
  const stage = system.files.makeTemporaryFolder();
  try {
    const start = system.clock.ticks();
    layOver(system, live, stage, checker.tree, changed);
    const outcome = await system.processes.inspect(checker.argv(program, stage), { timeout });
    const words = outcome.timedOut ? "it took too long" : outcome.stderr || outcome.stdout;
    const complains = checker.complaint?.test(`${outcome.stdout}${outcome.stderr}`) === true;
    if (outcome.exit !== 0 || outcome.timedOut || complains) throw refusal(checker, words, stage, changed);
    return { checker, passed: true, seconds: (system.clock.ticks() - start) / 1000 };
  } finally {
    system.files.removeFolder(stage);
  }
}

function layOver(
  system: System,
  live: string,
  stage: string,
  tree: string,
  changed: readonly PlannedFile[],
): void {
  if (system.files.status(live) !== undefined) system.files.copyFolder(live, stage, () => false);
  for (const { rendered, bytes } of changed) {
    if (!rendered.path.startsWith(`${tree}/`)) continue;
    const staged = join(stage, rendered.path.slice(tree.length));
    if (bytes === undefined) system.files.remove(staged);
    else {
      system.files.makeFolder(dirname(staged), 0o700);
      system.files.write(staged, bytes, { mode: 0o600 });
      system.files.setModified(staged, system.clock.now() - settled);
    }
  }
}

/** The daemon's words, with the live path in place of the staged one, and the fragment behind a named line. */
function refusal(
  checker: Checker,
  words: string,
  stage: string,
  changed: readonly PlannedFile[],
): MailwrightError {
  const said = words.replaceAll(stage, checker.tree).trim().split("\n").slice(-8);
  const files = changed.filter(({ rendered }) => rendered.metadata.check === checker.daemon);
  const behind = files.flatMap(({ rendered }) => {
    const at = said.findIndex((line) => line.includes(rendered.path));
    const number = Number(/line:? (\d+)/i.exec(said.slice(Math.max(at, 0)).join("\n"))?.[1]);
    const origin = at < 0 ? undefined : rendered.lines[number - 1];
    if (origin === undefined) return [];
    const uses = origin.uses.map((use) => use.source).join(", ");
    return [`line ${number} is from ${origin.fragment}:${origin.line}${uses && ` and uses ${uses}`}`];
  });
  return new MailwrightError(`${checker.daemon} refuses the new configuration`, {
    code: "CHECK_FAILED",
    hint: [...said, ...behind, "Nothing was touched."].join("\n"),
    exit: ExitCode.invalidConfiguration,
  });
}
