import type { ReadHandler } from "../verb.ts";
import { oneLine, propertiesOf, recordLines } from "./shared.ts";

export const show: ReadHandler = (session, [key]) =>
  recordLines(session, key, (record) => [
    `${record.key}=${record.type}`,
    ...propertiesOf(session, record).map(([name, value]) => `    ${name}=${oneLine(value)}`),
  ]);
