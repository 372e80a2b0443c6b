import type { ApplyRecord } from "../db/ledger.ts";
import { ExitCode } from "../exit-codes.ts";
import { plainStyle, type Style } from "../format/style.ts";
import { columns } from "../format/table.ts";
import { dateTime } from "../format/times.ts";
import { colourDiff } from "../format/unified-diff.ts";
import type { Handler } from "./command.ts";
import { callText } from "./pending-changes.ts";
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

/** What it was comes last: it may be long, and nothing shall stand behind it. */
function rows(revision: Revision, style: Style): string[][] {
  const row = ({ at, actor, via }: { at: number; actor: string; via: string }, what: string): string[] => [
    String(revision.revision),
    dateTime(at, style.isUtc),
    `${actor} (${via})`,
    what,
  ];
  if (revision.kind === "apply") {
    const { apply, files } = revision;
    const count = files.length === 0 ? "" : `, ${files.length} ${files.length === 1 ? "file" : "files"}`;
    return [row(apply, `${applyText(apply)}: ${outcomeText(apply, style)}${count}`)];
  }
  return revision.changes.map((change) =>
    row(change, `${change.database} ${change.key} ${change.name}: ${transition(change, style)}`),
  );
}

/** One revision in a line. */
export function summaryOf(revision: Revision): string {
  const [first, ...more] = rows(revision, plainStyle(80)).map((row) => row.at(-1) ?? "");
  return more.length === 0 ? (first ?? "") : `${first}, and ${more.length} more`;
}

/** The command that applied, and of one that carried out many events, which they were. */
function applyText({ event, args }: ApplyRecord): string {
  if (event === "apply") return `apply ${args.join(", ")}`.trimEnd();
  const [revision, ...calls] = args;
  if (event === "rollback")
    return `rollback to ${revision}${calls.length === 0 ? "" : ` (${calls.join(", ")})`}`;
  return callText({ event, args });
}

function outcomeText({ outcome, detail: said }: ApplyRecord, style: Style): string {
  if (outcome === "restored" && said.startsWith("not confirmed"))
    return style.bad("not confirmed, went back");
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
