import type { WriteHandler } from "../verb.ts";
import { done, pairs } from "./shared.ts";
import { storeRecord } from "./store-record.ts";

/** Replaces the whole record. */
export const set: WriteHandler = (session, [key = "", type = "", ...rest]) => {
  storeRecord(session, key, type, pairs(rest), true);
  return done;
};

/** Does nothing where the record is stored, whatever it holds. */
export const setdefault: WriteHandler = (session, [key = "", type = "", ...rest]) => {
  const props = pairs(rest);
  if (session.writer.snapshot.type(session.database, key) === undefined)
    storeRecord(session, key, type, props, true);
  return done;
};
