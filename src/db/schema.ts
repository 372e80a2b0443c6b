/**
 * The tables. `record` and `prop` are the settings; `change` is their history, one row a property, with all
 * rows of one transaction under one revision; `applied` says up to which revision an event has been carried
 * out; `managed_file` is what mailwright last wrote; `service` is how each unit was last brought, and what a
 * committed file still asks of it. `apply` is the history of applies, which take their revisions from the same
 * count as changes, and `apply_file` what each did to files; `kept_file` is what stood in the place of files
 * whose daemons were not seen to run with the new ones yet, or that are not confirmed, and `kept_unit` how units were before they
 * were adjusted; `confirmation` is the apply that goes back unless
 * it is confirmed; `replaced_fragment` is the shipped text that a site's fragment took the place of.
 */
const layouts = [
  `
CREATE TABLE record (
  db TEXT NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL,
  PRIMARY KEY (db, key)
) WITHOUT ROWID;
CREATE TABLE prop (
  db TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (db, key, name)
) WITHOUT ROWID;
CREATE TABLE change (
  id INTEGER PRIMARY KEY, rev INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, via TEXT NOT NULL,
  db TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, old TEXT, new TEXT
);
CREATE INDEX change_rev ON change (rev);
CREATE TABLE applied (event TEXT PRIMARY KEY, rev INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE managed_file (
  path TEXT PRIMARY KEY, template TEXT NOT NULL, hash TEXT NOT NULL, mode INTEGER NOT NULL, owner TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE service (unit TEXT PRIMARY KEY, wanted TEXT NOT NULL, action TEXT) WITHOUT ROWID;
`,
  `
CREATE TABLE apply (
  rev INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, via TEXT NOT NULL,
  event TEXT NOT NULL, args TEXT NOT NULL, settings INTEGER NOT NULL, result TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE TABLE apply_file (
  rev INTEGER NOT NULL, path TEXT NOT NULL, state TEXT NOT NULL, diff TEXT NOT NULL,
  PRIMARY KEY (rev, path)
) WITHOUT ROWID;
CREATE TABLE kept_file (
  reason TEXT NOT NULL, path TEXT NOT NULL, bytes BLOB, link TEXT,
  mode INTEGER NOT NULL, uid INTEGER NOT NULL, gid INTEGER NOT NULL, units TEXT NOT NULL, managed TEXT,
  PRIMARY KEY (reason, path)
);
CREATE TABLE kept_unit (
  reason TEXT NOT NULL, unit TEXT NOT NULL, active INTEGER NOT NULL, failed INTEGER NOT NULL,
  enabled INTEGER NOT NULL, wanted TEXT NOT NULL, verbs TEXT NOT NULL,
  PRIMARY KEY (reason, unit)
) WITHOUT ROWID;
CREATE TABLE confirmation (
  id INTEGER PRIMARY KEY CHECK (id = 1), rev INTEGER NOT NULL, deadline INTEGER NOT NULL, applied TEXT NOT NULL
);
CREATE TABLE replaced_fragment (path TEXT PRIMARY KEY, modified REAL NOT NULL, shipped TEXT NOT NULL) WITHOUT ROWID;
`,
  `
CREATE INDEX record_name ON record (db, lower(key));
`,
];

export const schemaVersion = layouts.length;

/** What brings a database from the layout `version` to today's; 0 is an empty one. */
export function migration(version: number): string {
  return layouts.slice(version).join("");
}

/** The newest revision, of a change or of an apply, as SQL. */
export const newestRevision =
  "max(coalesce((SELECT max(rev) FROM change), 0), coalesce((SELECT max(rev) FROM apply), 0))";
