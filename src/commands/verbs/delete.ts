import { typeName } from "../../db/record.ts";
import { refused } from "../../errors.ts";
import type { WriteHandler } from "../verb.ts";
import { done, notFound } from "./shared.ts";
import { removeProps } from "./store-record.ts";

/** Removes what is stored; a key that the catalogue knows is then read with its defaults. */
export const deleteRecord: WriteHandler = ({ writer, database }, [key = ""]) => {
  if (writer.snapshot.type(database, key) === undefined) return notFound;
  writer.deleteRecord(database, key);
  return done;
};

/** It is no failure where there is no such record or property. */
export const delprop: WriteHandler = (session, [key = "", ...names]) => {
  for (const name of names) {
    if (name === typeName) {
      throw refused(
        "a record cannot be without a type",
        "TYPE_PROPERTY",
        "remove the whole record: delete KEY",
      );
    }
  }
  removeProps(session, key, names);
  return done;
};
