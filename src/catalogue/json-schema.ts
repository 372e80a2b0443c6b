import { accepted } from "./accepted.ts";
import { type Catalogue, entriesOf } from "./catalogue.ts";
import type { KeyEntry, PropertyEntry } from "./entry.ts";
import type { Kind } from "./kinds.ts";
import { plainInteger, plainNumber } from "./notation.ts";

/** A JSON Schema, or a part of one. */
interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** The form of a value as far as a schema can say it; numbers are text in the database, so ranges are words. */
function formSchema(kind: Kind): JsonSchema {
  switch (kind.kind) {
    case "enum":
      return { enum: kind.values };
    case "integer":
    case "port":
      return { pattern: plainInteger.source };
    case "number":
      return { pattern: plainNumber.source };
    case "string":
      return {
        minLength: Math.max(kind.minLength ?? 0, kind.empty === true ? 0 : 1),
        ...(kind.maxLength === undefined ? {} : { maxLength: kind.maxLength }),
        ...(kind.multiline === true ? {} : { pattern: "^[^\\n\\r]*$" }),
      };
    case "list":
      return { pattern: kind.empty === true ? "^[^\\n\\r]*$" : "^[^\\n\\r]*[^\\n\\r, ][^\\n\\r]*$" };
    case "either":
      return { anyOf: kind.of.map(valueSchema) };
    case "pattern":
      // Validators in other languages do not know \p{…}: the standard asks to leave it out (Core, 6.4).
      return kind.pattern.source.includes("\\p{") ? {} : { pattern: kind.pattern.source };
    case "address":
      return {
        pattern: kind.alone === undefined ? "^[^@\\n\\r]+@[^@\\n\\r]+$" : "^[^@\\n\\r]*@?[^@\\n\\r]*$",
      };
    case "path":
      return { pattern: "^/[^\\n\\r]*$" };
    case "duration":
      return { pattern: "^[1-9][0-9]*[smhdw]$" };
    case "domain":
    case "host":
    case "network":
    case "account":
      return { pattern: "^[^\\n\\r]+$" };
  }
}

function valueSchema(kind: Kind): JsonSchema {
  const words = [...(kind.words ?? []), ...(kind.empty === true ? [""] : [])];
  if (kind.kind === "enum") return { enum: [...kind.values, ...words] };
  return words.length === 0 ? formSchema(kind) : { anyOf: [formSchema(kind), { enum: words }] };
}

function propertySchema(property: PropertyEntry): JsonSchema {
  const form = accepted(property.kind);
  return {
    type: "string",
    description: `${property.text} Accepted: ${form}.`,
    ...valueSchema(property.kind),
    ...(property.default === undefined ? {} : { default: property.default }),
    ...(property.secret === true ? { writeOnly: true } : {}),
  };
}

/** What the catalogue asks of a record of this entry. */
function entrySchema(entry: KeyEntry): JsonSchema {
  const properties = Object.entries(entry.properties).map(([name, property]) => [
    name,
    propertySchema(property),
  ]);
  const name = entry.key === undefined ? {} : { name: { type: "string", ...valueSchema(entry.key.kind) } };
  const type = entry.value === undefined ? { enum: entry.types } : propertySchema(entry.value);
  return {
    description: entry.text,
    properties: {
      ...name,
      type,
      props: { type: "object", properties: Object.fromEntries(properties), additionalProperties: false },
    },
  };
}

/** The condition under which a record is one of this entry; a key has its entry before its type has one. */
function matchSchema(entry: KeyEntry, keys: readonly string[]): JsonSchema {
  return "key" in entry.match
    ? { properties: { name: { const: entry.match.key } }, required: ["name"] }
    : { properties: { name: { not: { enum: keys } }, type: { enum: entry.types } }, required: ["type"] };
}

function recordSchema(entries: readonly KeyEntry[]): JsonSchema {
  const record = {
    type: "object",
    properties: {
      name: { type: "string", minLength: 1 },
      type: { type: "string" },
      props: { type: "object", additionalProperties: { type: "string" } },
    },
    required: ["name", "type"],
    additionalProperties: false,
  };
  const [only] = entries;
  // As in findEntry: where a database knows one type, every record must be of it.
  if (entries.length === 1 && only !== undefined && "type" in only.match) {
    return { ...record, allOf: [entrySchema(only)] };
  }
  const keys = entries.flatMap(({ match }) => ("key" in match ? [match.key] : []));
  const rules = entries.map((entry) => ({ anyOf: [{ not: matchSchema(entry, keys) }, entrySchema(entry)] }));
  return rules.length === 0 ? record : { ...record, allOf: rules };
}

const dialect = "https://json-schema.org/draft/2020-12/schema";

/**
 * A JSON Schema (2020-12) for the JSON form `{name, type, props}` of records: with `database` for one record of
 * it, else for an object that has, by database, an array of records. It states less than the catalogue checks:
 * ranges of numbers, items of lists and rules across properties are in the descriptions or not there.
 */
export function jsonSchema(catalogue: Catalogue, database?: string): JsonSchema {
  if (database !== undefined) {
    const title = `A record of the database ${database}`;
    return { $schema: dialect, title, ...recordSchema(entriesOf(catalogue, database)) };
  }
  const databases = [...catalogue.keys()];
  const arrays = databases.map((name) => [name, { type: "array", items: { $ref: `#/$defs/${name}` } }]);
  const records = databases.map((name) => [name, recordSchema(entriesOf(catalogue, name))]);
  return {
    $schema: dialect,
    title: "The databases of mailwright",
    type: "object",
    properties: Object.fromEntries(arrays),
    additionalProperties: { type: "array", items: recordSchema([]) },
    $defs: Object.fromEntries(records),
  };
}
