import { isMap, type LineCounter, type parseDocument } from "yaml";
import type * as z from "zod";
import { joinOr } from "./accepted.ts";

type Issue = z.core.$ZodIssue;
type Doc = ReturnType<typeof parseDocument>;

/** What zod calls the types of a value, in the words of YAML. */
const yamlTypes: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "a mapping",
  record: "a mapping",
  string: "text",
};

function pathOf(issue: Issue): readonly PropertyKey[] {
  return issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
}

/** The line of a place in the document, or of the nearest place around it. */
function lineOf(doc: Doc, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = doc.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => String(item.key) === String(last)) : undefined;
    const node = pair?.key ?? doc.getIn(path.slice(0, length), true);
    const range = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === "number") return lines.linePos(range[0]).line;
  }
  return undefined;
}

/** Where an issue is: the file, its line, and the way to the member. */
export function placeOf(issue: Issue, doc: Doc, lines: LineCounter, filename: string): string {
  const path = pathOf(issue);
  const line = lineOf(doc, lines, path);
  const file = line === undefined ? filename : `${filename}, line ${line}`;
  return path.length === 0 ? file : `${file}: ${path.map(String).join(" ")}`;
}

/** What is wrong and what is accepted, to follow `placeOf` and a colon. */
export function sentenceOf(issue: Issue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return "it is not known here";
    case "invalid_type": {
      const form = yamlTypes[issue.expected] ?? issue.expected;
      return issue.message.endsWith("received undefined")
        ? `it is missing; accepted: ${form}`
        : `it must be ${form}`;
    }
    case "invalid_value":
      return `it must be ${joinOr(issue.values.map(String))}`;
    case "invalid_union":
      return "options" in issue && issue.options !== undefined
        ? `it must be ${joinOr(issue.options.map(String))}`
        : "it must be the name of a kind, or a mapping with kind and its members";
    default:
      return issue.message;
  }
}
