import { nearest } from "../../catalogue/suggest.ts";
import { refused } from "../../errors.ts";
import type { Command, Handler } from "../command.ts";

/** Words of other programs for the verbs. */
const synonyms: Readonly<Record<string, string>> = {
  ...{ create: "add", new: "add", change: "modify", edit: "modify", set: "modify" },
  ...{ remove: "delete", rm: "delete", del: "delete", ls: "list", get: "show" },
};

/** Refuses what is none of a command's verbs. */
export const noVerb =
  (verbs: readonly Command[]): Handler =>
  ({ program }, [word]) => {
    const names = verbs.map(({ name }) => name);
    const meant = word === undefined ? undefined : (synonymOf(word) ?? nearest(word, names));
    throw refused(
      word === undefined
        ? "what is to be done?"
        : `there is no verb ${word}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
      "USAGE",
      `accepted: ${names.join(", ")}     see: ${program} --help`,
    );
  };

function synonymOf(word: string): string | undefined {
  return Object.hasOwn(synonyms, word) ? synonyms[word] : undefined;
}
