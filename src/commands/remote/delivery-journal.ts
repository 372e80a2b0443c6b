import { openAppended } from "../../system/appended-file.ts";
import type { Files } from "../../system/system.ts";

/** What is known of a message: it is dealt with, or its delivery was begun by a run that was cut off. */
export type Known = "done" | "begun" | undefined;

/** A message that the filter does not let through, and of which the user has not been told. */
export interface Refused {
  readonly id: string;
  readonly from: string;
  readonly subject: string;
  readonly reason: string;
}

/**
 * What was dealt with and getmail may not have noted: it does so at the end of a run, and one that is killed would fetch all of
 * it again. What is begun, and what is refused, is durable before the next step. That something is done outlives the process alone:
 * where the machine fails, the mailbox is asked, and the disk is waited for once a message.
 */
export interface DeliveryJournal {
  known(id: string): Known;
  begin(id: string): void;
  done(id: string): void;
  refuse(refused: Refused): void;
  /** In the order in which they were refused. */
  untold(): readonly Refused[];
  close(): void;
}

export function openJournal(path: string): DeliveryJournal {
  const file = openAppended(path);
  const { known, untold } = read(file.lines);
  return {
    known: (id) => known.get(id),
    begin: (id) => {
      file.append(`? ${id}`);
      known.set(id, "begun");
    },
    done: (id) => {
      file.jot(`+ ${id}`);
      known.set(id, "done");
      untold.delete(id);
    },
    refuse: (refused) => {
      file.append(refusedLine(refused));
      known.set(refused.id, "done");
      untold.set(refused.id, refused);
    },
    untold: () => [...untold.values()],
    close: () => file.close(),
  };
}

/** Forgets what getmail has noted; what was begun, and what is untold, stays. */
export function forgetNoted(files: Files, path: string): void {
  const { known, untold } = read((files.readText(path) ?? "").split("\n"));
  const lines = [
    ...[...known].filter(([, state]) => state === "begun").map(([id]) => `? ${id}`),
    ...[...untold.values()].map(refusedLine),
  ];
  if (lines.length === 0) files.remove(path);
  else files.write(path, Buffer.from(`${lines.join("\n")}\n`), { mode: 0o600 });
}

const refusedLine = (refused: Refused): string => `! ${JSON.stringify(refused)}`;

interface State {
  readonly known: Map<string, "done" | "begun">;
  readonly untold: Map<string, Refused>;
}

/** A line that a crash has damaged says nothing. */
function read(lines: readonly string[]): State {
  const known: State["known"] = new Map();
  const untold: State["untold"] = new Map();
  for (const line of lines) {
    const [, sign, id] = /^([?+]) (\S+)$/.exec(line) ?? [];
    if (id !== undefined) {
      known.set(id, sign === "+" ? "done" : "begun");
      if (sign === "+") untold.delete(id);
    }
    const refused = refusedOf(line);
    if (refused !== undefined) {
      known.set(refused.id, "done");
      untold.set(refused.id, refused);
    }
  }
  return { known, untold };
}

function refusedOf(line: string): Refused | undefined {
  if (!line.startsWith("! ")) return undefined;
  try {
    const refused: Refused = JSON.parse(line.slice(2));
    return typeof refused.id === "string" ? refused : undefined;
  } catch {
    return undefined;
  }
}
