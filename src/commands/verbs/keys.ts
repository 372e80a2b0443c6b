import type { ReadHandler } from "../verb.ts";
import { allRecords, lines } from "./shared.ts";

export const keys: ReadHandler = (session) => {
  const all = allRecords(session).map(({ key }) => key);
  return lines(all, all);
};
