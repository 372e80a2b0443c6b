import { createConnection } from "node:net";

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

/** Milliseconds without a word of the server. */
const patience = 300_000;

/**
 * Delivers a message to one recipient by LMTP (RFC 2033) on a socket of this machine. Resolves when it is delivered or
 * refused; rejects where the server is not there, falls silent, or goes away: before the last line has been sent nothing is
 * delivered, and behind it, it may be.
 */
export function deliver(socketPath: string, letter: Letter): Promise<Receipt> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: socketPath });
    const steps = conversation(letter);
    let received = "";
    const end = (isTaken: boolean, answer: string): void => {
      socket.end("QUIT\r\n");
      resolve({ isTaken, answer: answer.trim().replace(/\s+/g, " ") });
    };
    socket.setTimeout(patience, () => socket.destroy(new Error("no answer of the LMTP server")));
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
        if (next === undefined) return end(true, answer);
        socket.write(next);
      }
    });
  });
}

function conversation({ sender, recipient, content }: Letter): (string | Uint8Array)[] {
  return [
    "LHLO localhost\r\n",
    `MAIL FROM:<${sender}> BODY=8BITMIME\r\n`,
    `RCPT TO:<${localPart(recipient)}>\r\n`,
    "DATA\r\n",
    transparent(content),
  ];
}

/** As a quoted string where it is no dot-atom (RFC 5321, 4.1.2). */
function localPart(name: string): string {
  if (/^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/.test(name)) return name;
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

/** Lines end with CRLF, a point in front is doubled, and one alone ends it (RFC 5321, 4.5.2). */
function transparent(content: Uint8Array): Uint8Array {
  const text = Buffer.from(content)
    .toString("latin1")
    .replace(/\r?\n/g, "\r\n")
    .replace(/(^|\n)\./g, "$1..");
  return Buffer.from(`${text}${text.endsWith("\r\n") ? "" : "\r\n"}.\r\n`, "latin1");
}
