import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { teacher } from "../../../src/commands/filter/bayes/controller.ts";
import { ask } from "../../../src/system/http.ts";

const started: { close(): unknown }[] = [];
const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

async function answering(answer: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(answer);
  started.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of started.splice(0)) server.close();
});

describe("asking a daemon of this machine", () => {
  it("sends a POST with bytes, and a GET without", async () => {
    const server = await answering((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        response.statusCode = 208;
        response.end(`${request.method} ${request.url} ${request.headers["a"]} ${Buffer.concat(parts)}`);
      });
    });
    const to = { port: portOf(server), path: "/x", headers: { a: "1" }, timeout: 5000 };
    expect(await ask({ ...to, bytes: Buffer.from("y") })).toEqual({ status: 208, body: "POST /x 1 y" });
    expect(await ask(to)).toEqual({ status: 208, body: "GET /x 1 " });
  });

  it("gives up where nobody listens, and where nothing is said in time", async () => {
    const server = await answering(() => {});
    const to = { port: portOf(server), path: "/", timeout: 100 };
    await expect(ask(to)).rejects.toThrow("no answer within 0.1 s");
    await expect(ask({ ...to, port: 1 })).rejects.toThrow("ECONNREFUSED");
  });

  it.each(["Connection: close\r\n", ""])(
    "takes a 204 with a body, as Rspamd sends it (%j)",
    async (headers) => {
      const text = `HTTP/1.1 204 too few tokens\r\n${headers}Content-Length: 15\r\n\r\n{"error":"few"}`;
      const server = createTcpServer((socket) => socket.once("data", () => socket.end(text)));
      started.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const to = { port: portOf(server), path: "/learnspam", bytes: Buffer.from("x"), timeout: 5000 };
      expect(await ask(to)).toEqual({ status: 204, body: "" });
    },
  );

  it("shows neither passwords nor mail to a proxy of the environment", async () => {
    let seen = 0;
    const proxy = createTcpServer((socket) => {
      seen += 1;
      socket.end("HTTP/1.1 502 no\r\nContent-Length: 0\r\n\r\n");
    });
    started.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    for (const name of ["http_proxy", "HTTP_PROXY"]) vi.stubEnv(name, `http://127.0.0.1:${portOf(proxy)}`);
    const server = await answering((_, response) => response.end("direct"));
    expect(await ask({ port: portOf(server), path: "/", timeout: 5000 })).toMatchObject({ body: "direct" });
    await teacher("secret")
      .learn("spam", Buffer.from("mail"))
      .catch(() => undefined);
    expect(seen).toBe(0);
  });
});
