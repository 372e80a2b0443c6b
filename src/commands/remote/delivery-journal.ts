import { openAppended } from "../../system/appended-file.ts";
import type { Files } from "../../system/system.ts";

/** What is known of a message: it is delivered, or its delivery was begun by a run that was cut off. */
export type Known = "delivered" | "begun" | undefined;

/**
 * What was delivered and getmail may not have noted: it does so at the end of a run, and one that is killed would fetch all of
 * it again. Each line is durable before the next step.
 */
export interface DeliveryJournal {
  known(id: string): Known;
  begin(id: string): void;
  delivered(id: string): void;
  close(): void;
}

export function openJournal(path: string): DeliveryJournal {
  const file = openAppended(path);
  const known = new Map<string, "delivered" | "begun">();
  for (const line of file.lines) {
    const [, sign, id = ""] = /^([?+]) (\S+)$/.exec(line) ?? [];
    if (sign !== undefined) known.set(id, sign === "+" ? "delivered" : "begun");
  }
  return {
    known: (id) => known.get(id),
    begin: (id) => {
      file.append(`? ${id}`);
      known.set(id, "begun");
    },
    delivered: (id) => {
      file.append(`+ ${id}`);
      known.set(id, "delivered");
    },
    close: () => file.close(),
  };
}

/** Forgets all: getmail has noted it. */
export function forgetJournal(files: Files, path: string): void {
  files.remove(path);
}
