import { basename } from "node:path/posix";
import type { Answer, Checker } from "./checker.ts";
import type { Stage } from "./stage.ts";

const tree = "/etc/rspamd";

/** A module's or a plugin's own file cannot be loaded; Rspamd goes on without it, and ends with status 0. */
const complaint = /\b(?:load|init) of .* failed: /;

/** What a section or a module says of a setting that it does not take; it goes on without. */
const doubt = /^(?:invalid config for (?<module>[\w-]+): |unknown element in (?<section>[\w-]+) section: )/;

/** What it says of lists that are not there and of servers that it looks up, whatever it judges. */
const chatter = /^(?:address resolution for .* failed: |cannot read servers definition$)/;

const otherDoubts = /^(?:cannot add rule|Couldnt create expression|cannot register )/;

export const rspamd: Checker = {
  daemon: "rspamd",
  title: "rspamd configtest",
  programs: ["rspamadm"],
  tree,
  main: "rspamd.conf",
  trials: (stage) => [
    {
      argv: [
        stage.program("rspamadm"),
        `--var=CONFDIR=${stage.path(tree)}`,
        `--var=LOCAL_CONFDIR=${stage.path(tree)}`,
        "configtest",
        "-c",
        stage.path(`${tree}/rspamd.conf`),
      ],
      judge: (answer) => judge(stage, answer),
    },
  ],
};

/** Refuses by status, by complaint, and by a doubt about a section or module whose file is planned. */
function judge(stage: Stage, { outcome, lines }: Answer) {
  const own = new Set(stage.planned.map(({ rendered }) => basename(rendered.path)));
  const isOwn = (line: string): boolean => {
    const { module, section } = doubt.exec(line)?.groups ?? {};
    return own.has(`${module ?? section}.conf`);
  };
  const refused =
    outcome.exit !== 0 || complaint.test(`${outcome.stdout}\n${outcome.stderr}`) || lines.some(isOwn);
  const words = lines.filter((line) => !chatter.test(line));
  const warnings = words.filter((line) => doubt.test(line) || otherDoubts.test(line));
  return { refused, words, warnings };
}
