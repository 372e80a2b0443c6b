import { type OutgoingHttpHeaders, request } from "node:http";

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends bytes to a daemon of this machine by POST. Rejects with the system's error where it does not listen, and after
 * `timeout` milliseconds without a word of it.
 */
export function post(
  port: number,
  path: string,
  headers: OutgoingHttpHeaders,
  bytes: Uint8Array,
  timeout: number,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method: "POST", headers, timeout }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    sent.on("error", reject);
    sent.end(bytes);
  });
}
