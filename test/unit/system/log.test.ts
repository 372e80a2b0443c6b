import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openLog } from "../../../src/system/log.ts";

/** A journal that remembers what it is sent; `answer` is called for each connection. */
async function journal(answer: (socket: Socket) => void = () => undefined) {
  const base = mkdtempSync(join(tmpdir(), "mailwright-log-"));
  const path = join(base, "stdout");
  let connections = 0;
  let text = "";
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    connections++;
    socket.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
    socket.on("error", () => undefined);
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(base, { recursive: true, force: true });
  });
  return { path, text: () => text, connections: () => connections };
}

const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe("the log", () => {
  it("sends the header of a journal stream, then a line for each line, with its priority", async () => {
    const { path, text } = await journal((socket) => socket.on("end", () => socket.end()));
    const log = openLog("mailwright", path);
    log.write("first", false);
    log.write("second: ünï", true);
    await log.close();
    await moment();
    // sd-daemon(3): mail.notice is <5>, mail.err <3>.
    expect(text()).toBe("mailwright\n\n21\n1\n0\n0\n0\n<5>first\n<3>second: ünï\n");
  });

  it("an entry is one line, whatever is in it", async () => {
    const { path, text } = await journal((socket) => socket.on("end", () => socket.end()));
    const log = openLog("mailwright", path);
    log.write("a\n<0>forged\0b", false);
    await log.close();
    await moment();
    expect(text().split("\n").slice(7)).toEqual(["<5>a <0>forged b", ""]);
  });

  it("opens nothing before the first line", async () => {
    const { path, connections } = await journal();
    await openLog("mailwright", path).close();
    await moment();
    expect(connections()).toBe(0);
  });

  it("a journal that never closes does not hold the command up, and has all lines", async () => {
    const { path, text } = await journal();
    const log = openLog("mailwright", path);
    log.write("line", false);
    const start = performance.now();
    await log.close();
    expect(performance.now() - start).toBeLessThan(3000);
    await moment();
    expect(text()).toContain("<5>line\n");
  });

  it("a journal that does not read does not hold the command up", async () => {
    const { path } = await journal((socket) => socket.pause());
    const log = openLog("mailwright", path);
    for (let count = 0; count < 20; count++) log.write("x".repeat(100_000), false);
    const start = performance.now();
    await log.close();
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("a journal that hangs up is no failure", async () => {
    const { path } = await journal((socket) => socket.destroy());
    const log = openLog("mailwright", path);
    for (let count = 0; count < 5; count++) {
      log.write("line", false);
      await moment();
    }
    await log.close();
  });

  it("without a journal there is none, and no failure", async () => {
    const log = openLog("mailwright", "/no/such/socket");
    log.write("line", false);
    await log.close();
  });
});
