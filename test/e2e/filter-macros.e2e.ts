import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, nothingWaits, queueIsEmpty } from "./container/administrator.ts";
import { type Container, startContainer } from "./container/container.ts";
import { journal, type Mail, smtpSend, waitFor } from "./container/mail.ts";
import { contentsOf, setUpMailServer, templates } from "./container/mail-server.ts";
import { document, installOlefy, olefyUnit as unit, xmlDocument } from "./container/olefy.ts";
import { debPath, rootCache } from "./places.ts";

const john = "john@domain.org";
const login = { port: 587, tls: "starttls", user: "john", password: "Secret-john", from: john } as const;
const rule = "/etc/rspamd/modules.d/mailwright_macros.conf";

/** The word says what olefy answers. */
function message(word: string, name = "letter.doc"): string {
  const content = name.endsWith(".xml") ? xmlDocument(word) : document(word);
  const parts = [
    "Content-Type: text/plain\n\nSee the letter.\n",
    `Content-Type: application/octet-stream; name="${name}"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n${content.toString("base64").replace(/.{76}/g, "$&\n")}\n`,
  ];
  const head = `From: <bulk@outside.example.net>\nTo: <${john}>\nSubject: ${word}\nMessage-ID: <${word}.${Math.random()}@outside.example.net>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=edge\n\n`;
  return `${head}${parts.map((part) => `--edge\n${part}`).join("")}--edge--\n`;
}

describe("macros of office documents", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const send = async (word: string, mail: Partial<Mail> = {}, name?: string): Promise<string> => {
    const data = message(word, name);
    const answer = await smtpSend(container, { to: [john], data, ...login, ...mail });
    return `${answer.last.code} ${answer.last.text}`;
  };
  const outside = { port: 25, from: "bulk@outside.example.net" } as const;
  const sendFromOutside = async (word: string): Promise<string> => {
    const answer = await smtpSend(container, { ...outside, to: [john], data: message(word) });
    return `${answer.last.code} ${answer.last.text}`;
  };
  const asked = async (): Promise<number> => (await journal(container, "olefy")).split("bytes\n").length - 1;
  const setAndApply = async (key: string, ...properties: string[]): Promise<void> => {
    await type("config", "setprop", key, ...properties);
    await apply(container);
  };
  const refused = "554 5.7.1 Macro refused: letter.doc has a suspicious macro (AutoOpen, Shell)";
  const putOff = "451 4.7.1 The check for macros does not answer, try again later";

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await setUpMailServer(container);
  });
  afterAll(() => container?.stop());

  test("are not checked where olefy is not installed, which status says, and nothing waits for it", async () => {
    const { stdout, stderr } = await container.run(["signal-event", "nethserver-mail-filter-save"]);
    expect(`${stdout}${stderr}`).not.toContain(unit);
    const status = await container.run(["mailwright", "status"]);
    expect(status).toMatchObject({ exit: 0, stdout: expect.stringMatching(nothingWaits) });
    expect(status.stdout).toMatch(new RegExp(`not looked through for macros .*: there is no ${unit}\\n`));
    expect((await container.run(["test", "-e", rule])).exit).toBe(1);
    expect((await container.run(["test", "-e", "/etc/olefy.conf"])).exit).toBe(1);
    expect(await send("word-suspicious")).toMatch(/^250 /);
    await apply(container);
  });

  test("are refused with 5xx where they run by themselves and are suspicious, once olefy is installed", async () => {
    await installOlefy(container);
    // Two seconds are waited for olefy instead of 25.
    const shipped = await container.read(`/usr/share/mailwright/templates${rule}/10macros.hbs`);
    await container.write(
      `${templates}${rule}/10macros.hbs`,
      shipped.replace("timeout = 25;", "timeout = 2;"),
    );
    await type("signal-event", "nethserver-mail-filter-save");
    await apply(container);
    expect((await type("systemctl", "is-enabled", "olefy")).trim()).toBe("enabled");
    await waitFor(async () => (await send("word-suspicious")) === refused);
    expect(await sendFromOutside("word-suspicious")).toBe(refused);
    expect(await send("word-suspicious", {}, "letter.dat")).toBe(refused.replace("letter.doc", "letter.dat"));
    expect(await send("word-suspicious", {}, "letter.xml")).toBe(refused.replace("letter.doc", "letter.xml"));
    expect(await send("word-and-more")).toBe(refused);
    expect(await send("word-large")).toBe(refused.replace("Shell", "CreateObject"));
  });

  test.each(["none", "word-starts", "word-strings", "word-encrypted", "word-no-document", "word-small"])(
    "that are harmless, or that nobody can read, are accepted: %s",
    async (word) => {
      const before = await asked();
      expect(await send(word)).toMatch(/^250 /);
      expect(await asked()).toBe(before + 1);
    },
  );

  test.each(["word-slow", "word-silent", "word-garbage", "word-unexpected", "word-unhandled"])(
    "that could not be checked are put off: %s",
    async (word) => {
      expect(await send(word)).toBe(putOff);
    },
  );

  test("are put off while olefy is down, and accepted when it is there again; other mail is not concerned", async () => {
    await type("systemctl", "stop", "olefy");
    expect(await send("none")).toBe(putOff);
    expect(await sendFromOutside("none")).toBe(putOff);
    expect(await send("none", {}, "letter.txt")).toBe(putOff);
    const plain = "Subject: plain\nFrom: <a@outside.example.net>\n\nNo document.\n";
    expect((await smtpSend(container, { to: [john], data: plain, ...login })).accepted).toBe(true);
    await type("systemctl", "start", "olefy");
    await waitFor(async () => (await send("none")).startsWith("250 "));
  });

  test("are asked for on olefy TCPPort, which olefy listens on", async () => {
    await setAndApply("olefy", "TCPPort", "10777");
    expect(await type("ss", "-Hltn", "sport = :10777")).toContain("127.0.0.1:10777");
    await waitFor(async () => (await send("word-suspicious")) === refused);
  });

  test("are refused with SpamCheckStatus disabled, and by no score", async () => {
    await setAndApply("rspamd", "SpamCheckStatus", "disabled");
    expect(await send("word-suspicious")).toBe(refused);
    await setAndApply("rspamd", "SpamCheckStatus", "enabled");
  });

  test("are not checked while OletoolsStatus of rspamd is disabled", async () => {
    await setAndApply("rspamd", "OletoolsStatus", "disabled");
    await waitFor(async () => (await send("word-suspicious")).startsWith("250 "));
    await setAndApply("rspamd", "OletoolsStatus", "enabled");
    await waitFor(async () => (await send("word-suspicious")) === refused);
  });

  test("are not checked with olefy status disabled, which stops olefy", async () => {
    await setAndApply("olefy", "status", "disabled");
    expect((await container.run(["systemctl", "is-active", "olefy"])).stdout.trim()).toBe("inactive");
    expect((await container.run(["systemctl", "is-enabled", "olefy"])).stdout.trim()).toBe("disabled");
    await waitFor(async () => (await send("word-suspicious")).startsWith("250 "));
    await setAndApply("olefy", "status", "enabled");
    await waitFor(async () => (await send("word-suspicious")) === refused);
  });

  test("leave no complaint in the log but of olefy's failures, and events that run again change nothing", async () => {
    await queueIsEmpty(container);
    expect(await complaints(container, /macros: not checked: /)).toEqual([]);
    const before = await contentsOf(container);
    await type("signal-event", "nethserver-mail-filter-save");
    await apply(container);
    expect(await contentsOf(container)).toBe(before);
  });
});
