import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { deliver } from "../../../src/system/lmtp.ts";

/** A server that answers each line with what is next, and keeps all that it hears. */
async function server(...answers: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-lmtp-"));
  const path = join(folder, "lmtp");
  let heard = "";
  const left = [...answers];
  const listening = createServer((socket) => {
    const answer = (): void => {
      const next = left.shift();
      if (next === undefined) socket.end();
      else socket.write(`${next}\r\n`);
    };
    answer();
    let isData = false;
    socket.on("error", () => undefined);
    socket.setEncoding("latin1").on("data", (piece: string) => {
      heard += piece;
      if (isData && !heard.endsWith("\r\n.\r\n")) return;
      isData = heard.endsWith("DATA\r\n");
      if (!heard.endsWith("QUIT\r\n")) answer();
    });
  });
  await new Promise<void>((resolve) => listening.listen(path, resolve));
  onTestFinished(() => {
    listening.close();
    rmSync(folder, { recursive: true });
  });
  return { path, heard: () => heard };
}

const ready = ["220 ready", "250-localhost\r\n250 8BITMIME", "250 ok", "250 ok", "354 go on"];
const letter = (content: string) => ({
  sender: "a@b.example",
  recipient: "john",
  content: Buffer.from(content, "latin1"),
});

const begun = (): void => undefined;

describe("LMTP", () => {
  it("hands a message over byte for byte: points are doubled where a line begins, and nowhere else", async () => {
    const { path, heard } = await server(...ready, "250 saved");
    expect(await deliver(path, letter(".a\n..\r\nb\r.c\xff\0\n.\nend"), begun)).toEqual({
      isTaken: true,
      answer: "250 saved",
    });
    expect(heard()).toContain("DATA\r\n..a\r\n...\r\nb\r.c\xff\0\r\n..\r\nend\r\n.\r\n");
  });

  it("quotes a name with blanks", async () => {
    const { path, heard } = await server(...ready, "250 saved");
    await deliver(path, { ...letter("x\n"), recipient: 'domain "users"' }, begun);
    expect(heard()).toContain('RCPT TO:<"domain \\"users\\"">\r\n');
  });

  it("tells a refusal, and a server that goes away", async () => {
    const full = await server(...ready, "452 4.2.2 <john> Quota exceeded");
    expect(await deliver(full.path, letter("x\n"), begun)).toEqual({
      isTaken: false,
      answer: "452 4.2.2 <john> Quota exceeded",
    });
    const gone = await server(...ready);
    await expect(deliver(gone.path, letter("x\n"), begun)).rejects.toThrow("gone away");
  });

  it("begins where the server waits for the content: before, nothing can have been delivered", async () => {
    const refused = await server(...ready.slice(0, 3), "550 5.1.1 no such user");
    const gone = await server(...ready.slice(0, 3));
    let count = 0;
    const begin = (): void => void count++;
    expect(await deliver(refused.path, letter("x\n"), begin)).toMatchObject({ isTaken: false });
    await expect(deliver(gone.path, letter("x\n"), begin)).rejects.toThrow("gone away");
    expect(count).toBe(0);
    const cut = await server(...ready);
    await expect(deliver(cut.path, letter("x\n"), begin)).rejects.toThrow("gone away");
    expect(count).toBe(1);
    const full = await server(...ready, "250 saved");
    const failing = (): never => {
      throw new Error("no space");
    };
    await expect(deliver(full.path, letter("SECRET\n"), failing)).rejects.toThrow("no space");
    expect(full.heard()).not.toContain("SECRET");
  });

  it("sends any content in pieces as it would at once", async () => {
    const size = 65_536;
    const texts = [
      "",
      "\n",
      `${"a".repeat(size - 1)}\r\n.b\n`,
      `${"a".repeat(size)}.b\n.c`,
      `${"a".repeat(size - 1)}\n.b`,
      `${"a".repeat(size - 2)}\r\n.b`,
      "\r".repeat(size + 5),
      ".x\n".repeat(size),
      `${"y".repeat(3 * size)}\n..\n`,
    ];
    for (const text of texts) {
      const { path, heard } = await server(...ready, "250 saved");
      await deliver(path, letter(text), begun);
      const whole = text.replace(/\r?\n/g, "\r\n").replace(/(^|\n)\./g, "$1..");
      const sent = `${whole}${whole === "" || whole.endsWith("\r\n") ? "" : "\r\n"}.\r\n`;
      const said = heard();
      const body = said.slice(said.indexOf("DATA\r\n") + 6).replace(/QUIT\r\n$/, "");
      expect(body === sent).toBe(true);
    }
  });
});
