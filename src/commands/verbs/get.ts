import type { ReadHandler } from "../verb.ts";
import { barred, recordLines } from "./shared.ts";

export const get: ReadHandler = (session, [key]) =>
  recordLines(session, key, (record) => [barred(session, record)]);
