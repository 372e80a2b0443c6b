import { isAbsolute, resolve } from "node:path/posix";
import { literal } from "./literal.ts";

/** A path of the managed system, and where it leads instead; both whole paths without a slash at the end. */
export interface Redirect {
  readonly from: string;
  readonly to: string;
}

/** Bytes beyond which a file is no configuration that a person would read: a table, a list of a million names. */
const moderate = 1 << 20;

/**
 * The text with each of the paths led elsewhere, comments left alone and as many lines as before; `undefined` where
 * nothing is to be changed, and for what is no text. `found` is told each path that stands in it.
 */
export function redirected(
  bytes: Uint8Array,
  redirects: readonly Redirect[],
  found: (from: string) => void = () => undefined,
): Uint8Array | undefined {
  if (bytes.length > moderate || bytes.includes(0)) return undefined;
  const text = Buffer.from(bytes).toString("latin1");
  const targets = new Map(redirects.map((redirect) => [asLatin1(redirect.from), redirect]));
  const froms = [...targets.keys()].filter((from) => text.includes(from));
  if (froms.length === 0) return undefined;
  const longestFirst = froms.sort((left, right) => right.length - left.length).map(literal);
  // Not where it is the end of another path, or the beginning of another name. file:///etc is a path, and
  // ExecStart=-/usr/bin/x names one.
  const path = new RegExp(`(?<=^|://|[^\\w.$}/-]|\\W-)(?:${longestFirst.join("|")})(?![\\w-]|\\.\\w)`, "g");
  const result = text.replace(/^(?![ \t]*(?:#|--)).*$/gm, (line) =>
    line.replace(path, (text) => {
      const redirect = targets.get(text);
      if (redirect === undefined) return text;
      found(redirect.from);
      return asLatin1(redirect.to);
    }),
  );
  return result === text ? undefined : Buffer.from(result, "latin1");
}

/**
 * What is to be written in a copied link, which lay in the folder `at` of the live tree: links within the tree lead
 * into the stage, and others to where they led. `undefined` where that is so already.
 */
export function redirectedLink(
  link: string,
  at: string,
  { from, to }: Redirect,
  live: (path: string) => string,
): string | undefined {
  const target = resolve(at, link);
  const isWithin = target === from || target.startsWith(`${from}/`);
  if (isWithin) return isAbsolute(link) ? `${to}${target.slice(from.length)}` : undefined;
  return isAbsolute(link) ? undefined : live(target);
}

/** Byte for byte, so that other encodings than UTF-8 come through unharmed. */
const asLatin1 = (text: string): string => Buffer.from(text).toString("latin1");
