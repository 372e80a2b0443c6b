import { once } from "node:events";
import { createConnection, type Socket } from "node:net";

/** A message as LMTP hands it over. */
export interface Letter {
  /** Empty: none, as of a bounce. */
  readonly sender: string;
  /** A mailbox, without a domain. */
  readonly recipient: string;
  readonly content: Uint8Array;
}

/** What the server says of a letter: `250 2.0.0 <john> SESSION Saved` of Dovecot's. */
export interface Receipt {
  readonly isTaken: boolean;
  /** On one line. */
  readonly answer: string;
}

/** Milliseconds without a word of the server, which may be at work on a message for as long. */
export const lmtpPatience = 300_000;

/** Bytes of content that are made ready at a time. */
const pieceSize = 65_536;

/**
 * Delivers a message to one recipient by LMTP (RFC 2033) on a socket of this machine. `begin` is called when the server waits for
 * the content: before, nothing can have been delivered, and behind it, it may be. Resolves when it is delivered or refused; rejects
 * where the server is not there, falls silent, or goes away, and where `begin` throws.
 */
export function deliver(socketPath: string, letter: Letter, begin: () => void): Promise<Receipt> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: socketPath });
    const steps = conversation(letter);
    let received = "";
    let hasBegun = false;
    const end = (isTaken: boolean, answer: string): void => {
      socket.end("QUIT\r\n");
      resolve({ isTaken, answer: answer.trim().replace(/\s+/g, " ") });
    };
    const give = (): void => {
      hasBegun = true;
      try {
        begin();
      } catch (error) {
        socket.destroy();
        return reject(error);
      }
      // Why it fails is told to those who listen to the socket.
      send(socket, transparent(letter.content)).catch(() => undefined);
    };
    socket.setTimeout(lmtpPatience, () => socket.destroy(new Error("no answer of the LMTP server")));
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the LMTP server has gone away")));
    socket.on("data", (piece) => {
      received += piece.toString("utf8");
      for (;;) {
        const [answer] = /^(?:\d{3}-.*\r?\n)*\d{3}(?: .*)?\r?\n/.exec(received) ?? [];
        if (answer === undefined) return;
        received = received.slice(answer.length);
        if (!/^[23]/.test(answer)) return end(false, answer);
        const next = steps.shift();
        if (next !== undefined) socket.write(next);
        else if (hasBegun) return end(true, answer);
        else give();
      }
    });
  });
}

/** As fast as the other end takes it, so that no more than a piece or two lie in memory. */
async function send(socket: Socket, pieces: Iterable<Uint8Array>): Promise<void> {
  for (const piece of pieces) if (!socket.write(piece)) await once(socket, "drain");
}

function conversation({ sender, recipient }: Letter): string[] {
  return [
    "LHLO localhost\r\n",
    `MAIL FROM:<${sender}> BODY=8BITMIME\r\n`,
    `RCPT TO:<${localPart(recipient)}>\r\n`,
    "DATA\r\n",
  ];
}

/** As a quoted string where it is no dot-atom (RFC 5321, 4.1.2). */
export function localPart(name: string): string {
  if (/^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/.test(name)) return name;
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

/** Lines end with CRLF, a point in front is doubled, and one alone ends it (RFC 5321, 4.5.2). */
function* transparent(content: Uint8Array): Generator<Uint8Array> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  let startsLine = true;
  for (let start = 0; start < bytes.length; ) {
    const window = bytes.subarray(start, start + pieceSize);
    const lines = window.lastIndexOf(10) + 1;
    // A line that is longer is cut, but not within its end.
    const isWithinEnd = window.length === pieceSize && window.at(-1) === 13;
    const length = lines > 0 ? lines : window.length - (isWithinEnd ? 1 : 0);
    const text = window.toString("latin1", 0, length).replace(/\r?\n/g, "\r\n").replace(/\n\./g, "\n..");
    yield Buffer.from(startsLine && text.startsWith(".") ? `.${text}` : text, "latin1");
    startsLine = lines > 0;
    start += length;
  }
  yield Buffer.from(startsLine ? ".\r\n" : "\r\n.\r\n");
}
