import type { Released } from "./log-record.ts";

/** What the log is told of a message that leaves the quarantine; behind a point stands what tells it from others of its id. */
export const releasedText = (id: string, queueId: string): string =>
  `${queueIdOf(id)}: released as ${queueId}`;

export const deletedText = (id: string): string => `${queueIdOf(id)}: deleted`;

const queueIdOf = (id: string): string => id.replace(/\..*$/, "");

/** What such a line says; `undefined` for others. */
export function quarantineRecord(text: string): Omit<Released, "time" | "program"> | undefined {
  const [, queueId, child] = /^(\w+): (?:released as (\w+)|deleted)$/.exec(text) ?? [];
  return queueId === undefined ? undefined : { kind: "released", queueId, child };
}
