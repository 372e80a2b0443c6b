import type { Section } from "./page.ts";

/** The files of catalogue.d, as src/catalogue/site-keys.ts reads them. */
export const siteCatalogue: readonly Section[] = [
  {
    title: "PROPERTIES OF THE SITE",
    blocks: [
      "Keys and properties that are not known here are free: any text is stored under them. To have them checked, described and completed, a server adds YAML files to /etc/mailwright/catalogue.d, whose names end in .yaml or .yml. A file maps databases to `keys`, known by their names, and to `types`, the records of a type:",
      {
        code: [
          "configuration:",
          "  keys:",
          "    backup:",
          "      text: The nightly backup.",
          "      properties:",
          "        status: { kind: enum, values: [enabled, disabled], default: enabled, text: Runs it. }",
          "        Hour: { kind: integer, min: 0, max: 23, default: 3, text: When it begins., events: [backup-save] }",
          "    rspamd:",
          "      properties:",
          "        SiteRules: { kind: path, empty: true, text: Our own rules. }",
          "accounts:",
          "  types:",
          "    printer:",
          "      key: { kind: host, name: host name }",
          "      text: A printer that sends scans.",
          "      properties:",
          "        Addresses: { kind: list, of: address, empty: true, text: Whom it may write to. }",
        ],
      },
      "A key or a type has `text`, the `events` that apply a change of its type, and `properties`; a key also its `type`, which is service unless given; a type also a `key`, with the kind of its keys and a word for them. A known key or type gets the properties added to its own, and may not change those.",
      "A property has `kind` and `text`, and may have `events`, `default` and `secret: true`. Every kind may say `empty: true`, to accept the empty value as well, and `words`, accepted beside its own form. The kinds and their members:",
      {
        terms: [
          ["`enum`", "One of `values`."],
          ["`integer`, `number`", "From `min` to `max`; an integer counts in a `unit`."],
          [
            "`string`",
            "Text of `minLength` to `maxLength` characters, on one line unless `multiline: true`.",
          ],
          ["`list`", "Separated by commas, each item `of` a kind."],
          ["`either`", "`of` one of several kinds."],
          [
            "`pattern`",
            "A regular expression for the whole value in `pattern`, what it stands for in `accepted`, and for lists in `plural`.",
          ],
          ["`address`", "local@domain; `alone` accepts name, name@ or @domain as well."],
          ["`domain`", "A domain; the `form` ascii takes no other letters, and fqdn at least two labels."],
          ["`host`", "A host name or an IP address."],
          ["`network`", "An IP address with an optional prefix length, or with `plain: true` without one."],
          [
            "`port`, `path`, `duration`, `account`",
            "A TCP port; an absolute path; a time such as 15d; the name of a user or group.",
          ],
        ],
      },
      "A file that is not so refuses every command, with the file's name and line.",
    ],
  },
];
