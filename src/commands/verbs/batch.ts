import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { WriteHandler } from "../verb.ts";
import { deleteRecord, delprop } from "./delete.ts";
import { set, setdefault } from "./set.ts";
import { setjson } from "./setjson.ts";
import { setprop } from "./setprop.ts";
import { done } from "./shared.ts";
import { splitWords } from "./split-words.ts";
import { settype } from "./type.ts";

const accepted: Readonly<Record<string, readonly [handler: WriteHandler, least: number]>> = {
  set: [set, 2],
  setprop: [setprop, 3],
  setdefault: [setdefault, 2],
  setjson: [setjson, 1],
  settype: [settype, 2],
  delete: [deleteRecord, 1],
  delprop: [delprop, 2],
};

/** Carries out the lines of standard input, a verb and its arguments each, all or none. */
export const batch: WriteHandler = (session) => {
  const lines = session.input.split("\n");
  for (const [index, line] of lines.entries()) {
    const words = splitWords(line);
    if (words === undefined) throw atLine(index, line, refused("a quotation mark is not closed", "USAGE"));
    if (words.length > 0) runLine(session, index, line, words);
  }
  return done;
};

function runLine(
  session: Parameters<WriteHandler>[0],
  index: number,
  line: string,
  words: readonly string[],
): void {
  const [verb = "", ...args] = words;
  const [handler, least] = (Object.hasOwn(accepted, verb) ? accepted[verb] : undefined) ?? [];
  if (handler === undefined || least === undefined) {
    throw atLine(
      index,
      line,
      refused(`${verb} cannot stand in a batch`, "USAGE", `accepted: ${Object.keys(accepted).join(", ")}`),
    );
  }
  if (args.length < least)
    throw atLine(index, line, refused(`${verb} needs at least ${least} arguments`, "USAGE"));
  try {
    if (handler(session, args).exit === ExitCode.done) return;
  } catch (cause) {
    throw cause instanceof MailwrightError ? atLine(index, line, cause) : cause;
  }
  throw atLine(index, line, new MailwrightError("there is no such record", { code: "UNKNOWN_KEY" }));
}

function atLine(index: number, line: string, cause: MailwrightError): MailwrightError {
  const { code, exit } = cause;
  const verb = line.trim().split(/\s/)[0] ?? "";
  const own = cause.hint?.replace(/ ?Nothing was stored\.$/, "");
  const hint = [own, "No line of the batch was stored."].filter(Boolean).join("\n");
  return new MailwrightError(`line ${index + 1} (${verb}): ${cause.message}`, { code, exit, hint, cause });
}
