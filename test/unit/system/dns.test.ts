import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { lookUpAt } from "../../../src/system/dns.ts";
import { answerTo, question, type RecordType } from "../../../src/system/dns-message.ts";

const word = (...numbers: number[]): Buffer => Buffer.from(numbers.flatMap((one) => [one >> 8, one & 0xff]));

/** A record of the name in the question, to which it refers. */
function record(type: number, data: Buffer): Buffer {
  return Buffer.concat([word(0xc00c, type, 1, 0, 60, data.length), data]);
}

const text = (...strings: string[]): Buffer =>
  record(16, Buffer.concat(strings.flatMap((one) => [Buffer.of(Buffer.byteLength(one)), Buffer.from(one)])));

/** The answer to a question of ours, whose additional record is left out. */
function answer(asked: Buffer, records: readonly Buffer[], flags = 0x8180): Buffer {
  const head = Buffer.concat([asked.subarray(0, 2), word(flags, 1, records.length, 0, 0)]);
  return Buffer.concat([head, asked.subarray(12, -11), ...records]);
}

const asked = (type: RecordType = "TXT"): Buffer => question(7, "a.example.org", type) ?? Buffer.alloc(0);

describe("an answer of DNS", () => {
  it("holds the records of the type that was asked for, with the strings of a text joined", () => {
    const long = "x".repeat(255);
    const alias = record(5, Buffer.from("\x01b\xc0\x0e", "latin1"));
    const message = answer(asked(), [alias, text(long, "grün"), text("other")]);
    expect(answerTo(7, "TXT", message)).toEqual({
      ...{ records: [`${long}grün`, "other"], isTruncated: false, hasFailed: false },
    });
    const exchange = record(15, Buffer.concat([word(10), Buffer.from("\x02mx\xc0\x0e", "latin1")]));
    expect(answerTo(7, "MX", answer(asked("MX"), [exchange]))?.records).toEqual(["10 mx.example.org"]);
  });

  it("holds addresses, those of IPv6 in eight groups, and the names of an address", () => {
    const bytes = (...numbers: number[]): Buffer => Buffer.from(numbers);
    const short = answer(asked("A"), [record(1, bytes(192, 0, 2, 1)), record(1, bytes(10, 0, 0, 255))]);
    expect(answerTo(7, "A", short)?.records).toEqual(["192.0.2.1", "10.0.0.255"]);
    const long = answer(asked("AAAA"), [record(28, bytes(0x20, 1, 0xd, 0xb8, ...Array(11).fill(0), 0xa1))]);
    expect(answerTo(7, "AAAA", long)?.records).toEqual(["2001:0db8:0000:0000:0000:0000:0000:00a1"]);
    const back = answer(asked("PTR"), [record(12, Buffer.from("\x04mail\xc0\x0e", "latin1"))]);
    expect(answerTo(7, "PTR", back)?.records).toEqual(["mail.example.org"]);
  });

  it("is empty where there is no such name, and fails where the server does not know", () => {
    expect(answerTo(7, "TXT", answer(asked(), [], 0x8183))).toMatchObject({ records: [], hasFailed: false });
    expect(answerTo(7, "TXT", answer(asked(), [], 0x8182))).toMatchObject({ hasFailed: true });
  });

  it("is no other message: one with another number, a question, one that was cut off, or whose names go in circles", () => {
    const whole = answer(asked(), [text("a")]);
    expect(answerTo(8, "TXT", whole)).toBeUndefined();
    expect(answerTo(7, "TXT", asked())).toBeUndefined();
    for (let length = 0; length < whole.length; length++)
      expect(answerTo(7, "TXT", whole.subarray(0, length))).toBeUndefined();
    const circle = answer(asked(), [Buffer.concat([word(0xc01f, 16, 1, 0, 60, 2), Buffer.from("\x01a")])]);
    expect(answerTo(7, "TXT", circle)).toBeUndefined();
  });

  it("may be any bytes", () => {
    const bytes = fc
      .uint8Array({ maxLength: 80 })
      .map((tail) => Buffer.concat([word(7, 0x8180, 1, 2), tail]));
    fc.assert(fc.property(bytes, (message) => void answerTo(7, "TXT", message)));
  });

  it("is not asked for where the name is none", () => {
    expect(question(7, "a..example.org", "TXT")).toBeUndefined();
    expect(question(7, `${"a".repeat(64)}.example.org`, "TXT")).toBeUndefined();
    expect(question(7, "example.org.", "TXT")).toEqual(question(7, "example.org", "TXT"));
    expect(question(7, "", "NS")).toBeUndefined();
  });

  it("is asked for of the root, which has servers", () => {
    const root = question(7, ".", "NS") ?? Buffer.alloc(0);
    expect([...root.subarray(12, 17)]).toEqual([0, 0, 2, 0, 1]);
    const servers = answer(root, [record(2, Buffer.from("\x01a\x04root\0", "latin1"))]);
    expect(answerTo(7, "NS", servers)?.records).toEqual(["a.root"]);
  });
});

describe("a look-up", () => {
  const open: (Socket | Server)[] = [];
  afterEach(() => {
    for (const socket of open.splice(0)) socket.close();
  });

  const server = async (
    reply: (message: Buffer) => Buffer | undefined,
  ): Promise<{ host: string; port: number }> => {
    const socket = createSocket("udp4");
    open.push(socket);
    socket.on("message", (message, from) => {
      const answered = reply(message);
      if (answered !== undefined) socket.send(answered, from.port, from.address);
    });
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return { host: "127.0.0.1", port: socket.address().port };
  };

  it("asks the next server where one does not know, and is unknown where none does", async () => {
    const failing = await server((message) => answer(message, [], 0x8182));
    const knowing = await server((message) => answer(message, [text("a")]));
    expect(await lookUpAt([failing, knowing])("a.example.org", "TXT")).toEqual(["a"]);
    expect(await lookUpAt([failing])("a.example.org", "TXT")).toBeUndefined();
    expect(await lookUpAt([])("a.example.org", "TXT")).toBeUndefined();
    expect(await lookUpAt([{ host: "127.0.0.1", port: 1 }])("a.example.org", "TXT")).toBeUndefined();
  });

  it("ends when its time is over, however many servers are left", async () => {
    const silent = await server(() => undefined);
    const start = performance.now();
    expect(await lookUpAt([silent, silent, silent])("a.example.org", "TXT", 200)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("goes on by TCP where the answer did not fit", async () => {
    const place = await server((message) => answer(message, [], 0x8380));
    const tcp = createServer((socket) => {
      socket.on("data", (data: Buffer) => {
        const whole = answer(data.subarray(2), [text("x".repeat(255)), text("y")]);
        socket.write(word(whole.length));
        socket.write(whole);
      });
    });
    open.push(tcp);
    await new Promise<void>((resolve) => tcp.listen(place.port, "127.0.0.1", resolve));
    expect(await lookUpAt([place])("a.example.org", "TXT")).toEqual(["x".repeat(255), "y"]);
  });
});
