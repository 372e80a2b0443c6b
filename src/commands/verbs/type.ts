import type { ReadHandler, WriteHandler } from "../verb.ts";
import { allRecords, done, lines, notFound } from "./shared.ts";
import { storeRecord } from "./store-record.ts";

export const gettype: ReadHandler = ({ settings, database, storedOnly }, [key = ""]) => {
  const type = storedOnly ? settings.snapshot.type(database, key) : settings.type(database, key);
  return lines(type === undefined ? [] : [type], type);
};

export const printtype: ReadHandler = (session, [key]) => {
  const chosen = allRecords(session).filter((record) => key === undefined || record.key === key);
  return lines(
    chosen.map((record) => `${record.key}=${record.type}`),
    Object.fromEntries(chosen.map((record) => [record.key, record.type])),
  );
};

export const settype: WriteHandler = (session, [key = "", type = ""]) => {
  if (session.settings.type(session.database, key) === undefined) return notFound;
  storeRecord(session, key, type, new Map(), false);
  return done;
};
