import { connect, isIP, type Socket } from "node:net";
import { connect as connectWithTls } from "node:tls";
import { lookUp } from "./dns.ts";
import type { Address, Network } from "./system.ts";

/** How a protocol begins and ends. */
export interface Protocol {
  readonly tls?: boolean;
  /** What a client sends first; nothing where the server speaks first. */
  readonly opening?: string;
  /** A greeting by which the server says that it does not serve. */
  readonly refusal: RegExp;
  /** What a client sends to leave: one that just hangs up is a warning in the daemon's log. */
  readonly farewell: string;
}

/** RFC 5321 and 2033: a code of 4xx or 5xx is no welcome. */
const smtp: Protocol = { refusal: /^[45]/, farewell: "QUIT\r\n" };
/** RFC 3501 */
const imap: Protocol = { refusal: /^\* BYE/i, farewell: "a LOGOUT\r\n" };
/** RFC 1939 */
const pop3: Protocol = { refusal: /^-ERR/i, farewell: "QUIT\r\n" };
/** RFC 5804 */
const sieve: Protocol = { refusal: /^(BYE|NO)/i, farewell: "LOGOUT\r\n" };

/**
 * The milter protocol of Postfix and Rspamd, version 6: who offers it all (SMFIC_OPTNEG) is told what is taken. Rspamd's
 * main process holds the port, so that a connection alone does not tell whether a worker is behind it.
 */
const milter: Protocol = {
  opening: "\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff",
  refusal: /^$/,
  farewell: "\0\0\0\x01Q",
};
/** Rspamd's own, over HTTP: any answer is one. */
const http: Protocol = { opening: "GET /ping HTTP/1.0\r\n\r\n", refusal: /^$/, farewell: "" };

/** The ports that these protocols have by convention; of the service on any other it is not known who speaks first. */
export const wellKnown: ReadonlyMap<number, Protocol> = new Map([
  [24, smtp],
  [25, smtp],
  [110, pop3],
  [143, imap],
  [465, { ...smtp, tls: true }],
  [587, smtp],
  [993, { ...imap, tls: true }],
  [995, { ...pop3, tls: true }],
  [4190, sieve],
  [11332, milter],
  [11333, http],
  [11334, http],
]);

/** Milliseconds that a server may take over its farewell. */
const parting = 500;

/** The network that this machine is in. */
export function networkWith(protocols: ReadonlyMap<number, Protocol>): Network {
  return {
    answers: async ({ host, port }: Address, timeout) => {
      const end = performance.now() + timeout;
      for (const place of places(host)) {
        if (await greets(place, port, protocols.get(port), end - performance.now())) return true;
      }
      return false;
    },
    lookUp,
  };
}

export const realNetwork = networkWith(wellKnown);

/** Where a daemon can be reached that listens on a host. What listens on `::` may take IPv6 alone, or both. */
function places(host = "*"): string[] {
  const plain = host.replace(/^\[(.*)\]$/, "$1");
  if (plain === "*" || plain === "0.0.0.0") return ["127.0.0.1"];
  return plain === "::" ? ["::1", "127.0.0.1"] : [plain];
}

function greets(
  host: string,
  port: number,
  protocol: Protocol | undefined,
  timeout: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = open(host, port, protocol?.tls === true);
    let isWelcome = false;
    const end = (): void => {
      clearTimeout(timer);
      socket?.destroy();
      resolve(isWelcome);
    };
    let timer = setTimeout(end, Math.max(timeout, 0));
    if (socket === undefined) return end();
    socket.on("error", end);
    socket.on("close", end);
    if (protocol === undefined) {
      socket.once("connect", () => {
        isWelcome = true;
        end();
      });
      return;
    }
    if (protocol.opening !== undefined) socket.write(protocol.opening, "latin1");
    socket.once("data", (greeting: Buffer) => {
      isWelcome = !protocol.refusal.test(greeting.toString("latin1"));
      clearTimeout(timer);
      timer = setTimeout(end, parting);
      // The server hangs up; what it says until then is read, else it would see the connection break.
      socket.resume();
      socket.write(protocol.farewell, "latin1");
    });
  });
}

/** `undefined` for what can be no place, such as port 70000. */
function open(host: string, port: number, tls: boolean): Socket | undefined {
  try {
    if (!tls) return connect({ host, port });
    // Whether the certificate is good is no question here; it may be for another name than that of the address.
    return connectWithTls({
      ...{ host, port, rejectUnauthorized: false },
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
  } catch {
    return undefined;
  }
}
