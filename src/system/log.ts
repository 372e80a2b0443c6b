import { existsSync } from "node:fs";
import { createConnection } from "node:net";

/** The system's log, written while the program goes on; a log that cannot be reached is no failure. */
export interface Log {
  write(line: string, isError: boolean): void;
  close(): Promise<void>;
}

/** Where journald takes lines from a stream, as systemd-cat(1) sends them: no process is needed. */
const journalSocket = "/run/systemd/journal/stdout";

const silent: Log = { write: () => undefined, close: () => Promise.resolve() };

/** Facility mail (2), as a number of syslog(3) with the priority added. */
const facility = 2 << 3;
const priority = { info: 6, error: 3 };

/** Lines appear under `identifier` in the journal, and in syslog where journald forwards to it. */
export function openLog(identifier: string): Log {
  if (!existsSync(journalSocket)) return silent;
  // journald closes its own half at once.
  const socket = createConnection({ path: journalSocket, allowHalfOpen: true });
  socket.on("error", () => socket.destroy());
  // sd-daemon(3): identifier, unit, priority, level prefix, and three ways to forward.
  socket.write(`${identifier}\n\n${facility | priority.info}\n1\n0\n0\n0\n`);
  return {
    write: (line, isError) => {
      const level = isError ? priority.error : priority.info;
      if (!socket.destroyed) socket.write(`<${level}>${line.replaceAll("\n", " ")}\n`);
    },
    close: () =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        socket.on("close", () => resolve());
        socket.end();
      }),
  };
}
