import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { networkWith, type Protocol, realNetwork, wellKnown } from "../../../src/system/network.ts";

/** A key and a certificate for a name that no address here has, valid for a day. */
let identity: { readonly key: Buffer; readonly cert: Buffer };

beforeAll(() => {
  const base = mkdtempSync(join(tmpdir(), "mailwright-tls-"));
  const [key, cert] = [join(base, "key"), join(base, "cert")];
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-days", "1", "-subj", "/CN=elsewhere.example", "-keyout", key, "-out", cert],
    ],
    { stdio: "ignore" },
  );
  identity = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(base, { recursive: true });
});

/** A server on the loopback; `heard` is what clients have sent, `ends` how their connections ended. */
async function serve(
  greet: (socket: Socket) => void,
  { tls = false, host = "127.0.0.1" } = {},
): Promise<{ port: number; heard: () => string; ends: string[] }> {
  let text = "";
  const ends: string[] = [];
  const take = (socket: Socket): void => {
    socket.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      if (/(QUIT|LOGOUT)\r\n/.test(more)) socket.end("goodbye\r\n");
    });
    socket.on("end", () => ends.push("end"));
    socket.on("error", ({ message }) => ends.push(message));
    greet(socket);
  };
  const server: Server = tls ? createTlsServer(identity, take) : createServer(take);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard: () => text, ends };
}

/** A network in which the service of a well-known port is on another. */
function networkOn(port: number, known: number) {
  const protocol = wellKnown.get(known);
  return networkWith(new Map<number, Protocol>(protocol === undefined ? [] : [[port, protocol]]));
}

const say = (text: string) => (socket: Socket) => socket.write(text);
const nothing = (): void => undefined;

/** Whether a server that greets so answers as the service of a well-known port. */
async function answersAs(known: number, greet: (socket: Socket) => void, timeout = 2000) {
  const server = await serve(greet, { tls: wellKnown.get(known)?.tls === true });
  const start = performance.now();
  const answers = await networkOn(server.port, known).answers(
    { host: undefined, port: server.port },
    timeout,
  );
  return { answers, time: performance.now() - start, ...server };
}

describe("a port of Rspamd, where the client speaks first", () => {
  /** Answers what it is asked; the main process of a Rspamd without workers takes connections and says nothing. */
  const worker = (answer: string) => (socket: Socket) => socket.once("data", () => socket.write(answer));

  it.each([
    [11332, "\0\0\0\rO\0\0\0\x06", "\0\0\0\rO\0\0\0\x06", "\0\0\0\x01Q"],
    [11333, "HTTP/1.0 404 Not found\r\n\r\n", "GET /ping HTTP/1.0\r\n", "\r\n\r\n"],
    [11334, "HTTP/1.0 200 OK\r\n\r\npong", "GET /ping HTTP/1.0\r\n", "\r\n\r\n"],
  ])(
    "%i answers when a worker does, and not when it only takes connections",
    async (known, answer, first, last) => {
      const working = await answersAs(known, worker(answer));
      expect(working.answers).toBe(true);
      expect(working.heard().startsWith(first)).toBe(true);
      expect(working.heard().endsWith(last)).toBe(true);
      expect((await answersAs(known, nothing, 200)).answers).toBe(false);
    },
  );
});

