/**
 * The tables. `record` and `prop` are the settings; `change` is their history, one row a property, with all
 * rows of one transaction under one revision; `applied` says up to which revision an event has been carried
 * out; `managed_file` is what mailwright last wrote; `service` is how each unit was last brought, and what a
 * committed file still asks of it.
 */
export const schemaVersion = 1;

export const schema = `
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
`;
