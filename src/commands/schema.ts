import { jsonSchema } from "../catalogue/json-schema.ts";
import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { Handler } from "./command.ts";
import { loadCatalogue } from "./context.ts";

export const schema: Handler = async (context, [database]) => {
  const catalogue = await loadCatalogue(context);
  if (database !== undefined && !catalogue.has(database)) {
    throw refused(
      `nothing is known of the database ${database}`,
      "UNKNOWN_NAME",
      `known: ${[...catalogue.keys()].join(", ")}`,
    );
  }
  const document = jsonSchema(catalogue, database);
  return { exit: ExitCode.done, text: `${JSON.stringify(document, null, 2)}\n`, data: document };
};
