import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A message with its envelope, as SMTP has them. */
export interface Letter {
  /** Empty for one from nobody, such as a bounce. */
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Each byte a character; lines may end with line feeds alone. */
  readonly message: string;
}

/** What became of a letter: the id under which it is queued, or why it was not taken. */
export type Receipt = { readonly queueId: string } | { readonly refusals: readonly string[] };

/** Milliseconds in which a reply must come (RFC 5321, 4.5.3.2.6, the longest). */
const patience = 600_000;

/**
 * Hands a letter to an SMTP server that listens on a local socket. It is taken for all recipients or, where one is
 * refused, for none. Rejects where nobody listens, and where the connection breaks before the last reply.
 */
export async function handOver(path: string, { sender, recipients, message }: Letter): Promise<Receipt> {
  const socket = connect({ path });
  const replies = repliesOf(socket);
  const ask = async (line: string): Promise<string> => {
    socket.write(`${line}\r\n`);
    return replies.next();
  };
  try {
    await replies.next();
    await ask("EHLO localhost");
    const unicode = [sender, ...recipients].some((address) => /[^ -~]/.test(address));
    const first = await ask(`MAIL FROM:<${sender}> BODY=8BITMIME${unicode ? " SMTPUTF8" : ""}`);
    if (!first.startsWith("2")) return { refusals: [first] };
    const refusals: string[] = [];
    for (const recipient of recipients) {
      const reply = await ask(`RCPT TO:<${recipient}>`);
      if (!reply.startsWith("2")) refusals.push(`${recipient}: ${reply}`);
    }
    if (refusals.length > 0) return { refusals };
    const ready = await ask("DATA");
    if (!ready.startsWith("354")) return { refusals: [ready] };
    socket.write(dotted(message), "latin1");
    const last = await ask(".");
    const [, queueId] = /^250 .*queued as (\S+)/.exec(last) ?? [];
    return queueId === undefined ? { refusals: [last] } : { queueId };
  } finally {
    socket.end("QUIT\r\n");
    socket.destroySoon();
  }
}

/** With the line ends and dots that DATA wants (RFC 5321, 2.3.8 and 4.5.2). */
function dotted(message: string): string {
  const lines = message.replace(/\r?\n/g, "\r\n").replace(/(^|\r\n)\./g, "$1..");
  return lines.endsWith("\r\n") ? lines : `${lines}\r\n`;
}

/** The replies of a server one by one, the last line of each. */
function repliesOf(socket: Socket): { next(): Promise<string> } {
  const lines = async function* (): AsyncGenerator<string> {
    let text = "";
    for await (const piece of socket) {
      text += String(piece);
      const all = text.split("\r\n");
      text = all.pop() ?? "";
      yield* all.filter((line) => /^\d{3}(?: |$)/.test(line));
    }
  };
  const found = lines();
  return {
    next: async () => {
      const stop = new AbortController();
      const late = sleep(patience, undefined, { signal: stop.signal }).catch(() => undefined);
      try {
        const reply = await Promise.race([found.next(), late]);
        if (reply?.done === false) return reply.value;
        throw new Error(reply === undefined ? "no reply came in time" : "the connection was closed");
      } finally {
        stop.abort();
      }
    },
  };
}
