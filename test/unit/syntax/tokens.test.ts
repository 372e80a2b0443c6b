import { describe, expect, test } from "vitest";
import type { SyntaxName } from "../../../src/template/syntax/syntaxes.ts";
import { token } from "./writing.ts";

type Row = readonly [value: string, written: string | undefined];

/** What is written for a value; undefined where it is refused. */
const tables: readonly (readonly [SyntaxName, string | undefined, readonly Row[]])[] = [
  [
    "postfix-main",
    undefined,
    [
      ["a b", "a b"],
      ["$x $$", "$$x $$$$"],
      ["", ""],
      ["a#", "a#"],
      ["#a", undefined],
      [" a", undefined],
      ["a\t", undefined],
      ["a\nb = c", undefined],
    ],
  ],
  [
    "postfix-main",
    "item",
    [
      ["[::1]/128", "[::1]/128"],
      ["a$b", "a$$b"],
      ["a b", undefined],
      ["a,b", undefined],
      ["!a", undefined],
      ["/etc/x", undefined],
      ["{a", undefined],
      ["", undefined],
    ],
  ],
  [
    "postfix-map",
    undefined,
    [
      ["user@example.org", "user@example.org"],
      ["a b", undefined],
      ['a"', undefined],
      ["a\\", undefined],
      ["#a", undefined],
    ],
  ],
  [
    "postfix-map",
    "key",
    [
      ['"a b"@c', '"a b"@c'],
      ["a\\ b", "a\\ b"],
      ["a b", undefined],
      ['"a', undefined],
      ["a\\", undefined],
    ],
  ],
  [
    "postfix-map",
    "result",
    [
      ["user:p#a ss\"w'ö:\\x", "user:p#a ss\"w'ö:\\x"],
      ["#a", "#a"],
      ["a ", undefined],
      ["", undefined],
    ],
  ],
  [
    "postfix-map",
    "address",
    [
      ["domain users@example.org", '"domain users"@example.org'],
      ["vmail+Public Folder", '"vmail+Public Folder"'],
      ["o'brien@example.org", "o'brien@example.org"],
      ['a"\\@b', '"a\\"\\\\"@b'],
      [".a@b", '".a"@b'],
      ["a@b@c", '"a@b"@c'],
      ["@example.org", "@example.org"],
      ["a@[192.0.2.1]", "a@[192.0.2.1]"],
      ["a@b c", undefined],
      ["a\tb@c", undefined],
      ["#a@b", undefined],
      ["# a@b", undefined],
    ],
  ],
  [
    "postfix-map",
    "pattern",
    [
      ["a.b/c d", "a\\.b\\/c d"],
      ["^$()[]{}|?*+\\", "\\^\\$\\(\\)\\[\\]\\{\\}\\|\\?\\*\\+\\\\"],
      ["", undefined],
    ],
  ],
  ["postfix-map", "pattern-result", [["$1 $$", "$$1 $$$$"]]],
  [
    "dovecot",
    undefined,
    [
      ['a#"\\$x </y', '"a#\\"\\\\$x </y"'],
      ["", '""'],
      [" a ", '" a "'],
      ["%u", undefined],
      ["a\nb", undefined],
      ["a\u0003", undefined],
    ],
  ],
  ["dovecot", "literal", [["%u", '"%u"']]],
  ["dovecot", "expanded", [["%u%%", '"%%u%%%%"']]],
  [
    "dovecot",
    "section",
    [
      ["Sent Mail", '"Sent Mail"'],
      ["a\\b", '"a\\\\b"'],
      ['a"b', undefined],
      ["", undefined],
      ["a\tb", undefined],
    ],
  ],
  [
    "dovecot",
    "file",
    [
      ["/etc/ssl/x.pem", "</etc/ssl/x.pem"],
      ["/a b", undefined],
      ["", undefined],
    ],
  ],
  [
    "ucl",
    undefined,
    [
      ["a\"\\;}'", '"a\\"\\\\;}\'"'],
      ["$VAR", '"\\u0024VAR"'],
      ["{% x %}", '"\\u007b% x %}"'],
      ["a\nb\t\u007f", '"a\\u000ab\\u0009\\u007f"'],
      ["", '""'],
    ],
  ],
  ["ucl", "key", [["", undefined]]],
  [
    "ucl",
    "number",
    [
      ["-0.5", "-0.5"],
      ["20mb", "20mb"],
      ["1; x = 2", undefined],
      ["", undefined],
    ],
  ],
  [
    "sieve",
    undefined,
    [
      ['a"\\', '"a\\"\\\\"'],
      ["a\r\nb", '"a\r\nb"'],
      ["a\nb", undefined],
      ["a\rb", undefined],
      ["$\u007bx}", undefined],
      ["$\u007bx", '"$\u007bx"'],
    ],
  ],
  ["sieve", "pattern", [["a*?\\", '"a\\\\*\\\\?\\\\\\\\"']]],
  [
    "getmail",
    undefined,
    [
      ["p%(x)s \"a\\ '#;$()", "p%(x)s \"a\\ '#;$()"],
      ["", ""],
      ["a ", undefined],
      ["\u2003a", undefined],
      ["a\u001f", undefined],
      ["a\u0085", undefined],
      ["a\rb", undefined],
    ],
  ],
  [
    "getmail",
    "path",
    [
      ["/a$ b", "/a$ b"],
      ["~/x", undefined],
      ["/$HOME", undefined],
    ],
  ],
  ["getmail", "string", [["a'\\\n", "'a\\'\\\\\\x0a'"]]],
  [
    "getmail",
    "argument",
    [
      ["a b", "'a b'"],
      ["%(sender)", undefined],
      ["~", undefined],
    ],
  ],
  [
    "cron",
    undefined,
    [
      ["60", "60"],
      ["vmail@example.org", "vmail@example.org"],
      ["", "''"],
      ["a b", "'a b'"],
      ["it's", "'it'\\''s'"],
      ["50%", "'50\\%'"],
      ["\\%\\\\", "'\\''\\%\\''\\'''"],
      ["a\nb", undefined],
      ["x".repeat(801), undefined],
    ],
  ],
  [
    "cron",
    "schedule",
    [
      ["*/5 0-6 * jan mon,fri", "*/5 0-6 * jan mon,fri"],
      ["@daily", "@daily"],
      ["* * * *", undefined],
      ["* * * * * root", undefined],
    ],
  ],
  [
    "cron",
    "environment",
    [
      ["a%b#", '"a%b#"'],
      ['a"b', "'a\"b'"],
      ["'a'", undefined],
      ["a'\"", undefined],
      ["a ", undefined],
    ],
  ],
  [
    "passwd",
    undefined,
    [
      ["{CRYPT}$6$x/y", "{CRYPT}$6$x/y"],
      ["user@example.org", "user@example.org"],
      ["a:b", undefined],
      ["o'brien", undefined],
      ["abc[34]", undefined],
      ["#a", undefined],
      ["", undefined],
    ],
  ],
  ["passwd", "user", [["o'brien \"x\\", "o\\'brien \\\"x\\\\"]]],
  ["passwd", "field", [["/home/o'brien", "/home/o'brien"]]],
  [
    "passwd",
    "extra",
    [
      ["*:storage=5M", "*:storage=5M"],
      ["a b", undefined],
      ["%u", undefined],
    ],
  ],
  [
    "systemd",
    undefined,
    [
      ["10min", "10min"],
      ["a b", undefined],
      ["%n", undefined],
      ["$x", undefined],
      ["", undefined],
    ],
  ],
  [
    "systemd",
    "text",
    [
      ['50% of "x" \\ y', '50%% of "x" \\ y'],
      ["a\\\\", "a\\\\"],
      ["a\\", undefined],
      [" a", undefined],
    ],
  ],
  ["systemd", "word", [['a "\\%$\n', '"a \\"\\\\%%$\\x0a"']]],
  ["systemd", "exec", [["$x %n;", '"$$x %%n;"']]],
  [
    "nginx",
    undefined,
    [
      ["a;{}#\"\\'\n", '"a;{}#\\"\\\\\'\\n"'],
      ["", '""'],
      ["$host", undefined],
      ["x".repeat(4001), undefined],
    ],
  ],
  [
    "lua",
    undefined,
    [
      ['a"\\\n]]--', '"a\\"\\\\\\010]]--"'],
      ["\u00011", '"\\0011"'],
    ],
  ],
  [
    "plain",
    undefined,
    [
      ["a\tb #", "a\tb #"],
      ["a\nb", undefined],
      ["a\u001bb", undefined],
      ["a\u0085b", undefined],
    ],
  ],
  [
    "plain",
    "text",
    [
      ["a\nb", "a\nb"],
      ["a\rb", undefined],
    ],
  ],
];

describe.each(tables)("%s %s", (syntax, variant, rows) => {
  test.each(rows)("%j is written as %j", (value, written) => {
    expect(token(syntax, value, variant)).toBe(written);
  });

  test("what is no text is refused", () => {
    expect(token(syntax, "a\0b", variant)).toBeUndefined();
    expect(token(syntax, "a\ud800", variant)).toBeUndefined();
    expect(token(syntax, "\udc00", variant)).toBeUndefined();
  });
});
