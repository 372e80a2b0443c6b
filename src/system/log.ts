import { existsSync } from "node:fs";
import { createConnection, type Socket } from "node:net";

/** The system's log, written while the program goes on; a log that cannot be reached is no failure. */
export interface Log {
  write(line: string, isError: boolean): void;
  close(): Promise<void>;
}

/** Where journald takes lines from a stream, as systemd-cat(1) sends them: no process is needed. */
const journalSocket = "/run/systemd/journal/stdout";

/** Facility mail (2), as a number of syslog(3) with the priority added. */
const facility = 2 << 3;
const priority = { notice: 5, error: 3 };

/** Milliseconds that a journal may take to read the last lines; it must not hold up the command for longer. */
const patience = 1000;

/**
 * Lines appear under `identifier` in the journal, and in syslog where journald forwards to it. Nothing is opened
 * before the first line.
 */
export function openLog(identifier: string, socketPath = journalSocket): Log {
  let socket: Socket | undefined;
  const open = (): Socket | undefined => {
    if (!existsSync(socketPath)) return undefined;
    // journald closes its own half at once, which must not end ours.
    const opened = createConnection({ path: socketPath, allowHalfOpen: true });
    opened.on("error", () => opened.destroy());
    // sd-daemon(3): identifier, unit, priority, level prefix, and three ways to forward.
    opened.write(`${identifier}\n\n${facility | priority.notice}\n1\n0\n0\n0\n`);
    return opened;
  };
  return {
    write: (line, isError) => {
      socket ??= open();
      // The prefix of a line is the priority alone; the facility is said once, at the start.
      const level = isError ? priority.error : priority.notice;
      // A line break or a NUL would make two entries of one.
      if (socket?.destroyed === false) socket.write(`<${level}>${line.replace(/[\n\0]/g, " ")}\n`);
    },
    close: () => (socket === undefined ? Promise.resolve() : flushed(socket)),
  };
}

function flushed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    const timer = setTimeout(() => socket.destroy(), patience);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.end(() => socket.destroy());
  });
}