describe("a port where the server speaks first", () => {
  for (const [known, greeting, farewell] of [
    [24, "220 mail LMTP\r\n", "QUIT\r\n"],
    [25, "220 mail ESMTP\r\n", "QUIT\r\n"],
    [587, "220-mail\r\n", "QUIT\r\n"],
    [465, "220 mail ESMTP\r\n", "QUIT\r\n"],
    [143, "* OK ready\r\n", "a LOGOUT\r\n"],
    [993, "* OK ready\r\n", "a LOGOUT\r\n"],
    [110, "+OK ready\r\n", "QUIT\r\n"],
    [995, "+OK ready\r\n", "QUIT\r\n"],
    [4190, '"IMPLEMENTATION" "x"\r\nOK\r\n', "LOGOUT\r\n"],
  ] as const) {
    it(`${known} answers when it greets, and is left politely`, async () => {
      const { answers, heard, ends, time } = await answersAs(known, say(greeting));
      expect(answers).toBe(true);
      expect(heard()).toBe(farewell);
      expect(time).toBeLessThan(400);
      await expect.poll(() => ends).toEqual(["end"]);
    });

    it(`${known} that accepts and says nothing does not answer`, async () => {
      const { answers, time } = await answersAs(known, nothing, 200);
      expect(answers).toBe(false);
      expect(time).toBeGreaterThan(190);
      expect(time).toBeLessThan(1500);
    });
  }

  for (const [known, refusal] of [
    [25, "421 4.3.2 service not available\r\n"],
    [25, "554 no\r\n"],
    [24, "4"],
    [465, "450 no\r\n"],
    [143, "* BYE overloaded\r\n"],
    [110, "-ERR no\r\n"],
    [4190, "BYE\r\n"],
  ] as const) {
    it(`${known} that says ${refusal.trim()} does not answer`, async () => {
      expect((await answersAs(known, say(refusal))).answers).toBe(false);
    });
  }

  it("that hangs up does not answer, and is not waited for", async () => {
    for (const hangUp of [(socket: Socket) => socket.end(), (socket: Socket) => socket.destroy()]) {
      const { answers, time } = await answersAs(25, hangUp, 5000);
      expect(answers).toBe(false);
      expect(time).toBeLessThan(2000);
    }
  });

  it("one that never hangs up holds nothing up", async () => {
    const { answers, time } = await answersAs(25, (socket) => {
      socket.removeAllListeners("data");
      socket.write("220 mail\r\n");
    });
    expect(answers).toBe(true);
    expect(time).toBeLessThan(1500);
  });

  it("without TLS where TLS is the rule does not answer", async () => {
    const { port } = await serve(say("220 mail\r\n"));
    expect(await networkOn(port, 465).answers({ host: undefined, port }, 1000)).toBe(false);
  });
});

describe("any other port", () => {
  it("answers when it accepts", async () => {
    const { port, heard, ends } = await serve(nothing);
    const start = performance.now();
    expect(await realNetwork.answers({ host: undefined, port }, 2000)).toBe(true);
    expect(performance.now() - start).toBeLessThan(400);
    expect(heard()).toBe("");
    await expect.poll(() => ends).toEqual(["end"]);
  });

  it("does not answer where nobody listens", async () => {
    const { port } = await serve(nothing);
    const others = networkWith(wellKnown);
    expect(await others.answers({ host: "127.0.0.2", port }, 2000)).toBe(false);
  });
});

describe("a host", () => {
  it("that means all is the machine itself", async () => {
    const { port } = await serve(nothing);
    for (const host of [undefined, "*", "0.0.0.0", "::", "[::]", "127.0.0.1", "localhost"])
      expect(await realNetwork.answers({ host, port }, 2000), host).toBe(true);
  });

  it("is asked by IPv6 where it says so, and alone where it is one address", async () => {
    const { port } = await serve(nothing, { host: "::1" });
    for (const host of ["::", "[::]", "::1", "[::1]"])
      expect(await realNetwork.answers({ host, port }, 2000), host).toBe(true);
    expect(await realNetwork.answers({ host: "127.0.0.1", port }, 2000)).toBe(false);
  });

  it("that cannot be, or a port that cannot be, does not answer and does not throw", async () => {
    for (const host of ["no.such.host.invalid", "not a host", "", "256.1.1.1"])
      expect(await realNetwork.answers({ host, port: 25_252 }, 500), host).toBe(false);
    for (const port of [0, -1, 70_000, Number.NaN])
      expect(await realNetwork.answers({ host: undefined, port }, 500), String(port)).toBe(false);
  });

  it("that is never reached takes no more than its time", async () => {
    const start = performance.now();
    // TEST-NET-3 (RFC 5737) is nowhere.
    expect(await realNetwork.answers({ host: "203.0.113.1", port: 25 }, 300)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1500);
  });
});
