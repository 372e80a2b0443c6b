import { listItems } from "../../catalogue/notation.ts";
import { didYouMean } from "../../catalogue/suggest.ts";
import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { columns } from "../../format/table.ts";
import { type RuleKind, RuleList, ruleKinds, ruleLists, ruleProperties } from "../../mail/rules.ts";
import type { Handler } from "../command.ts";
import { openSettings } from "../open-settings.ts";
import { changeRecord, type RecordChange } from "../people/change-record.ts";
import { storeRecord } from "../verbs/store-record.ts";
import { addedNotes, listedRules, type RuleNote } from "./rule-notes.ts";

/** Adds rules to a list; those that are there stay as they are. */
export const addRules: Handler = async (context, [word = "", ...words], options) => {
  const kind = kindOf(word);
  const given = words.flatMap(listItems);
  const notices = await openSettings(context, (settings) => addedNotes(settings, kind, given));
  const change = changeOf("add", kind, (entries) => new RuleList([...entries, ...given]).entries);
  const result = await changeRecord(context, change, options);
  return { ...result, notices: [...(result.notices ?? []), ...notices] };
};

/** Takes rules out of a list, which must hold them. */
export const deleteRules: Handler = (context, [word = "", ...words], options) => {
  const kind = kindOf(word);
  const given = words.flatMap(listItems);
  const change = changeOf("delete", kind, (entries) => {
    const known = new RuleList(entries);
    for (const entry of given) if (known.same(entry) === undefined) throw noRule(kind, entry, entries);
    const gone = new RuleList(given);
    return entries.filter((entry) => gone.same(entry) === undefined);
  });
  return changeRecord(context, change, options);
};

/** All rules, or those of a kind, in the order in which they were added. */
export const listRules: Handler = async (context, [word]) => {
  const kinds = word === undefined ? ruleKinds : [kindOf(word)];
  const rules = await openSettings(context, (settings) => listedRules(ruleLists(settings), kinds));
  return {
    exit: ExitCode.done,
    data: { rules },
    view: (style) =>
      rules.length === 0
        ? "There is no rule.\n"
        : columns([
            ["kind", "of", ""].map(style.faint),
            ...rules.map((rule) => [rule.kind, style.strong(rule.entry), style.changed(noteOf(rule))]),
          ]),
  };
};

function noteOf({ overriddenBy, coveredBy }: RuleNote): string {
  if (overriddenBy !== undefined) return `useless: allow-from ${overriddenBy} wins`;
  return coveredBy === undefined ? "" : `useless: ${coveredBy} covers it`;
}

/** The list is read when the change is stored, so that of two changes at a time none is lost. */
function changeOf(
  verb: "add" | "delete",
  kind: RuleKind,
  change: (entries: readonly string[]) => readonly string[],
): RecordChange {
  return {
    what: `rule ${verb}`,
    database: "configuration",
    key: "rspamd",
    store: (session) => {
      const value = change(ruleLists(session.settings)[kind]).join(",");
      storeRecord(session, "rspamd", undefined, new Map([[ruleProperties[kind], value]]), false);
    },
    calls: [{ event: "nethserver-mail-filter-save", args: [] }],
  };
}

function kindOf(word: string): RuleKind {
  const kind = ruleKinds.find((known) => known === word);
  if (kind !== undefined) return kind;
  throw refused(
    `there is no kind of rules ${word}.${didYouMean(word, ruleKinds)}`,
    "USAGE",
    `accepted: ${ruleKinds.join(", ")}. Nothing was stored.`,
  );
}

function noRule(kind: RuleKind, entry: string, entries: readonly string[]) {
  return refused(
    `there is no rule ${kind} ${entry}.${didYouMean(entry, entries)}`,
    "NO_RULE",
    `see: mailwright rule list ${kind}. Nothing was stored.`,
  );
}
