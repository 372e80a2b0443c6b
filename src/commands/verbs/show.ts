import type { ReadHandler } from "../verb.ts";
import { chosenRecords, lines, oneLine, propertiesOf } from "./shared.ts";

export const show: ReadHandler = (session, [key]) =>
  lines(
    chosenRecords(session, key).flatMap((record) => [
      `${record.key}=${record.type}`,
      ...propertiesOf(session, record).map(([name, value]) => `    ${name}=${oneLine(value)}`),
    ]),
  );
