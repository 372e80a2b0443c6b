import { openAppended } from "../../system/appended-file.ts";
import type { Files } from "../../system/system.ts";

/** What is known of a message: it is dealt with, or its delivery was begun then (milliseconds since 1970) and was cut off. */
export type Known = "done" | { readonly begun: number } | undefined;

/** A message that the filter does not let through, and of which the user has not been told. */
export interface Refused {
  readonly id: string;
  /** The user, who alone is told. */
  readonly account: string;
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
  begin(id: string, now: number): void;
  done(id: string): void;
  /** What was begun has certainly come to nothing. */
  failed(id: string): void;
  refuse(refused: Refused): void;
  /** Of what this user is to hear, in the order in which it was refused. */
  untold(account: string): readonly Refused[];
  /** A note of this identifier has told of these. */
  told(note: string, refused: readonly Refused[]): void;
  close(): void;
}

export function openJournal(path: string): DeliveryJournal {
  const file = openAppended(path);
  const { known, untold } = read(file.lines);
  return {
    known: (id) => known.get(id),
    begin: (id, now) => {
      file.append(`? ${id} ${now}`);
      known.set(id, { begun: now });
    },
    done: (id) => {
      file.jot(`+ ${id}`);
      known.set(id, "done");
    },
    failed: (id) => {
      file.jot(`- ${id}`);
      known.delete(id);
    },
    refuse: (refused) => {
      file.append(refusedLine(refused));
      known.set(refused.id, "done");
      untold.set(refused.id, refused);
    },
    untold: (user) => [...untold.values()].filter(({ account }) => account === user),
    told: (note, refused) => {
      // At once: what is left of a half would be another note.
      file.jot([...refused.map(({ id }) => `+ ${id}`), `- ${note}`].join("\n"));
      for (const { id } of refused) untold.delete(id);
      known.delete(note);
    },
    close: () => file.close(),
  };
}

/**
 * Forgets what getmail has noted; what it has not, what was begun, and what is untold, stays. `noted` gives the identifiers; it
 * is called where something may be forgotten.
 */
export function forgetNoted(files: Files, path: string, noted: () => ReadonlySet<string>): void {
  const { known, untold } = read((files.readText(path) ?? "").split("\n"));
  const isNoted = known.size === 0 ? new Set() : noted();
  const lines = [
    ...[...known].flatMap(([id, state]) => {
      if (state !== "done") return [`? ${id} ${state.begun}`];
      return isNoted.has(id) || untold.has(id) ? [] : [`+ ${id}`];
    }),
    ...[...untold.values()].map(refusedLine),
  ];
  if (lines.length === 0) files.remove(path);
  else files.write(path, Buffer.from(`${lines.join("\n")}\n`), { mode: 0o600 });
}

const refusedLine = (refused: Refused): string => `! ${JSON.stringify(refused)}`;

interface State {
  readonly known: Map<string, "done" | { readonly begun: number }>;
  readonly untold: Map<string, Refused>;
}

/** A line that a crash has damaged says nothing. */
function read(lines: readonly string[]): State {
  const known: State["known"] = new Map();
  const untold: State["untold"] = new Map();
  for (const line of lines) {
    const [, sign, id, at = "0"] = /^([?+-]) (\S+)(?: (\d+))?$/.exec(line) ?? [];
    if (id !== undefined) {
      if (sign === "-") known.delete(id);
      else known.set(id, sign === "+" ? "done" : { begun: Number(at) });
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
