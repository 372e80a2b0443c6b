import type { Answer, Checker, Judge, Trial } from "./checker.ts";
import { byNamedLines, byStatus } from "./judges.ts";
import { patternTables } from "./pattern-tables.ts";
import type { Stage } from "./stage.ts";

const tree = "/etc/postfix";
const mains = [`${tree}/main.cf`, `${tree}/master.cf`];

/** Where `postfix check` finds main.cf and master.cf, with folders of its own in place of the queue. */
const queueless = "/postfix-check";

/** Warnings that Postfix goes on with, and that are a slip of the pen all the same. */
const slips = /: (?:(?:unused|undefined|unknown) parameter: |logical line must not start with whitespace)/;

export const postfix: Checker = {
  daemon: "postfix",
  title: "postfix check",
  programs: ["postmap", "postconf", "postfix"],
  tree,
  main: "main.cf",
  trials: (stage) => {
    const folder = stage.path(tree);
    // Each program of Postfix reads all common parameters first and ends at one that is not valid.
    const valid: Trial = {
      argv: [stage.program("postmap"), "-c", folder, "-q", "any", "static:any"],
      judge: byStatus(),
    };
    // With a change of tables alone the rest, which takes fifty times as long, would say what it said before.
    if (!mains.some((path) => isPlanned(stage, path))) return [valid, ...patternTrials(stage)];
    return [
      valid,
      { argv: [stage.program("postconf"), "-c", folder, "-n"], judge: parameters },
      { argv: [stage.program("postconf"), "-c", folder, "-M"], judge: parameters },
      ...patternTrials(stage),
      wholeCheck(stage),
    ];
  },
};

function isPlanned(stage: Stage, path: string): boolean {
  return stage.planned.some(({ rendered }) => rendered.path === path);
}

/** A parameter that was set twice holds the later value: a site's fragment may override a shipped one so. */
const parameters: Judge = byNamedLines({
  counts: (line) => slips.test(line),
  warning: (line) => line.includes(" warning: "),
});

/** The tables that are planned, and all that a planned main.cf or master.cf names. */
function patternTrials(stage: Stage): Trial[] {
  const tables = patternTables(stage, mains).filter(({ target }) =>
    [target, ...mains].some((path) => isPlanned(stage, path)),
  );
  return tables.map(({ type, path, target }) => ({
    argv: [stage.program("postmap"), "-c", stage.path(tree), "-q", "any", `${type}:${path}`],
    judge: byNamedLines({
      counts: (line) => line.includes(target),
      warning: (line) => line.includes(target),
      // Status 1 is that of a key that is not in the table.
      ended: (answer) => !isFatal(answer),
    }),
  }));
}

const isFatal = ({ outcome }: Answer): boolean => outcome.exit > 1 || outcome.stderr.includes(" fatal: ");

/**
 * `postfix check` makes folders of the queue that are missing, moves misnamed queue files, and says all that it has
 * to say to the log alone. So it gets an empty queue and a log in the stage, and no reason to touch the real ones.
 */
function wholeCheck(stage: Stage): Trial {
  const own = {
    // postsuper(1) reads it as the user postfix, from within.
    queue_directory: stage.makeFolder(`${queueless}/queue`, 0o755),
    data_directory: stage.makeFolder(`${queueless}/data`),
    maillog_file: stage.path(`${queueless}/log`),
    maillog_file_prefixes: stage.path(queueless),
  };
  const lines = Object.entries(own).map(([name, value]) => `${name} = ${value}\n`);
  stage.write(`${queueless}/main.cf`, `${stage.text(`${tree}/main.cf`) ?? ""}\n${lines.join("")}`);
  const services = stage.text(`${tree}/master.cf`);
  // With a log file of its own Postfix asks for this service.
  const log = "postlog unix-dgram n - n - 1 postlogd\n";
  if (services !== undefined) stage.write(`${queueless}/master.cf`, `${services}\n${log}`);
  stage.standsFor(queueless, tree);
  return {
    argv: [stage.program("postfix"), "-c", stage.path(queueless), "check"],
    log: `${queueless}/log`,
    judge: byStatus({ tidy: withoutWarnings }),
  };
}

/** Without the log's times, and without what the other programs say better or what is about the stage itself. */
function withoutWarnings(lines: readonly string[]): string[] {
  const words = lines.map((line) => line.replace(/^\w{3} [ \d]\d [\d:]{8} \S+ ([\w/-]+)\[\d+\]: /, "$1: "));
  return words.filter((line) => !line.includes(" warning: "));
}
