import type { ReadHandler } from "../verb.ts";
import { allRecords, lines } from "./shared.ts";

export const keys: ReadHandler = (session) => lines(allRecords(session).map(({ key }) => key));
