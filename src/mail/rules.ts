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
  return { "allow-from": items("allow-from"), "allow-to": items("allow-to"), "block-from": items("block-from") };
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
  const has = (kind: RuleKind, address: string): boolean =>
    lists[kind].some((entry) => covers(entry, address));
  if (has("allow-from", sender)) return "allowed sender";
  if (recipients.some((recipient) => has("allow-to", recipient))) return "allowed recipient";
  return [sender, ...authors].some((author) => has("block-from", author)) ? "blocked sender" : "none";
}

/**
 * Whether a rule's address or domain covers another one: without case; a domain its addresses, its subdomains and theirs;
 * an address itself and those with a tag behind it. Nothing covers the null sender.
 */
export function covers(entry: string, other: string): boolean {
  const [mine, its] = [normalized(entry), normalized(other)];
  if (mine.domain === "" || its.domain === "") return false;
  if (mine.local === undefined)
    return its.domain === mine.domain || its.domain.endsWith(`.${mine.domain}`);
  if (its.local === undefined || its.domain !== mine.domain) return false;
  return its.local === mine.local || withoutTag(its.local) === mine.local;
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
