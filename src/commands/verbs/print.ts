import type { ReadHandler } from "../verb.ts";
import { barred, recordLines } from "./shared.ts";

export const print: ReadHandler = (session, [key]) =>
  recordLines(session, key, (record) => [`${record.key}=${barred(session, record)}`]);
