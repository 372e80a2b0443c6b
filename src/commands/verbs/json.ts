import { ExitCode } from "../../exit-codes.ts";
import type { Result } from "../command.ts";
import type { ReadHandler, ReadSession } from "../verb.ts";
import { allRecords, findRecord, jsonRecord } from "./shared.ts";

/** What the original prints, with status 0, for a record that does not exist. */
const missing = 1;

function jsonOf(session: ReadSession, key: string | undefined): unknown {
  if (key === undefined) return allRecords(session).map((record) => jsonRecord(session, record));
  const record = findRecord(session, key);
  return record === undefined ? missing : jsonRecord(session, record);
}

const compact: ReadHandler = (session, [key]): Result => ({
  exit: ExitCode.done,
  text: JSON.stringify(jsonOf(session, key)),
});

export const getjson = compact;
export const printjson = compact;
export const showjson: ReadHandler = (session, [key]) => ({
  exit: ExitCode.done,
  text: `${JSON.stringify(jsonOf(session, key), null, 3)}\n\n`,
});
