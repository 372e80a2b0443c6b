import { formatEsmithText } from "../../db/esmith-text.ts";
import type { DbRecord } from "../../db/record.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { ReadHandler } from "../verb.ts";
import { formatYaml } from "./yaml-text.ts";

const storedRecords = (session: Parameters<ReadHandler>[0]): DbRecord[] =>
  session.settings.snapshot.records(session.database);

/** What is stored, without defaults, in a form that `import` reads back exactly. */
export const exportText: ReadHandler = (session) => ({
  exit: ExitCode.done,
  text: session.yaml ? formatYaml(storedRecords(session)) : formatEsmithText(storedRecords(session)),
});
