import { escapeCron, escapeCronEnvironment, escapeCronSchedule } from "./cron.ts";
import {
  escapeDovecot,
  escapeDovecotExpanded,
  escapeDovecotLiteral,
  escapeDovecotSection,
} from "./dovecot.ts";
import { escapeDovecotFile } from "./dovecot-file.ts";
import { escapeGetmail, escapeGetmailArgument, escapeGetmailPath, escapeGetmailString } from "./getmail.ts";
import { escapeLua } from "./lua.ts";
import { escapeNginx } from "./nginx.ts";
import { escapePasswd, escapePasswdExtra, escapePasswdField, escapePasswdUser } from "./passwd.ts";
import { escapePlain, escapePlainText } from "./plain.ts";
import { escapePostfixAddress } from "./postfix-address.ts";
import { escapePostfixItem, escapePostfixMain } from "./postfix-main.ts";
import { escapePostfixKey, escapePostfixMap, escapePostfixResult } from "./postfix-map.ts";
import { escapePostfixPattern, escapePostfixPatternResult } from "./postfix-pattern.ts";
import { escapeSieve, escapeSievePattern } from "./sieve.ts";
import { escapeSystemd, escapeSystemdExec, escapeSystemdText, escapeSystemdWord } from "./systemd.ts";
import { escapeUcl, escapeUclKey, escapeUclNumber } from "./ucl.ts";
import { UnwritableValue } from "./unwritable-value.ts";

type Escape = (value: string) => string;

/**
 * How a kind of file holds a value. A token that `escape` or a variant returns is read back by the file's own
 * parser as exactly the value, and as nothing more; what cannot be so written is thrown as UnwritableValue.
 */
export interface Syntax {
  /** A comment that takes a line of its own; the line must hold no line break. */
  readonly comment: (line: string) => string;
  /** For `{{value}}`: valid in every place where a value may stand; where places differ, the strictest. */
  readonly escape: Escape;
  /** For `{{as "name" value}}`: by the rules of one kind of place. */
  readonly variants?: Readonly<Record<string, Escape>>;
}

export type SyntaxName =
  | "postfix-main"
  | "postfix-map"
  | "dovecot"
  | "ucl"
  | "sieve"
  | "getmail"
  | "cron"
  | "passwd"
  | "systemd"
  | "nginx"
  | "lua"
  | "plain";

function commentAfter(sign: string): (line: string) => string {
  return (line) => {
    if (/[\n\r]/.test(line)) throw new UnwritableValue("a comment cannot hold a line break");
    return line === "" ? sign : `${sign} ${line}`;
  };
}

const hash = commentAfter("#");

/** Every syntax of a template, with the places that need a rule of their own. */
export const syntaxes: Readonly<Record<SyntaxName, Syntax>> = {
  // right-hand side of a parameter; `item`: one of a list such as mydestination
  "postfix-main": { comment: hash, escape: escapePostfixMain, variants: { item: escapePostfixItem } },
  // any token without blanks and quotes; `key`, `result`: the whole of it; `address`: a mail address in plain text
  // as key or result; `pattern`, `pattern-result`: exact text in /…/, and the result, of a regexp: or pcre: table
  "postfix-map": {
    comment: hash,
    escape: escapePostfixMap,
    variants: {
      key: escapePostfixKey,
      result: escapePostfixResult,
      address: escapePostfixAddress,
      pattern: escapePostfixPattern,
      "pattern-result": escapePostfixPatternResult,
    },
  },
  // a setting, quoted, without `%`; `literal`: one that Dovecot does not expand; `expanded`: one in which it replaces
  // %u and its like (all in plugin {}); `file`: a path
  // whose content is the value; `section`: the name before a brace
  dovecot: {
    comment: hash,
    escape: escapeDovecot,
    variants: {
      literal: escapeDovecotLiteral,
      expanded: escapeDovecotExpanded,
      file: escapeDovecotFile,
      section: escapeDovecotSection,
    },
  },
  // a string, quoted; `key`: the key of an object; `number`: a number, perhaps with a unit, from its text
  ucl: { comment: hash, escape: escapeUcl, variants: { key: escapeUclKey, number: escapeUclNumber } },
  // a string, quoted; `pattern`: exact text after :matches
  sieve: { comment: hash, escape: escapeSieve, variants: { pattern: escapeSievePattern } },
  // an option's value; `path`: of one that names a file or folder; `string`: an item of a tuple, quoted; `argument`:
  // an item of a command's arguments, quoted
  getmail: {
    comment: hash,
    escape: escapeGetmail,
    variants: { path: escapeGetmailPath, string: escapeGetmailString, argument: escapeGetmailArgument },
  },
  // a word of a command, a user; `schedule`: when it runs; `environment`: the value of a variable
  cron: {
    comment: hash,
    escape: escapeCron,
    variants: { schedule: escapeCronSchedule, environment: escapeCronEnvironment },
  },
  // any field between colons; `user`: the first; `field`: one of the others; `extra`: the value of an extra field
  passwd: {
    comment: hash,
    escape: escapePasswd,
    variants: { user: escapePasswdUser, field: escapePasswdField, extra: escapePasswdExtra },
  },
  // a plain word anywhere; `text`: all of a Description; `word`: of a list such as Environment, quoted; `exec`: an
  // argument of a command, quoted
  systemd: {
    comment: hash,
    escape: escapeSystemd,
    variants: { text: escapeSystemdText, word: escapeSystemdWord, exec: escapeSystemdExec },
  },
  // a parameter, quoted
  nginx: { comment: hash, escape: escapeNginx },
  // a string, quoted
  lua: { comment: commentAfter("--"), escape: escapeLua },
  // a piece of a line as it is; `text`: whole lines as they are
  plain: { comment: hash, escape: escapePlain, variants: { text: escapePlainText } },
};

/**
 * The text of a value in a file. Strings are escaped; finite numbers and booleans are bare literals (`5`, `true`),
 * unless a variant is named, which then writes their text.
 *
 * @throws UnwritableValue for a value that the syntax cannot hold, and for what is no single value.
 * @throws Error where the syntax has no such variant: a mistake of the template.
 */
export function writeValue(syntax: Syntax, value: unknown, variant?: string): string {
  if (variant === undefined) {
    return typeof value === "string" ? syntax.escape(value) : literal(value);
  }
  // own keys only: "constructor" is no variant
  const { variants = {} } = syntax;
  const write = Object.hasOwn(variants, variant) ? variants[variant] : undefined;
  if (write === undefined) throw new Error(`this file's syntax has no variant "${variant}"`);
  return write(typeof value === "string" ? value : literal(value));
}

function literal(value: unknown): string {
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) {
    return String(value);
  }
  if (Array.isArray(value)) {
    throw new UnwritableValue("a list cannot be written as one value: the template must loop over it");
  }
  const what = value === null ? "null" : typeof value === "number" ? String(value) : typeof value;
  throw new UnwritableValue(`only a text, a number or a boolean can be written, not ${what}`);
}
