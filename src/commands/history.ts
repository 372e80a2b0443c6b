import { ExitCode } from "../exit-codes.ts";
import type { Style } from "../format/style.ts";
import { columns } from "../format/table.ts";
import { dateTime } from "../format/times.ts";
import { colourDiff } from "../format/unified-diff.ts";
import type { Handler } from "./command.ts";
import { parseRevision, type Revision, revisionsAfter } from "./revisions.ts";
import { transition } from "./verbs/transition.ts";

/** All revisions, newest first: changes of settings, and applies with what became of them. */
export const history: Handler = async (context) => {
  const revisions = (await revisionsAfter(context, 0)).reverse();
  return {
    exit: ExitCode.done,
    data: revisions.map(jsonOf),
    view: (style) =>
      revisions.length === 0
        ? "Nothing was changed or applied yet.\n"
        : columns(revisions.flatMap((revision) => rows(revision, style))),
  };
};

/** What one revision changed: properties, or the files of an apply. */
export const diff: Handler = async (context, [argument = ""]) => {
  const revisions = await revisionsAfter(context, 0);
  const wanted = parseRevision(argument, revisions.at(-1)?.revision ?? 0);
  const found = revisions.find(({ revision }) => revision === wanted);
  return {
    exit: ExitCode.done,
    data:
      found === undefined ? {} : { ...jsonOf(found), ...(found.kind === "apply" && { files: found.files }) },
    view: (style) => (found === undefined ? "Revision 0 is the empty beginning.\n" : detail(found, style)),
  };
};

function jsonOf(revision: Revision): Record<string, unknown> {
  if (revision.kind === "change") return revision;
  const { apply, files } = revision;
  return { kind: "apply", ...apply, files: files.map(({ path, state }) => ({ path, state })) };
}

function rows(revision: Revision, style: Style): string[][] {
  const number = String(revision.revision);
  if (revision.kind === "apply") {
    const { at, event, args, outcome, actor, via } = revision.apply;
    const { length } = revision.files;
    const what = `${outcomeText(outcome, style)}, ${length} ${length === 1 ? "file" : "files"}`;
    return [[number, dateTime(at, false), [event, ...args].join(" "), what, `${actor} (${via})`]];
  }
  return revision.changes.map((change) => [
    number,
    dateTime(change.at, false),
    `${change.database} ${change.key} ${change.name}`,
    transition(change, style),
    `${change.actor} (${change.via})`,
  ]);
}

function outcomeText(outcome: string, style: Style): string {
  if (outcome === "done" || outcome === "confirmed") return style.good(outcome);
  return outcome === "unconfirmed"
    ? style.changed(outcome)
    : style.bad(outcome === "running" ? "cut off" : outcome);
}

function detail(revision: Revision, style: Style): string {
  const head = columns(rows(revision, style));
  if (revision.kind === "change") return head;
  const { detail: said } = revision.apply;
  const diffs = revision.files.map((file) => colourDiff(file.diff, style));
  return [head, ...(said === "" ? [] : [`${said}\n`]), ...diffs].join("");
}
