import { refused } from "../../errors.ts";
import type { WriteHandler } from "../verb.ts";
import { done } from "./shared.ts";
import { storeRecord } from "./store-record.ts";

interface JsonRecord {
  readonly name: string;
  readonly type: string;
  readonly props: ReadonlyMap<string, string>;
}

/** Replaces whole records by what `getjson` printed: one, or a list; `-` reads standard input. */
export const setjson: WriteHandler = (session, [argument = ""]) => {
  const text = argument === "-" ? session.input : argument;
  for (const { name, type, props } of parse(text)) storeRecord(session, name, type, props, true);
  return done;
};

function parse(text: string): JsonRecord[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's words would repeat values.
    throw malformed("it is no JSON");
  }
  return (Array.isArray(value) ? value : [value]).map(toRecord);
}

function toRecord(value: unknown): JsonRecord {
  if (!isObject(value)) throw malformed("a record is an object");
  const { name, type, props = {} } = value;
  if (typeof name !== "string" || typeof type !== "string") throw malformed("name and type must be strings");
  if (!isObject(props)) throw malformed("props must be an object");
  const entries = Object.entries(props).map(([property, item]): [string, string] => {
    if (typeof item === "string") return [property, item];
    if (typeof item === "number" || typeof item === "boolean") return [property, String(item)];
    throw malformed(`the property ${property} must be a string`);
  });
  return { name, type, props: new Map(entries) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function malformed(reason: string) {
  const form = '{"name": "KEY", "type": "TYPE", "props": {"PROPERTY": "VALUE"}}, or a list of these';
  return refused(
    `the JSON is refused: ${reason}`,
    "MALFORMED_JSON",
    `accepted: ${form}. Nothing was stored.`,
  );
}
