import { refused } from "../../errors.ts";

/** The keys of a user or a group of this name: one without a domain is of the primary domain. Domains have no capitals. */
export function accountKeys(name: string, primaryDomain: string): readonly string[] {
  const at = name.lastIndexOf("@");
  if (at < 0) return [`${name}@${primaryDomain}`, name];
  const local = name.slice(0, at);
  const domain = name.slice(at + 1).toLowerCase();
  return [`${local}@${domain}`, ...(domain === primaryDomain.toLowerCase() ? [local] : [])];
}

/** `HOST:PORT` or `HOST`, in which an IPv6 address stands in brackets where a port follows. */
export function hostAndPort(text: string): { readonly host: string; readonly port?: string } {
  const [, bracketed, afterBracket] = /^\[([^\]]*)\](?::(\d+))?$/.exec(text) ?? [];
  if (bracketed !== undefined)
    return { host: bracketed, ...(afterBracket === undefined ? {} : { port: afterBracket }) };
  const [, host, port] = /^([^:]*):([^:]*)$/.exec(text) ?? [];
  return host === undefined || port === undefined ? { host: text } : { host, port };
}

/** A list with an item added, which it may hold already. */
export function withItem(items: readonly string[], item: string): string {
  return [...items.filter((other) => other !== item), item].join(",");
}

/** A list without an item, which it must hold; `what` is what messages call the list's items. */
export function withoutItem(items: readonly string[], item: string, what: string): string {
  const isItem = (other: string): boolean => other.toLowerCase() === item.toLowerCase();
  if (items.some(isItem)) return items.filter((other) => !isItem(other)).join(",");
  throw refused(`there is no ${what} ${item}`, "USAGE", `there are: ${items.join(", ") || "none"}`);
}

/** `PROPERTY=VALUE` as a pair; the value may hold any character. */
export function assignment(text: string): readonly [property: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1)
    throw refused(
      "--set needs a property and its value",
      "USAGE",
      "accepted: --set PROPERTY=VALUE, such as --set Description='Front desk'",
    );
  return [text.slice(0, at), text.slice(at + 1)];
}
