import { type OutgoingHttpHeaders, request } from "node:http";

/** To a daemon of this machine. Without `bytes` it is a GET, with them a POST. */
export interface HttpRequest {
  readonly port: number;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly bytes?: Uint8Array;
  /** Milliseconds without a word of it. */
  readonly timeout: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks a daemon on the loopback interface. Rejects with the system's error where it does not listen, and after `timeout`.
 * Not by fetch(), which in Bun goes through the proxy that http_proxy names, passwords and mail with it.
 */
export function ask({ port, path, headers = {}, bytes, timeout }: HttpRequest): Promise<HttpAnswer> {
  const method = bytes === undefined ? "GET" : "POST";
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, timeout }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      // Rspamd 3.4 sends a body behind it all the same, which is none (RFC 9110, 15.3.5) and fails to be read.
      if (answer.statusCode === 204) resolve({ status: 204, body: "" });
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${timeout / 1000} s`)));
    sent.on("error", reject);
    sent.end(bytes);
  });
}
