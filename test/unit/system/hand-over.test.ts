import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { handOver } from "../../../src/system/hand-over.ts";

/** A server on a local socket that answers each line, and the end of the data, as told; `heard` is all it got. */
async function serve(answer: (line: string) => string): Promise<{ path: string; heard: () => string }> {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-smtp-"));
  const path = join(folder, "socket");
  let heard = "";
  const server = createServer((socket) => {
    let isData = false;
    let line = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      heard += text;
      line += text;
      for (let end = line.indexOf("\r\n"); end >= 0; end = line.indexOf("\r\n")) {
        const one = line.slice(0, end);
        line = line.slice(end + 2);
        if (isData && one !== ".") continue;
        const reply = answer(one);
        isData = reply.startsWith("354");
        if (reply === "") socket.destroy();
        else socket.write(`${reply}\r\n`);
      }
    });
    socket.on("error", () => undefined);
    socket.write("220-a greeting\r\n220 of two lines\r\n");
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { path, heard: () => heard };
}

const willing = (line: string): string =>
  line === "DATA" ? "354 go on" : line === "." ? "250 2.0.0 Ok: queued as 7C7115D0" : "250-more\r\n250 Ok";

const letter = {
  sender: "a@example.net",
  recipients: ["b@example.org", "c@example.org"],
  message: "S: x\n\n.\n..a\n\u00e9",
};

it("hands a letter over with SMTP's line ends and dots, each byte as it is", async () => {
  const { path, heard } = await serve(willing);
  expect(await handOver(path, letter)).toEqual({ queueId: "7C7115D0" });
  expect(heard().split("\r\n").slice(0, 11)).toEqual([
    ...["EHLO localhost", "MAIL FROM:<a@example.net> BODY=8BITMIME"],
    ...["RCPT TO:<b@example.org>", "RCPT TO:<c@example.org>", "DATA"],
    ...["S: x", "", "..", "...a", "\u00e9", "."],
  ]);
});

it("asks for SMTPUTF8 where an address needs it", async () => {
  const { path, heard } = await serve(willing);
  await handOver(path, { ...letter, sender: "", recipients: ["jörg@example.org"] });
  expect(heard()).toContain("MAIL FROM:<> BODY=8BITMIME SMTPUTF8\r\n");
  expect(heard()).toContain(`RCPT TO:<${Buffer.from("jörg@example.org").toString("latin1")}>`);
});

it("sends nothing where one recipient is refused, and names each of those", async () => {
  const { path, heard } = await serve((line) => (line.includes("c@") ? "550 5.1.1 unknown" : willing(line)));
  expect(await handOver(path, letter)).toEqual({ refusals: ["c@example.org: 550 5.1.1 unknown"] });
  expect(heard()).not.toContain("DATA");
});

it.each(["MAIL FROM:<a@example.net> BODY=8BITMIME", "DATA", "."])(
  "tells of a refusal after %s",
  async (at) => {
    const { path } = await serve((line) => (line === at ? "452 4.3.1 no room" : willing(line)));
    expect(await handOver(path, letter)).toEqual({ refusals: ["452 4.3.1 no room"] });
  },
);

it("fails where nobody listens, and where the connection breaks before the last reply", async () => {
  await expect(handOver("/nowhere/socket", letter)).rejects.toThrow("ENOENT");
  const { path } = await serve((line) => (line === "." ? "" : willing(line)));
  await expect(handOver(path, letter)).rejects.toThrow();
});
