import { typeName } from "../../db/record.ts";
import type { ReadHandler } from "../verb.ts";
import { lines } from "./shared.ts";

/** An empty value is a value: an empty line, status 0. */
export const getprop: ReadHandler = ({ settings, database, storedOnly }, [key = "", name = ""]) => {
  if (name === typeName) {
    const type = storedOnly ? settings.snapshot.type(database, key) : settings.type(database, key);
    return lines(type === undefined ? [] : [type], type);
  }
  const value = storedOnly ? settings.snapshot.prop(database, key, name) : settings.prop(database, key, name);
  return lines(value === undefined ? [] : [value], value);
};
