import { typeName } from "../../db/record.ts";
import { refused } from "../../errors.ts";
import type { WriteHandler } from "../verb.ts";
import { done, notFound } from "./shared.ts";

/** Removes what is stored; a key that the catalogue knows is then read with its defaults. */
export const deleteRecord: WriteHandler = ({ writer, database }, [key = ""]) => {
  if (writer.snapshot.type(database, key) === undefined) return notFound;
  writer.deleteRecord(database, key);
  return done;
};

export const delprop: WriteHandler = ({ writer, database }, [key = "", ...names]) => {
  for (const name of names) {
    if (name === typeName) {
      throw refused(
        "a record cannot be without a type",
        "TYPE_PROPERTY",
        "remove the whole record: delete KEY",
      );
    }
    writer.deleteProp(database, key, name);
  }
  return done;
};
