import { nearest } from "../../catalogue/suggest.ts";
import { typeName } from "../../db/record.ts";
import { MailwrightError } from "../../errors.ts";
import type { WriteHandler } from "../verb.ts";
import { done, pairs } from "./shared.ts";
import { storeRecord, told } from "./store-record.ts";

/** The record must exist, or be known to the catalogue; `type` stands for its type. */
export const setprop: WriteHandler = (session, [key = "", ...rest]) => {
  const props = pairs(rest);
  const { database, settings } = session;
  if (settings.type(database, key) === undefined) {
    const command = database === "configuration" ? "config" : `db ${database}`;
    const keys = [...settings.records(database)].map((record) => record.key);
    const meant = nearest(key, keys);
    throw new MailwrightError(
      `${database} has no record ${key}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
      {
        code: "UNKNOWN_KEY",
        hint: `make it: ${command} set ${key} TYPE PROPERTY VALUE …     known: ${command} keys`,
      },
    );
  }
  const type = props.get(typeName);
  props.delete(typeName);
  const notices = told(session, key, type, props);
  storeRecord(session, key, type, props, false);
  return { ...done, notices };
};
