import { chmodSync, chownSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { dirname } from "node:path";

/** What a program asks: a word, and bytes. */
export type Answerer = (word: string, content: Uint8Array) => Promise<string>;

/** A socket that listens until `close`. */
export interface RequestSocket {
  readonly path: string;
  /** Takes nothing new, and resolves when the request at work is done with. */
  close(): Promise<void>;
}

/**
 * Listens on a socket that only `uid` and root can open. A request is `WORD LENGTH` on a line and so many bytes, `most` of them;
 * what comes cut off is answered by nothing, and what comes behind it is not heard. Requests are answered one after the other.
 */
export function listenForRequests(
  path: string,
  uid: number,
  most: number,
  answer: Answerer,
): Promise<RequestSocket> {
  mkdirSync(dirname(path), { recursive: true });
  // Whatever the umask of the administrator's shell.
  chmodSync(dirname(path), 0o711);
  rmSync(path, { force: true });
  let before: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    readRequest(socket, most, (word, content) => {
      before = before
        .then(() => (isClosed ? "failed nobody listens any more" : answer(word, content)))
        .then((text) => socket.end(text))
        .catch((error) => socket.end(`failed ${error instanceof Error ? error.message : String(error)}`));
    });
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      chownSync(path, uid, -1);
      resolve({
        path,
        close: async () => {
          isClosed = true;
          server.close();
          rmSync(path, { force: true });
          await before;
          for (const socket of open) socket.destroy();
        },
      });
    });
  });
}

function readRequest(socket: Socket, most: number, whole: (word: string, content: Uint8Array) => void): void {
  const pieces: Buffer[] = [];
  let count = 0;
  let isDone = false;
  let head: { readonly word: string; readonly size: number; readonly start: number } | undefined;
  socket.on("data", (piece) => {
    if (isDone) return;
    pieces.push(Buffer.from(piece));
    count += piece.length;
    if (head === undefined) {
      const known = Buffer.concat(pieces);
      const [line, word = "", length = ""] = /^(\w+) (\d+)\n/.exec(known.toString("latin1", 0, 64)) ?? [];
      if (line === undefined && count < 64) return;
      if (line === undefined || Number(length) > most) return void socket.destroy();
      head = { word, size: Number(length), start: line.length };
    }
    if (count < head.start + head.size) return;
    isDone = true;
    const { word, size, start } = head;
    whole(word, Buffer.concat(pieces).subarray(start, start + size));
    pieces.length = 0;
  });
}
