import { LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { refused } from "../errors.ts";
import { checkValue } from "./check-value.ts";
import type { KeyEntry, PropertyEntry } from "./entry.ts";
import type { Kind } from "./kinds.ts";
import { placeOf, sentenceOf } from "./site-key-issues.ts";

const name = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}]+$/u, "a name without control characters");
const words = z.array(z.string().min(1)).min(1);
const optional = z.literal(true).exactOptional();
const count = z.int().min(0).exactOptional();

const pattern = z.string().transform((source, context) => {
  try {
    return new RegExp(`^(?:${source})$`, "u");
  } catch {
    context.addIssue({
      code: "custom",
      message: "it is no regular expression of JavaScript with the flag u",
    });
    return z.NEVER;
  }
});

/** The kinds as a site writes them, each with the members of `more` beside its own. */
function kinds<More extends z.ZodRawShape>(more: More) {
  const shared = { empty: optional, words: words.exactOptional(), ...more };
  const integer = z.int().exactOptional();
  const number = z.number().exactOptional();
  const plain = (kind: "port" | "path" | "duration" | "account" | "host") =>
    z.strictObject({ kind: z.literal(kind), ...shared });
  return z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("enum"), values: words, ...shared }),
    z.strictObject({
      kind: z.literal("integer"),
      min: integer,
      max: integer,
      unit: name.exactOptional(),
      ...shared,
    }),
    z.strictObject({ kind: z.literal("number"), min: number, max: number, ...shared }),
    z.strictObject({
      kind: z.literal("string"),
      minLength: count,
      maxLength: count,
      multiline: optional,
      ...shared,
    }),
    z.strictObject({ kind: z.literal("list"), of: nested, ...shared }),
    z.strictObject({ kind: z.literal("either"), of: z.array(nested).min(1), ...shared }),
    z.strictObject({
      kind: z.literal("pattern"),
      pattern,
      accepted: name,
      plural: name.exactOptional(),
      ...shared,
    }),
    z.strictObject({
      kind: z.literal("address"),
      alone: z.enum(["name", "name@", "@domain"]).exactOptional(),
      ...shared,
    }),
    z.strictObject({ kind: z.literal("domain"), form: z.enum(["ascii", "fqdn"]).exactOptional(), ...shared }),
    z.strictObject({ kind: z.literal("network"), plain: optional, ...shared }),
    plain("host"),
    plain("port"),
    plain("path"),
    plain("duration"),
    plain("account"),
  ]);
}

const simple = z
  .enum([
    "string",
    "integer",
    "number",
    "address",
    "domain",
    "host",
    "port",
    "network",
    "path",
    "duration",
    "account",
  ])
  .transform((kind): Kind => ({ kind }));

/** A kind inside another one: the word alone where it needs no more. */
const nested: z.ZodType<Kind> = z.lazy(() => z.union([simple, kinds({})]));

// YAML reads `5` and `true` as more than text, while the database holds nothing but text.
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const property = kinds({
  text: name,
  events: z.array(name).exactOptional(),
  default: scalar.exactOptional(),
  secret: optional,
}).transform(({ text, events = [], default: fallback, secret, ...kind }, context): PropertyEntry => {
  const entry: PropertyEntry = {
    kind,
    text,
    events,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(secret === undefined ? {} : { secret }),
  };
  const found = fallback === undefined ? undefined : checkValue(entry, fallback);
  if (found !== undefined) {
    context.addIssue({
      code: "custom",
      path: ["default"],
      message: `${found.reason}; accepted: ${found.accepted}`,
    });
  }
  return entry;
});

const properties = z.record(
  name.refine((text) => text !== "type", "type is no property"),
  property,
);

const entry = {
  text: name.exactOptional(),
  events: z.array(name).exactOptional(),
  properties: properties.exactOptional(),
};

const database = z.strictObject({
  keys: z.record(name, z.strictObject({ type: name.exactOptional(), ...entry })).exactOptional(),
  types: z
    .record(name, z.strictObject({ key: z.strictObject({ kind: nested, name }).exactOptional(), ...entry }))
    .exactOptional(),
});

const file = z.record(name, database);
type SiteFile = z.infer<typeof file>;

function entriesOfFile(site: SiteFile, source: string): KeyEntry[] {
  return Object.entries(site).flatMap(([databaseName, { keys = {}, types = {} }]) => [
    ...Object.entries(keys).map(([key, { type = "service", text = "", events = [], properties = {} }]) => ({
      database: databaseName,
      match: { key },
      types: [type],
      text,
      events,
      properties,
      source,
    })),
    ...Object.entries(types).map(([type, { key, text = "", events = [], properties = {} }]) => ({
      database: databaseName,
      match: { type },
      ...(key === undefined ? {} : { key }),
      types: [type],
      text,
      events,
      properties,
      source,
    })),
  ]);
}

const shape = "A file maps databases to keys or types, and these to properties, each with kind and text.";

/**
 * Reads a site's file of `/etc/mailwright/catalogue.d`. Its shape, by an example:
 *
 *     configuration:
 *       keys:
 *         backup:                      # a new key; `type` is `service` unless given
 *           text: The nightly backup.
 *           events: [backup-save]      # what applies a change of the type
 *           properties:
 *             status: { kind: enum, values: [enabled, disabled], default: enabled, text: Runs it. }
 *             Hour: { kind: integer, min: 0, max: 23, default: 3, text: When it begins., events: [backup-save] }
 *         rspamd:                      # a known key: gets more properties
 *           properties:
 *             SiteRules: { kind: path, empty: true, text: Our own rules., events: [nethserver-mail-filter-save] }
 *     accounts:
 *       types:
 *         printer:                     # records of this type, under any key that fits
 *           key: { kind: host, name: host name }
 *           text: A printer that sends scans.
 *           properties:
 *             Addresses: { kind: list, of: address, empty: true, text: Whom it may write to. }
 *
 * A property has the members of its kind (see kinds.ts; `pattern` is a regular expression for the whole value)
 * and `text`, `events`, `default` and `secret: true`. Throws CATALOGUE_FILE (exit 3) with the file, the line
 * and what is accepted.
 */
export function parseSiteKeys(text: string, filename: string): KeyEntry[] {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = doc.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw refused(`${filename}, line ${line}: it is no YAML: ${broken.message}`, "CATALOGUE_FILE", shape);
  }
  const parsed = file.safeParse(doc.toJS() ?? {});
  if (parsed.success) return entriesOfFile(parsed.data, filename);
  const [issue] = parsed.error.issues;
  if (issue === undefined) throw new Error("zod refused a file without saying why");
  throw refused(`${placeOf(issue, doc, lines, filename)}: ${sentenceOf(issue)}`, "CATALOGUE_FILE", shape);
}
