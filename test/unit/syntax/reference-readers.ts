/**
 * Small readers of one value, made from the daemons' documentation and their source's behaviour, not from the escape
 * functions. Each reads a text in which the token is followed by something else, and throws where the real reader
 * would stop or where the rest is not what follows.
 */
import type { SyntaxName } from "../../../src/template/syntax/syntaxes.ts";

export interface ReferenceReader {
  readonly syntax: SyntaxName;
  readonly variant?: string;
  readonly read: (token: string) => string;
}

const isBlank = (character: string | undefined): boolean =>
  character !== undefined && /[ \t\n\v\f\r]/.test(character);

/** readlline.c, split_nameval.c, mac_parse.c: the value of `v` in main.cf, after `v` a second parameter. */
function postfixMain(token: string): string {
  const lines: string[] = [];
  for (const line of `v =\n  ${token}\nw = 1\n`.split("\n")) {
    if (/^[ \t\v\f\r]*(#|$)/.test(line)) continue;
    if (isBlank(line[0])) lines.push(`${lines.pop() ?? ""}${line}`);
    else lines.push(line);
  }
  if (lines.length !== 2 || lines[1] !== "w = 1") throw new Error("broke out");
  const raw = (lines[0] ?? "").slice(3).replace(/^[ \t\v\f\r]+|[ \t\v\f\r]+$/g, "");
  return raw.replace(/\$(.?)/gsu, (_, next: string) => {
    if (next !== "$") throw new Error("a macro");
    return "$";
  });
}

/** dict_thash.c: the key of the only line. */
function postfixKey(token: string): string {
  const line = `${token} result`;
  if (/^[ \t#]/.test(line) || line.includes("\n")) throw new Error("no line of its own");
  let at = 0;
  for (let quoted = false; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (line[at] === '"') quoted = !quoted;
    else if (isBlank(line[at]) && !quoted) break;
  }
  if (line.slice(at) !== " result") throw new Error("broke out");
  return line.slice(0, at);
}

/** config-parser.c of Dovecot 2.3. */
function dovecot(token: string): string {
  const line = `k = ${token} # comment`;
  if (line.includes("\n")) throw new Error("broke out");
  const text = /^k = ((?:[^'"#]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*)#/su.exec(line)?.[1]?.trimEnd();
  if (text === undefined || text.endsWith("\\")) throw new Error("broke out");
  const quoted = /^"(.*)"$/su.exec(text)?.[1];
  if (quoted === undefined) throw new Error("not quoted");
  return quoted.replace(/\\(.)/gsu, "$1");
}

/** Rspamd: the template engine first, then JSON with variables. */
function ucl(token: string): string {
  if (/\{[%=#]/.test(token)) throw new Error("a template's tag");
  if (token.includes("$")) throw new Error("a variable");
  return String(JSON.parse(token));
}

/** Reads `"…"` with the given meaning of what follows a backslash. */
function quotedString(token: string, escaped: (text: string) => [string, number], quote = '"'): string {
  if (token[0] !== quote) throw new Error("not quoted");
  let value = "";
  for (let at = 1; at < token.length; at++) {
    if (token[at] === quote) {
      if (at !== token.length - 1) throw new Error("broke out");
      return value;
    }
    if (token[at] === "\\") {
      const [text, length] = escaped(token.slice(at + 1));
      value += text;
      at += length;
    } else value += token[at];
  }
  throw new Error("unfinished");
}

const itself = (text: string): [string, number] => [text.charAt(0), 1];

function sieve(token: string): string {
  const value = quotedString(token, itself).replace(/\r\n|[\r\n]/g, (end) => {
    if (end === "\r") throw new Error("a stray CR");
    return "\r\n";
  });
  if (/\$\{[\w.]*\}|\$\{(?:hex|unicode):[^}]*\}/i.test(value)) throw new Error("a variable");
  return value;
}

const lua = (token: string): string => {
  if (/[\n\r]/.test(token)) throw new Error("unfinished");
  return quotedString(token, (text) => {
    const digits = /^\d{1,3}/.exec(text)?.[0];
    return digits === undefined ? itself(text) : [String.fromCharCode(Number(digits)), digits.length];
  });
};

/** C escapes of Python and systemd, as far as they are used. */
const hex = (text: string): [string, number] =>
  text[0] === "x" ? [String.fromCharCode(Number.parseInt(text.slice(1, 3), 16)), 3] : itself(text);

function nginx(token: string): string {
  if (token.includes("$")) throw new Error("a variable");
  return quotedString(token, (text) => {
    const control = { n: "\n", r: "\r", t: "\t" }[text.charAt(0)];
    return control !== undefined ? [control, 1] : /^["'\\]/.test(text) ? itself(text) : ["\\", 0];
  });
}

/** systemd: quotes first, then specifiers, then variables of the environment. */
function systemdExec(token: string): string {
  if (token.includes("\n")) throw new Error("broke out");
  const word = quotedString(token, hex);
  return word
    .replace(/%(.?)/gsu, (_, next: string) => doubled("%", next))
    .replace(/\$(.?)/gsu, (_, next: string) => doubled("$", next));
}

function doubled(sign: string, next: string): string {
  if (next !== sign) throw new Error(`something stands for ${sign}${next}`);
  return sign;
}

/** do_command.c as Debian patches it: `%` ends the command; then one word of the shell. */
function cron(token: string): string {
  if (token.includes("\n")) throw new Error("broke out");
  const command = token.replace(/\\(.)|%/gsu, (all, next: string | undefined) => {
    if (next === undefined) throw new Error("the end of the command");
    return next === "%" || next === "\\" ? next : all;
  });
  let value = "";
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at);
    if (character === "'") {
      const end = command.indexOf("'", at + 1);
      if (end === -1) throw new Error("unfinished");
      value += command.slice(at + 1, end);
      at = end;
    } else if (character === "\\") value += command.charAt(++at);
    else if (/[\s"$`;&|<>(){}*?[\]#~!]/.test(character)) throw new Error("the shell");
    else value += character;
  }
  return value;
}

export const referenceReaders: readonly ReferenceReader[] = [
  { syntax: "postfix-main", read: postfixMain },
  { syntax: "postfix-map", read: postfixKey },
  { syntax: "postfix-map", variant: "key", read: postfixKey },
  { syntax: "dovecot", read: dovecot },
  { syntax: "dovecot", variant: "literal", read: dovecot },
  {
    syntax: "dovecot",
    variant: "expanded",
    read: (token) => dovecot(token).replace(/%(.?)/gsu, (_, next: string) => doubled("%", next)),
  },
  { syntax: "ucl", read: ucl },
  { syntax: "sieve", read: sieve },
  { syntax: "lua", read: lua },
  { syntax: "getmail", variant: "string", read: (token) => quotedString(token, hex, "'") },
  { syntax: "nginx", read: nginx },
  { syntax: "systemd", variant: "exec", read: systemdExec },
  { syntax: "cron", read: cron },
];
