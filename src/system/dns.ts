import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { getServers } from "node:dns";
import { connect, isIPv6 } from "node:net";
import { type Answer, answerTo, question, type RecordType } from "./dns-message.ts";
import type { Network } from "./system.ts";

/** Milliseconds in which a server answers; each is asked twice. */
const patience = 3000;
const tries = 2;

interface Server {
  readonly host: string;
  readonly port: number;
}

/**
 * Asks these name servers one after the other, or those of /etc/resolv.conf. Bun's own resolver takes each string of a TXT
 * record for a record, so that a long key could not be told from two.
 */
export function lookUpAt(servers?: readonly Server[]): Network["lookUp"] {
  return async (name, type, limit = Number.POSITIVE_INFINITY) => {
    const end = performance.now() + limit;
    const all = servers ?? getServers().map(parsed);
    for (const server of Array.from({ length: tries }).flatMap(() => all)) {
      const time = Math.min(patience, end - performance.now());
      if (time <= 0) break;
      const answer = await askServer(server, name, type, time);
      if (answer !== undefined && !answer.hasFailed) return answer.records;
    }
    return undefined;
  };
}

export const lookUp = lookUpAt();

/** `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53`. */
function parsed(text: string): Server {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? text;
  return { host, port: port === undefined ? 53 : Number(port) };
}

async function askServer(
  server: Server,
  name: string,
  type: RecordType,
  time: number,
): Promise<Answer | undefined> {
  const id = randomInt(0x10000);
  const message = question(id, name, type);
  if (message === undefined) return { records: [], isTruncated: false, hasFailed: false };
  const read = (reply: Buffer): Answer | undefined => answerTo(id, type, reply);
  const answer = await byUdp(server, message, time, read);
  return answer?.isTruncated === true ? byTcp(server, message, time, read) : answer;
}

function byUdp(
  { host, port }: Server,
  message: Buffer,
  time: number,
  read: (reply: Buffer) => Answer | undefined,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
    const end = (answer?: Answer): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(end, time);
    socket.on("error", () => end());
    socket.on("message", (reply) => {
      const answer = read(reply);
      if (answer !== undefined) end(answer);
    });
    // Connected, it hears nobody else, and hears at once that nobody listens there.
    socket.connect(port, host, (unknown?: unknown) => {
      if (unknown) return end();
      socket.send(message, (error) => {
        if (error) end();
      });
    });
  });
}

/** By TCP a message stands behind its length (RFC 1035, 4.2.2). */
function byTcp(
  { host, port }: Server,
  message: Buffer,
  time: number,
  read: (reply: Buffer) => Answer | undefined,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    const end = (answer?: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, time);
    socket.on("error", () => end());
    socket.on("close", () => end());
    socket.on("connect", () => {
      socket.write(Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]));
    });
    socket.on("data", (data: Buffer) => {
      received = Buffer.concat([received, data]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      end(read(received.subarray(2, 2 + received.readUInt16BE(0))));
    });
  });
}
