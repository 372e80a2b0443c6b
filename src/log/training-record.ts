import type { Learned } from "./log-record.ts";

/** What the log is told of a message that was moved, and that the filter has learned or has not. */
export const trainingText = (messageId: string, outcome: string): string =>
  `message-id=<${messageId}>: ${outcome}`;

/** What such a line says; `undefined` for others. */
export function trainingRecord(text: string): Omit<Learned, "time" | "program"> | undefined {
  const [, messageId, outcome = ""] = /^message-id=<([^<>]*)>: (.*)$/s.exec(text) ?? [];
  return messageId === undefined ? undefined : { kind: "learned", messageId, outcome };
}
