import type { Verb } from "./verb.ts";

/** The verbs about what is known of a database, what happened to it, and all of it at once. */
export const databaseVerbs: readonly Verb[] = [
  {
    name: "describe",
    synopsis: "[KEY [PROPERTY]]",
    summary: "tell what is known of keys and properties",
    description: [
      "All keys of the database, one key, or one property. A key may also be the type of records, such as user: db accounts describe user.",
    ],
    effects: "read",
    arguments: ["key", "property"],
    count: [0, 2],
    examples: [
      ["config describe rspamd SpamKillLevel", "what is accepted, the value now, the event that applies it"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.describe,
  },
  {
    name: "changes",
    synopsis: "",
    summary: "list what is set and not applied yet",
    description: [
      "Only changes of known properties that an event applies, since such an event was last done. A change that was taken back is none.",
    ],
    effects: "read",
    arguments: [],
    count: [0, 0],
    examples: [["config changes", "with the events that apply it"]],
    load: async () => (await import("./deferred.ts")).deferred.changes,
  },
  {
    name: "history",
    synopsis: "[KEY]",
    summary: "list all changes, newest first",
    description: [
      "Who did it, and over which way in, is found from sudo(8), SSH, cron(8) and the terminal. Secrets are masked.",
    ],
    effects: "read",
    arguments: ["key"],
    count: [0, 1],
    examples: [["config history rspamd", "of one key"]],
    load: async () => (await import("./deferred.ts")).deferred.history,
  },
  {
    name: "rollback",
    synopsis: "REVISION",
    summary: "bring the database back to a revision",
    description: [
      "Changes of this database that are newer than the revision are undone. That is a change of its own, and can be undone too.",
    ],
    effects: "write",
    arguments: ["revision"],
    count: [1, 1],
    examples: [["config rollback 12", "to how it was after revision 12; no file is touched before an event"]],
    load: async () => (await import("./deferred.ts")).deferred.rollback,
  },
  {
    name: "batch",
    synopsis: "",
    summary: "carry out the lines of standard input, all or none",
    description: [
      "Accepted are set, setprop, setdefault, setjson, settype, delete and delprop, without config or db and the name of the database before them. Blanks separate words, quotation marks and backslashes keep them together, and # at the start of a word begins a comment. A mistake is reported with the number of its line.",
    ],
    effects: "write",
    arguments: [],
    count: [0, 0],
    examples: [["config batch < changes.txt", "a verb and its arguments a line, quoted as in a shell"]],
    source: () => "-",
    load: async () => (await import("./deferred.ts")).deferred.batch,
  },
  {
    name: "export",
    synopsis: "",
    summary: "print all that is stored, for import",
    description: [
      "Without defaults, secrets included. The first line of the text form says how characters are marked, so that import reads back exactly what was stored, whatever it holds.",
    ],
    effects: "read",
    arguments: [],
    count: [0, 0],
    examples: [["db --yaml accounts export", "as YAML; without --yaml as e-smith text"]],
    load: async () => (await import("./deferred.ts")).deferred.exportText,
  },
  {
    name: "import",
    synopsis: "FILE|-",
    summary: "store the records of a file, e-smith text or YAML",
    description: [
      "Replaces those records whole and leaves all others. YAML is read where --yaml stands or the file's name ends in .yaml or .yml: a mapping of keys to type and props. What the catalogue would refuse is kept, and listed on standard error.",
    ],
    effects: "write",
    arguments: ["file"],
    count: [1, 1],
    examples: [["db accounts import /var/lib/nethserver/db/accounts", "from another server, as it is"]],
    source: ([path]) => path,
    load: async () => (await import("./deferred.ts")).deferred.importText,
  },
];
