import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type Answerer, listenForRequests } from "../../../src/system/request-socket.ts";

const user = process.getuid?.() ?? 0;

describe("a socket for requests", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mailwright-requests-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
  });

  const listen = (answer: Answerer) => listenForRequests(join(folder, "sockets", "one"), user, 100, answer);

  /** What comes back for these pieces, each sent a moment behind the other. */
  function say(path: string, ...pieces: readonly string[]): Promise<string> {
    return new Promise((resolve) => {
      let heard = "";
      const socket = createConnection({ path }, async () => {
        for (const piece of pieces) {
          socket.write(piece);
          await awhile(30);
        }
      });
      socket.on("data", (piece) => {
        heard += piece;
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(heard));
    });
  }
  const awhile = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

  it("answers each request once, whatever comes behind it, and none that is too large", async () => {
    const asked: string[] = [];
    const socket = await listen(async (word, content) => {
      asked.push(`${word} ${Buffer.from(content)}`);
      await awhile(60);
      return "ok ";
    });
    expect(await say(socket.path, "message 3\na", "bcX", "message 1\nd")).toBe("ok ");
    expect(await say(socket.path, "message 101\n")).toBe("");
    expect(asked).toEqual(["message abc"]);
    await socket.close();
  });

  it("its end waits for the request at work, and takes none behind it", async () => {
    const done: string[] = [];
    const socket = await listen(async (word) => {
      await awhile(150);
      done.push(word);
      return "ok ";
    });
    const answers = [say(socket.path, "first 0\n"), awhile(30).then(() => say(socket.path, "second 0\n"))];
    await awhile(80);
    await socket.close();
    expect(done).toEqual(["first"]);
    await Promise.all(answers);
    await awhile(200);
    expect(done).toEqual(["first"]);
  });

  it("lies where all may pass, whatever the umask of the shell", async () => {
    const before = process.umask(0o077);
    try {
      const socket = await listen(async () => "ok ");
      expect(statSync(join(folder, "sockets")).mode & 0o777).toBe(0o711);
      expect(statSync(socket.path).mode & 0o777).toBe(0o600);
      await socket.close();
    } finally {
      process.umask(before);
    }
  });
});
