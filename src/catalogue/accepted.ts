import type { Kind } from "./kinds.ts";

/** `a`, `a or b`, `a, b or c`. */
export function joinOr(parts: readonly string[]): string {
  return joinWith(parts, "or");
}

function joinWith(parts: readonly string[], conjunction: string): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}

function range(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return `, ${min} or more`;
  return max === undefined ? "" : `, ${max} or less`;
}

function textLength(kind: Extract<Kind, { kind: "string" }>): string {
  const { minLength, maxLength } = kind;
  const lines = kind.multiline === true ? ", line breaks allowed" : "";
  if (maxLength !== undefined) {
    return minLength === undefined
      ? `text of at most ${maxLength} characters${lines}`
      : `text of ${minLength} to ${maxLength} characters${lines}`;
  }
  const least =
    minLength === undefined ? "" : minLength === 1 ? ", not empty," : ` of at least ${minLength} characters`;
  return `text${least}${lines || " without line breaks"}`;
}

/** The form in words, `words` and `empty` aside: for one value, and for the items of a list. */
function nouns(kind: Kind): { readonly one: string; readonly many: string } {
  switch (kind.kind) {
    case "enum":
      return { one: joinOr(kind.values), many: `the words ${joinWith(kind.values, "and")}` };
    case "integer": {
      const unit = kind.unit === undefined ? "" : ` of ${kind.unit}`;
      const form = `${unit}${range(kind.min, kind.max)}`;
      return { one: `a whole number${form}`, many: `whole numbers${form}` };
    }
    case "number":
      return { one: `a number${range(kind.min, kind.max)}`, many: `numbers${range(kind.min, kind.max)}` };
    case "string":
      return { one: textLength(kind), many: `items, each ${textLength(kind)}` };
    case "list":
      return { one: `a comma-separated list of ${nouns(kind.of).many}`, many: "lists" };
    case "either": {
      const forms = kind.of.map(nouns);
      return { one: joinOr(forms.map(({ one }) => one)), many: joinOr(forms.map(({ many }) => many)) };
    }
    case "pattern":
      return { one: kind.accepted, many: kind.plural ?? `items, each ${kind.accepted}` };
    case "address":
      return kind.alone === undefined
        ? { one: "an address such as name@example.org", many: "addresses" }
        : {
            one: `an address such as name@example.org, or ${kind.alone} alone`,
            many: `addresses or ${kind.alone}`,
          };
    case "domain":
      return kind.form === "fqdn"
        ? { one: "a full host name such as mail.example.org", many: "full host names" }
        : { one: "a domain such as example.org", many: "domains" };
    case "host":
      return { one: "a host name or an IP address", many: "host names or IP addresses" };
    case "port":
      return { one: "a port from 1 to 65535", many: "ports from 1 to 65535" };
    case "network":
      return kind.plain === true
        ? { one: "an IP address", many: "IP addresses" }
        : {
            one: "an IP address or a network such as 192.0.2.0/24",
            many: "IP addresses or networks such as 192.0.2.0/24",
          };
    case "path":
      return { one: "an absolute path", many: "absolute paths" };
    case "duration":
      return {
        one: "a time such as 15d (in s, m, h, d or w)",
        many: "times such as 15d (in s, m, h, d or w)",
      };
    case "account":
      return {
        one: "the name of a user or group, such as john or john@example.org",
        many: "names of users or groups",
      };
  }
}

/** What a kind accepts, as a fragment of a sentence: `enabled or disabled`, `a number from 1 to 25`. */
export function accepted(kind: Kind): string {
  const others = [...(kind.words ?? []), ...(kind.empty === true ? ["an empty value"] : [])];
  if (kind.kind === "enum") return joinOr([...kind.values, ...others]);
  const { one } = nouns(kind);
  return others.length === 0 ? one : `${one}, or ${joinOr(others)}`;
}

/** The values that can be listed, for completions: of an enum, of a list's items, and the special words. */
export function acceptedWords(kind: Kind): string[] {
  const words = kind.words ?? [];
  switch (kind.kind) {
    case "enum":
      return [...kind.values, ...words];
    case "list":
      return [...acceptedWords(kind.of), ...words];
    case "either":
      return [...kind.of.flatMap(acceptedWords), ...words];
    default:
      return [...words];
  }
}

function shortForm(kind: Kind): string {
  switch (kind.kind) {
    case "enum":
      return kind.values.join("|");
    case "integer":
    case "number": {
      const name = kind.kind === "integer" ? (kind.unit ?? "integer") : "number";
      const { min, max } = kind;
      if (min !== undefined && max !== undefined) return `${name} ${min}–${max}`;
      if (min !== undefined) return `${name} ≥ ${min}`;
      return max === undefined ? name : `${name} ≤ ${max}`;
    }
    case "string": {
      const length = kind.maxLength === undefined ? "" : ` ${kind.minLength ?? 0}–${kind.maxLength}`;
      return `text${length}`;
    }
    case "list":
      return `list of ${kindLabel(kind.of)}`;
    case "either":
      return kind.of.map(shortForm).join("|");
    case "pattern":
      return kind.accepted;
    default:
      return kind.kind;
  }
}

/** The kind in two or three words, for the head line of `describe`: `number 1–25`, `enabled|disabled`. */
export function kindLabel(kind: Kind): string {
  return [shortForm(kind), ...(kind.words ?? []), ...(kind.empty === true ? ["empty"] : [])].join("|");
}
