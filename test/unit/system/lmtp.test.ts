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

describe("LMTP", () => {
  it("hands a message over byte for byte: points are doubled where a line begins, and nowhere else", async () => {
    const { path, heard } = await server(...ready, "250 saved");
    expect(await deliver(path, letter(".a\n..\r\nb\r.c\xff\0\n.\nend"))).toEqual({
      isTaken: true,
      answer: "250 saved",
    });
    expect(heard()).toContain("DATA\r\n..a\r\n...\r\nb\r.c\xff\0\r\n..\r\nend\r\n.\r\n");
  });

  it("quotes a name with blanks", async () => {
    const { path, heard } = await server(...ready, "250 saved");
    await deliver(path, { ...letter("x\n"), recipient: 'domain "users"' });
    expect(heard()).toContain('RCPT TO:<"domain \\"users\\"">\r\n');
  });

  it("tells a refusal, and a server that goes away", async () => {
    const full = await server(...ready, "452 4.2.2 <john> Quota exceeded");
    expect(await deliver(full.path, letter("x\n"))).toEqual({
      isTaken: false,
      answer: "452 4.2.2 <john> Quota exceeded",
    });
    const gone = await server(...ready);
    await expect(deliver(gone.path, letter("x\n"))).rejects.toThrow("gone away");
  });
});
