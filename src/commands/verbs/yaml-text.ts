import { parse, stringify } from "yaml";
import type { DbRecord } from "../../db/record.ts";
import { refused } from "../../errors.ts";

/** Records as YAML: a mapping of keys to their `type` and `props`. */
export function formatYaml(records: readonly DbRecord[]): string {
  const document = records.map(({ key, type, props }): [string, unknown] => [
    key,
    props.size === 0 ? { type } : { type, props: new Map(props) },
  ]);
  return stringify(new Map(document), { lineWidth: 0 });
}

/** Reads what `formatYaml` wrote, or an administrator did; every scalar is text, so `yes` and `010` stay as they are. */
export function parseYamlRecords(text: string): DbRecord[] {
  let value: unknown;
  try {
    value = parse(text, { schema: "failsafe", mapAsMap: true });
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : String(cause));
  }
  if (value === null || value === "") return [];
  if (!(value instanceof Map)) throw malformed("it is no mapping");
  return [...value].map(([key, body]) => toRecord(scalar(key, "a key"), body));
}

function toRecord(key: string, body: unknown): DbRecord {
  const type: unknown = body instanceof Map ? body.get("type") : undefined;
  if (!(body instanceof Map) || typeof type !== "string") throw malformed(`${key} has no type`);
  const other = [...body.keys()].find((name) => name !== "type" && name !== "props");
  if (other !== undefined) throw malformed(`${key} has ${String(other)} beside type and props`);
  const props: unknown = body.get("props") ?? new Map();
  if (!(props instanceof Map)) throw malformed(`props of ${key} is no mapping`);
  return {
    key,
    type,
    props: new Map(
      [...props].map(([name, value]) => [
        scalar(name, `a property of ${key}`),
        scalar(value ?? "", `a value of ${key}`),
      ]),
    ),
  };
}

function scalar(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  throw malformed(`${what} is no text`);
}

function malformed(reason: string) {
  return refused(
    `the YAML is refused: ${reason.split("\n")[0]?.replace(/:$/, "")}`,
    "MALFORMED_YAML",
    "accepted: KEY: {type: TYPE, props: {PROPERTY: VALUE}}. Nothing was stored.",
  );
}
