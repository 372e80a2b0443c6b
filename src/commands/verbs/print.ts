import type { ReadHandler } from "../verb.ts";
import { barred, chosenRecords, lines } from "./shared.ts";

export const print: ReadHandler = (session, [key]) =>
  lines(chosenRecords(session, key).map((record) => `${record.key}=${barred(session, record)}`));
