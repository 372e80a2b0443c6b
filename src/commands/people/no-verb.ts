import { nearest } from "../../catalogue/suggest.ts";
import { refused } from "../../errors.ts";
import type { Command, Handler } from "../command.ts";

/** Refuses what is none of a command's verbs. */
export const noVerb =
  (verbs: readonly Command[]): Handler =>
  ({ program }, [word]) => {
    const names = verbs.map(({ name }) => name);
    const meant = word === undefined ? undefined : nearest(word, names);
    throw refused(
      word === undefined
        ? "what is to be done?"
        : `there is no verb ${word}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
      "USAGE",
      `accepted: ${names.join(", ")}     see: ${program} --help`,
    );
  };
