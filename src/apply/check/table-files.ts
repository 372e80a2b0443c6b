import { MailwrightError } from "../../errors.ts";

/** The file that postmap(1) makes beside the text, by the type of the table. */
const suffixes: Readonly<Record<string, string>> = {
  cdb: ".cdb",
  lmdb: ".lmdb",
  hash: ".db",
  btree: ".db",
};

/** Where the table of a text lies. Throws for a type of table that has no file of its own. */
export function tableFile(text: string, type: string): string {
  const suffix = new Map(Object.entries(suffixes)).get(type);
  if (suffix !== undefined) return `${text}${suffix}`;
  throw new MailwrightError(`the template of ${text} asks for a table of the type ${type}`, {
    code: "TEMPLATE_METADATA",
    hint: `accepted as map: ${Object.keys(suffixes).join(", ")}. Nothing was touched.`,
  });
}
