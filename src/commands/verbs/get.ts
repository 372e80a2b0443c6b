import type { ReadHandler } from "../verb.ts";
import { barred, chosenRecords, lines } from "./shared.ts";

export const get: ReadHandler = (session, [key]) =>
  lines(chosenRecords(session, key).map((record) => barred(session, record)));
