import { domainToASCII, domainToUnicode } from "node:url";
import { listItems } from "../catalogue/notation.ts";
import type { Settings } from "./settings.ts";

/** What a rule is about and does, as the file of Rspamd names it. */
export type RuleKind = "allow-from" | "allow-to" | "block-from";

/** The properties of `rspamd` that hold the rules, each a list of addresses and domains. */
export const ruleProperties: Readonly<Record<RuleKind, string>> = {
  "allow-from": "SenderWhiteList",
  "allow-to": "RecipientWhiteList",
  "block-from": "SenderBlackList",
};

/** What becomes of a message by the rules; `none`: it is checked as all others are. */
export type Verdict = "allowed sender" | "allowed recipient" | "blocked sender" | "none";

/** What of a message the rules look at. */
export interface Envelope {
  /** That of SMTP; empty for the null sender. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** The addresses of the header From. */
  readonly authors: readonly string[];
}

export type RuleLists = Readonly<Record<RuleKind, readonly string[]>>;

interface RuleTable extends Readonly<Record<string, unknown>> {
  /** Each rule with what it is compared with; a domain beyond ASCII in both of its forms. */
  readonly entries: readonly { readonly kind: RuleKind; readonly match: string }[];
}

export const ruleKinds = Object.keys(ruleProperties) as readonly RuleKind[];

export function ruleLists(settings: Settings): RuleLists {
  const items = (kind: RuleKind): string[] =>
    listItems(settings.prop("configuration", "rspamd", ruleProperties[kind]) ?? "");
  return {
    "allow-from": items("allow-from"),
    "allow-to": items("allow-to"),
    "block-from": items("block-from"),
  };
}

export function rules(settings: Settings): RuleTable {
  const lists = ruleLists(settings);
  const entries = ruleKinds.flatMap((kind) =>
    [...new Set(lists[kind].flatMap(forms))].map((match) => ({ kind, match })),
  );
  return { entries };
}

/**
 * What the rules make of a message: an Allow rule for the sender of SMTP, or for any recipient, wins; then a Block rule
 * for the sender of SMTP or of the header From. The plug-in of Rspamd does the same.
 */
export function verdict(lists: RuleLists, { sender, recipients, authors }: Envelope): Verdict {
  const covers = (kind: RuleKind, addresses: readonly string[]): boolean => {
    const list = new RuleList(lists[kind]);
    return addresses.some((address) => list.covering(address) !== undefined);
  };
  if (covers("allow-from", [sender])) return "allowed sender";
  if (covers("allow-to", recipients)) return "allowed recipient";
  return covers("block-from", [sender, ...authors]) ? "blocked sender" : "none";
}

/** The rules of one kind, to be asked what covers an address, or another rule. */
export class RuleList {
  private readonly byMatch = new Map<string, string>();
  private narrower: ReadonlyMap<string, readonly string[]> | undefined;

  /** Of entries that say the same, the first counts. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const match = canonical(entry);
      if (!this.byMatch.has(match)) this.byMatch.set(match, entry);
    }
  }

  /** Each once, in the order in which they were given. */
  get entries(): readonly string[] {
    return [...this.byMatch.values()];
  }

  /** The rule that covers it, the closest first; `but`: not the one that says the same. */
  covering(text: string, but: "itself" | "none" = "none"): string | undefined {
    const found = coveringMatches(text).slice(but === "itself" ? 1 : 0);
    return found.map((match) => this.byMatch.get(match)).find((entry) => entry !== undefined);
  }

  /** The rules that this one covers. */
  coveredBy(rule: string): readonly string[] {
    this.narrower ??= this.findNarrower();
    return this.narrower.get(canonical(rule)) ?? [];
  }

  /** The rule that says the same, in whatever letters. */
  same(text: string): string | undefined {
    return this.byMatch.get(canonical(text));
  }

  private findNarrower(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const entry of this.byMatch.values()) {
      for (const match of coveringMatches(entry)) {
        const others = found.get(match);
        if (others === undefined) found.set(match, [entry]);
        else others.push(entry);
      }
    }
    return found;
  }
}

/** Whether a rule covers an address, or another rule. */
export function covers(rule: string, other: string): boolean {
  return coveringMatches(other).includes(canonical(rule));
}

/**
 * The rules that would cover an address or a domain, the closest first: without case; an address itself, and for one with
 * a tag the one without it; then the domain and those that it is a subdomain of. Nothing covers the null sender.
 */
function coveringMatches(text: string): string[] {
  const { local, domain } = normalized(text);
  if (domain === "" || local === "") return [];
  const labels = domain.split(".");
  const domains = labels.map((_, at) => labels.slice(at).join("."));
  if (local === undefined) return domains;
  return [...new Set([local, withoutTag(local)].map((name) => `${name}@${domain}`)), ...domains];
}

function canonical(entry: string): string {
  const { local, domain } = normalized(entry);
  return local === undefined ? domain : `${local}@${domain}`;
}

/** An address, or a domain, whose `local` is undefined; the domain in A-labels (RFC 5890). */
interface Normalized {
  readonly local: string | undefined;
  readonly domain: string;
}

function normalized(text: string): Normalized {
  const at = text.lastIndexOf("@");
  const domain = text.slice(at + 1);
  return {
    local: at < 0 ? undefined : lowerCase(unquoted(text.slice(0, at))),
    // What IDNA does not take is compared as it is written.
    domain: domainToASCII(domain) || lowerCase(domain),
  };
}

/** A rule's address or domain as mail may have it: with the domain in A-labels, and in U-labels where that is another. */
function forms(entry: string): string[] {
  const { local, domain } = normalized(entry);
  const before = local === undefined ? "" : `${local}@`;
  return [...new Set([domain, domainToUnicode(domain) || domain])].map((form) => `${before}${form}`);
}

/** The local part that recipient_delimiter of Postfix leaves; a tag has a name before it. */
function withoutTag(local: string): string {
  const at = local.indexOf("+");
  return at > 0 ? local.slice(0, at) : local;
}

/** RFC 5321, 4.1.2: a quoted string stands for what is in it. */
function unquoted(local: string): string {
  const [, inside] = /^"(.*)"$/s.exec(local) ?? [];
  return inside === undefined ? local : inside.replace(/\\(.)/gs, "$1");
}

/** Character by character, as Rspamd does. */
function lowerCase(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join("");
}
