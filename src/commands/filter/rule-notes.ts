import { nearest } from "../../catalogue/suggest.ts";
import { covers, type RuleKind, RuleList, type RuleLists, ruleLists } from "../../mail/rules.ts";
import type { Settings } from "../../mail/settings.ts";

/** A rule, and which other one makes it useless. */
export interface RuleNote {
  readonly kind: RuleKind;
  readonly entry: string;
  /** The rule allow-from that wins over this block-from. */
  readonly overriddenBy?: string;
  /** The rule of its own kind that does the same and more. */
  readonly coveredBy?: string;
}

export function listedRules(lists: RuleLists, kinds: readonly RuleKind[]): RuleNote[] {
  const allowed = new RuleList(lists["allow-from"]);
  return kinds.flatMap((kind) => {
    const own = new RuleList(lists[kind]);
    return lists[kind].map((entry) => {
      const overriddenBy = kind === "block-from" ? allowed.covering(entry) : undefined;
      const coveredBy = own.covering(entry, "itself");
      return {
        ...{ kind, entry },
        ...(overriddenBy === undefined ? {} : { overriddenBy }),
        ...(coveredBy === undefined ? {} : { coveredBy }),
      };
    });
  });
}

type Lists = Readonly<Record<RuleKind, RuleList>>;

function listsOf(settings: Settings): Lists {
  const lists = ruleLists(settings);
  const list = (kind: RuleKind): RuleList => new RuleList(lists[kind]);
  return { "allow-from": list("allow-from"), "allow-to": list("allow-to"), "block-from": list("block-from") };
}

/** What people are told of rules that they add. */
export function addedNotes(settings: Settings, kind: RuleKind, given: readonly string[]): string[] {
  const lists = listsOf(settings);
  const own = lists[kind];
  const off = settings.prop("configuration", "rspamd", "status") !== "enabled";
  return [
    ...given.flatMap((entry): string[] => {
      const same = own.same(entry);
      if (same !== undefined) return [`${kind} ${same} is there already`];
      return [
        ...ofOwnKind(kind, entry, own),
        ...ofOtherKinds(kind, entry, lists),
        ...ofDomains(settings, kind, entry),
      ];
    }),
    ...(off ? ["the filter is disabled, and no rule acts: config setprop rspamd status enabled"] : []),
  ];
}

function ofOwnKind(kind: RuleKind, entry: string, own: RuleList): string[] {
  const wider = own.covering(entry);
  if (wider !== undefined) return [`${kind} ${entry} changes nothing: ${kind} ${wider} covers it`];
  const useless = own.coveredBy(entry);
  return useless.length === 0 ? [] : [`${kind} ${entry} covers ${some(useless)}, which can be deleted`];
}

function ofOtherKinds(kind: RuleKind, entry: string, lists: Lists): string[] {
  if (kind === "allow-from") {
    const beaten = lists["block-from"].coveredBy(entry);
    const wider = lists["block-from"].covering(entry);
    if (beaten.length > 0) return [`${kind} ${entry} wins over block-from ${some(beaten)}`];
    return wider === undefined ? [] : [`${kind} ${entry} is an exception to block-from ${wider}`];
  }
  if (kind === "allow-to") return [];
  const allowed = lists["allow-from"].covering(entry);
  if (allowed !== undefined) return [`${kind} ${entry} blocks nothing: allow-from ${allowed} wins`];
  const exceptions = lists["allow-from"].coveredBy(entry);
  return exceptions.length === 0
    ? []
    : [`allow-from ${some(exceptions)} stays an exception to ${kind} ${entry}`];
}

/** Rules about the server's own domains, and about what is nearly one of them. */
function ofDomains(settings: Settings, kind: RuleKind, entry: string): string[] {
  const own = [...settings.records("domains")].filter(({ type }) => type === "domain").map(({ key }) => key);
  const known = [...new Set([settings.primaryDomain, ...own])];
  const domain = entry.slice(entry.lastIndexOf("@") + 1);
  const mine = known.find((name) => covers(name, domain) || covers(domain, name));
  if (mine === undefined) {
    const meant = kind === "allow-to" ? nearest(domain, known) : undefined;
    return meant === undefined ? [] : [`${domain} is no domain of this server. Did you mean ${meant}?`];
  }
  if (kind === "allow-from")
    return [`${mine} is a domain of this server: who forges ${entry} as the sender gets all past the checks`];
  return kind === "block-from"
    ? [`${mine} is a domain of this server: its users' mail is refused as well`]
    : [];
}

/** The first of them, and how many there are. */
function some(entries: readonly string[]): string {
  const shown = entries.slice(0, 3).join(", ");
  return entries.length > 3 ? `${shown} and ${entries.length - 3} more` : shown;
}
