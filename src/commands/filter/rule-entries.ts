import { parseIp } from "../../catalogue/ip.ts";
import { isAddress, isDomain } from "../../catalogue/mail-names.ts";
import { type MailwrightError, refused } from "../../errors.ts";
import { type RuleKind, ruleProperties } from "../../mail/rules.ts";

/**
 * The entries that are given, each an argument of its own. Refuses what is no address and no domain, and what the
 * properties accept and is meant by few: a comma, which would make two rules of one; a blank in an address; and a domain of
 * one label, which stands for all that is below it.
 */
export function ruleEntries(kind: RuleKind, words: readonly string[]): readonly string[] {
  for (const word of words) {
    const fault = listFault(word) ?? formFault(kind, word) ?? labelFault(kind, word);
    if (fault !== undefined) throw unacceptable(kind, word, fault);
  }
  return words;
}

/** The same for rules that are to go, which may be of whatever form they were stored in. */
export function ruleNames(kind: RuleKind, words: readonly string[]): readonly string[] {
  for (const word of words) {
    const fault = listFault(word);
    if (fault !== undefined) throw unacceptable(kind, word, fault);
  }
  return words;
}

interface Fault {
  readonly reason: string;
  readonly advice?: string;
}

function listFault(word: string): Fault | undefined {
  if (word.trim() === "") return { reason: "it is empty" };
  if (!word.includes(",")) return undefined;
  return { reason: "it holds a comma", advice: "each rule is an argument of its own" };
}

function formFault(kind: RuleKind, word: string): Fault | undefined {
  const [address = "", prefix] = word.replace(/^\[(.*)\]$/, "$1").split("/");
  if (parseIp(address) !== undefined) {
    const reason = prefix === undefined ? "it is an IP address" : "it is a network";
    const advice = "clients whose mail is not checked are a list of their own: postfix AccessBypassList";
    return kind === "allow-from" ? { reason, advice } : { reason };
  }
  const [, domain = ""] = /^(?:@|\*@|\*\.|\.|@\*\.)([^@*]+)$/.exec(word) ?? [];
  if (isDomain(domain))
    return {
      reason: "a domain has nothing before it",
      advice: `write ${domain}, which stands for its subdomains too`,
    };
  if (/\s/.test(word)) return { reason: "it holds a blank" };
  if (word.split("@").length > 2) return { reason: "it holds more than one @" };
  return isAddress(word) || isDomain(word) ? undefined : { reason: "it is no address and no domain" };
}

function labelFault(kind: RuleKind, word: string): Fault | undefined {
  if (/[@.]/.test(word)) return undefined;
  return {
    reason: `it is a domain of one label, and would stand for all domains below .${word}`,
    advice: `where that is meant, add it to the list: config getprop rspamd ${ruleProperties[kind]}`,
  };
}

function unacceptable(kind: RuleKind, word: string, { reason, advice }: Fault): MailwrightError {
  const hint = [
    ...(advice === undefined ? [] : [advice]),
    "accepted: an address such as name@example.org, or a domain such as example.org. Nothing was changed.",
  ];
  return refused(`${kind} ${JSON.stringify(word).slice(1, -1) || '""'}: ${reason}`, "RULE", hint.join("\n"));
}
