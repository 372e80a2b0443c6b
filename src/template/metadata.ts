import { MailwrightError } from "../errors.ts";
import type { SyntaxName } from "./syntax/syntaxes.ts";

/** What a template.yaml says of the file that the folder makes. */
export interface TemplateMetadata {
  readonly syntax: SyntaxName;
  /** Names of this machine; root where not given. */
  readonly owner: string;
  readonly group: string;
  /** Permission bits. */
  readonly mode: number;
  /** Whether the file starts with the note that it is made, and by what. */
  readonly comment: boolean;
  /** The daemon that judges the file before it is written. */
  readonly check: string | undefined;
  /** The units that must reload when the file changed: the checking daemon's where not given; without one, all. */
  readonly services: readonly string[] | undefined;
  /** An expression; the file is removed while it is false. */
  readonly when: string | undefined;
  /** A path; the file is removed, and that is said, while nothing is there. */
  readonly needs: string | undefined;
  /** With `needs`: what is so while nothing is there, in a clause. */
  readonly without: string | undefined;
  /** With `needs`: many machines have no such thing, and an event says nothing of it. */
  readonly optional: boolean;
  /** An expression for a list: one file for each of its items, which the fragments see as `item`. */
  readonly each: string | undefined;
  /** With `each`: an expression, of `item`, for the file's name in the folder that the template is named after. */
  readonly name: string | undefined;
  /** The content is never shown, whatever it was made of. */
  readonly secret: boolean;
  /** The type of Postfix table that `postmap` makes beside the file. */
  readonly map: string | undefined;
  /** An expression for a list of files whose key and certificates the file holds, behind what fragments make. */
  readonly pem: string | undefined;
  /** An expression for a list of files with private keys, which are made where they are not there. */
  readonly keys: string | undefined;
  /** A regular expression whose first group is, in each line that it fits, an address that the services listen on. */
  readonly listens: string | undefined;
}

/** The entries that are expressions. */
export const metadataExpressions = ["when", "each", "name", "pem", "keys"] as const;

/** Reads a template.yaml. Loads the YAML and schema libraries, which the build spares for shipped files. */
export async function parseMetadata(text: string, name: string): Promise<TemplateMetadata> {
  const [{ parse }, { z }, { syntaxes }] = await Promise.all([
    import("yaml"),
    import("zod"),
    import("./syntax/syntaxes.ts"),
  ]);
  const names = Object.keys(syntaxes) as [SyntaxName, ...SyntaxName[]];
  const expression = z.string().min(1).optional();
  const shape = z
    .strictObject({
      syntax: z.enum(names),
      owner: z.string().default("root"),
      group: z.string().default("root"),
      mode: z
        .string()
        .regex(/^0?[0-7]{3}$/, 'accepted: four octal digits in quotes, such as "0640"')
        .default("0644"),
      comment: z.boolean().default(true),
      check: z.string().optional(),
      services: z.array(z.string()).optional(),
      // YAML reads a plain true or false as what it is.
      when: z.union([expression, z.boolean().transform(String)]),
      needs: z.string().startsWith("/").optional(),
      without: z.string().min(1).optional(),
      optional: z.boolean().default(false),
      each: expression,
      name: expression,
      secret: z.boolean().default(false),
      map: z.string().optional(),
      pem: expression,
      keys: expression,
      listens: z
        .string()
        .refine(isPattern, "accepted: a regular expression with one group, such as '^(\\S+) +inet '")
        .optional(),
    })
    .refine(
      (value) => (value.each === undefined) === (value.name === undefined),
      "each and name go together",
    );
  const parsed = shape.safeParse(parseYaml(parse, text, name));
  if (!parsed.success)
    throw new MailwrightError(`${name}: ${z.prettifyError(parsed.error)}`, { code: "TEMPLATE_METADATA" });
  const {
    mode,
    services,
    check,
    when,
    needs,
    without,
    each,
    name: fileName,
    map,
    pem,
    keys,
    listens,
    ...rest
  } = parsed.data;
  return {
    ...rest,
    mode: Number.parseInt(mode, 8),
    check,
    services: services ?? (check === undefined ? undefined : [check]),
    when,
    needs,
    without,
    each,
    name: fileName,
    map,
    pem,
    keys,
    listens,
  };
}

function isPattern(source: string): boolean {
  try {
    // An alternative that is empty always fits, and the match then tells how many groups there are.
    return new RegExp(`${source}|`).exec("")?.length === 2;
  } catch {
    return false;
  }
}

/** The value of a YAML text; what is no YAML is reported with the file's name and line. */
export function parseYaml(parse: (text: string) => unknown, text: string, name: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MailwrightError(`${name}: ${reason}`, { code: "YAML", cause });
  }
}
