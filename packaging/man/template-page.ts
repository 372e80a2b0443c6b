import { mailTables } from "../../src/mail/tables.ts";
import { syntaxes } from "../../src/template/syntax/syntaxes.ts";
import { leftovers } from "./common.ts";
import { type Page, type Section, seeAlso, type Term } from "./page.ts";
import { metadataKeys, syntaxMeanings, tableMeanings } from "./template-meanings.ts";

/** mailwright-template(5): the folder of a template, its metadata, its language, and how values are written. */
export function templatePage(): Page {
  return {
    name: "mailwright-template",
    section: 5,
    summary: "the folder of a template: fragments and what is known of the file",
    sections: [
      folder,
      {
        title: "TEMPLATE.YAML",
        blocks: ["A YAML file; another member than these is an error.", { terms: metadataTerms() }],
      },
      { title: "SYNTAXES", blocks: [...syntaxText, { terms: Object.entries(syntaxes).map(syntaxTerm) }] },
      language,
      values(),
      example,
      seeAlso(
        "mailwright(1)",
        "expand-template(1)",
        "signal-event(1)",
        "mailwright-events(5)",
        "mailwright-catalogue(7)",
      ),
    ],
  };
}

const metadataTerms = (): Term[] => metadataKeys.map(([name, meaning]) => [`\`${name}\``, meaning]);

const folder: Section = {
  title: "DESCRIPTION",
  blocks: [
    "A template is a folder named after the file that it makes, such as /usr/share/mailwright/templates/etc/postfix/main.cf. It holds `template.yaml` and fragments, files whose names end in .hbs, which are put together in the byte order of their names; `template-begin.hbs` comes first and `template-end.hbs` last. A fragment always ends its last line.",
    "A server adds to a template in the folder of the same name below /etc/mailwright/templates. A fragment there is added to the others; one of the same name takes the place of the shipped one, and an empty one removes it. Where a shipped fragment is newer than the one that takes its place, that is said, and so are files whose names do not end in .hbs. A template.yaml there takes the place of the shipped one. A new template is a folder there with a template.yaml, and is made by events that name it; see mailwright-events(5).",
    leftovers,
  ],
};

const syntaxText = [
  "A value is written as the program that reads the file takes it: what it reads back is exactly the value, and nothing more. A value that cannot be so written, such as one with a line break in most files, ends the event with its key, its property and the line of the fragment before anything is written.",
  'Where places within a file have rules of their own, `{{as "variant" value}}` names the place. The syntaxes, what their `{{value}}` is, and their variants:',
];

function syntaxTerm([name, { variants = {} }]: readonly [
  string,
  (typeof syntaxes)[keyof typeof syntaxes],
]): Term {
  const { value, variants: meanings } = syntaxMeanings[name as keyof typeof syntaxes];
  const terms = Object.keys(variants).map((variant): Term => {
    return [`\`${variant}\``, meanings[variant] ?? "A place with rules of its own."];
  });
  return [`\`${name}\``, value, ...(terms.length === 0 ? [] : [{ terms }])];
}

const language: Section = {
  title: "LANGUAGE",
  blocks: [
    "A fragment is text with expressions in the notation of Handlebars. Partials, decorators and name=value arguments are not part of it. What has no value, or is not known, is an error.",
    {
      terms: [
        ["`{{value}}`", "The value, written by the file's syntax. Numbers and booleans are written bare."],
        ['`{{as "variant" value}}`', "The value, written by a variant of the syntax."],
        [
          "`{{{value}}}`",
          "The value as it is. Never for what an administrator stores: nothing keeps it from ending the line or the quotes that it stands in.",
        ],
        ["`{{! comment}}`, `{{!-- comment --}}`", "Nothing."],
        [
          "`{{#if value}}`…`{{else}}`…`{{/if}}`",
          "The first part where the value is true: anything but empty text, an empty list, 0, false and nothing. `{{else if value}}` goes on asking.",
        ],
        ["`{{#unless value}}`…`{{else}}`…`{{/unless}}`", "The first part where the value is not true."],
        [
          "`{{#each list as |item index|}}`…`{{else}}`…`{{/each}}`",
          "The first part for each item of a list, or each member of a table; the second where there is none. Names between bars are optional: `this` is the item, and its members go by their names; `@index`, `@key`, `@first` and `@last` tell the place, and `../` leads out to the level above.",
        ],
        [
          "`{{#with value as |name|}}`…`{{else}}`…`{{/with}}`",
          "The first part with the value as `this`; the second where it is not true.",
        ],
        [
          '`{{#push "name"}}`…`{{/push}}`',
          "Nothing here: what it encloses, blanks around it removed, is added to the list of that name, which all fragments of the file share. So a fragment of the site adds to a setting that a later fragment writes.",
        ],
        [
          '`(stack "name")`',
          "That list as far as it has come, for `each`. Its items are written as they are, for their values were written when they were pushed.",
        ],
        [
          "`(eq a b)`, `(not a)`, `(and a b …)`, `(or a b …)`",
          "True or false, for `if` and `unless`; they may be nested. eq compares text with text and numbers with numbers.",
        ],
        ["`~`", "Next to the braces, as in `{{~value~}}`, removes the blanks and line breaks on that side."],
      ],
    },
    "A line that holds nothing but the tag of a block, or a comment, leaves no line behind.",
  ],
};

function values(): Section {
  return {
    title: "VALUES",
    blocks: [
      {
        terms: [
          [
            "`config.KEY.PROPERTY`",
            "A property of the database configuration, with its default; `config.KEY` alone where the record's type is its value. A property that the catalogue does not know is an error, unless it is stored.",
          ],
          [
            "`records.DATABASE`",
            "The records of a database as a list; each has `key`, `type` and its properties. Records whose type ends in -deleted are left out.",
          ],
          [
            "`hostname`, `systemName`, `domain`",
            "The full name of the machine, its first label, and the primary domain.",
          ],
          ["`item`", "With `each` in template.yaml: the item that the file at hand is made for."],
          ...Object.keys(mailTables).map(
            (name): Term => [`\`${name}\``, tableMeanings[name] ?? "A table of the mail model."],
          ),
        ],
      },
      "A property whose kind is a number is a number, and one whose kind is a list is a list; all others are text.",
    ],
  };
}

const example: Section = {
  title: "EXAMPLES",
  blocks: [
    "One more restriction, in /etc/mailwright/templates/etc/postfix/main.cf/55site.hbs:",
    { code: ['{{#push "smtpd_sender_restrictions"}}reject_unknown_sender_domain{{/push}}'] },
    "A file whose line `listen = 127.0.0.1:8081` names the port on which a daemon of the site must answer, in its template.yaml:",
    { code: ["syntax: plain", "services: [monitor]", "listens: '^listen = (\\S+)$'"] },
    "All local domains, a line each:",
    {
      code: [
        "{{#each records.domains}}",
        '{{#if (eq TransportType "LocalDelivery")}}',
        "{{key}} local",
        "{{/if}}",
        "{{/each}}",
      ],
    },
  ],
};
