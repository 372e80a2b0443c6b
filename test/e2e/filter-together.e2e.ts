import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { login } from "./container/domain-org.ts";
import { decoded } from "./container/infected-mail.ts";
import { imapMessages, type Mail, mainPid, outsider, reply, waitFor, XJS } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import { document, installOlefy } from "./container/olefy.ts";
import { heldIn } from "./container/quarantine.ts";
import { bringSignatures, scannerAnswers, virus, virusName, whileStopped } from "./container/scanner.ts";
import {
  away,
  noKeys,
  offline,
  sent,
  setZone,
  shownZone,
  signatures,
  startSigningServer,
} from "./container/signed-mail.ts";

const john = "john@domain.org";
const account = "spam@domain.org";
const friend = "friend@outside.example.net";
const partner = "partner@outside.example.net";
const program = Buffer.from(
  "MZ".padEnd(60, "\0") + "\x80\0\0\0".padEnd(68, "\0") + "PE\0\0".padEnd(200, "\0"),
  "latin1",
);
const spam = "X-Test-Score: 30";
const note = "A *legal* note";
const putOff = /^END 451 4\.7\.1 /;

const files = {
  infected: { name: "file.bin", content: Buffer.from(`some text ${virus} and more\n`) },
  forbidden: { name: "photo.jpg", content: program },
  macro: { name: "letter.doc", content: document("word-suspicious") },
};
type File = keyof typeof files;

const refused: Readonly<Record<File, string>> = {
  infected: `END 554 5.7.1 Infected: ${virusName}`,
  forbidden: "END 554 5.7.1 Attachment refused: photo.jpg is an executable",
  macro: "END 554 5.7.1 Macro refused: letter.doc has a suspicious macro (AutoOpen, Shell)",
};

/** A message with these files, and the text that is given. */
function message(
  subject: string,
  attached: readonly File[],
  mail: Partial<Mail> = {},
): Mail & { data: string } {
  const { from = outsider, to = [john], headers = [], body = "See the file." } = mail;
  const parts = attached.map((kind) => {
    const { name, content } = files[kind];
    const encoded = content.toString("base64").replace(/.{76}/g, "$&\n");
    return `Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="${name}"\n\n${encoded}\n`;
  });
  const head = [
    `From: <${from}>`,
    `To: <${to[0]}>`,
    `Subject: ${subject}`,
    `Message-ID: <${Math.random().toString(36).slice(2)}@outside.example.net>`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    ...["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="edge"'],
    ...headers,
  ];
  const text = `Content-Type: text/plain\n\n${body}\n`;
  const data = `${head.join("\n")}\n\n${[text, ...parts].map((part) => `--edge\n${part}`).join("")}--edge--\n`;
  return { ...mail, from, to, subject, data };
}

describe("all parts of the filter together", () => {
  let container: Container;
  let zone = noKeys;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const answer = (mail: Mail): Promise<string> => reply(container, mail.to[0] ?? john, mail);
  const kept = async (): Promise<string[]> => (await heldIn(container)).map(({ subject }) => subject).sort();
  const box = async (user: string) => (await imapMessages(container, user, password)).join("\n");
  const arrives = (user: string, subject: string) =>
    waitFor(async () => (await box(user)).includes(`Subject: ${subject}\n`));

  beforeAll(async () => {
    container = await startSigningServer();
    await bringSignatures(container);
    await installOlefy(container);
    const rules = readFileSync(new URL("./container/score.lua", import.meta.url), "utf8");
    await container.write("/etc/rspamd/rspamd.local.lua", rules);
    const hash = (await type("doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password)).trim();
    await type("db", "accounts", "set", account, "user", "PasswordHash", hash);
    await type("config", "setprop", "clamd@rspamd", "status", "enabled");
    await type("config", "setprop", "rspamd", "VirusCheckStatus", "enabled");
    await type("config", "setprop", "rspamd", "QuarantineStatus", "enabled", "QuarantineAccount", account);
    await type("config", "setprop", "rspamd", "SenderWhiteList", friend, "RecipientWhiteList", partner);
    await type("config", "setprop", "rspamd", "SenderBlackList", "blocked.example");
    await type("config", "setprop", "rspamd", "SpamSubjectPrefixStatus", "enabled");
    const props = { OpenDkimStatus: "enabled", DisclaimerStatus: "enabled", DisclaimerText: note };
    await type("db", "domains", "setprop", "domain.org", ...Object.entries(props).flat());
    await apply(container);
    await scannerAnswers(container);
    zone = await shownZone(container, "domain.org");
    await setZone(container, { ...noKeys, ...zone });
    await waitFor(async () => (await answer(message("first", ["infected"]))) === refused.infected, 60);
    await waitFor(async () => (await answer(message("first", ["macro"]))) === refused.macro, 60);
  });
  afterAll(() => container?.stop());

  test("D3 D4 D7 what a policy refuses is refused while the quarantine is enabled, spam or not, whoever sends; spam alone is kept", async () => {
    for (const kind of Object.keys(refused) as File[])
      for (const [name, mail] of Object.entries<Partial<Mail>>({
        outside: {},
        spam: { headers: [spam] },
        login,
        "own account": { to: [account] },
        "both accounts": { to: [john, account], headers: [spam] },
      }))
        expect(`${kind} ${name}: ${await answer(message(`no ${kind}`, [kind], mail))}`).toBe(
          `${kind} ${name}: ${refused[kind]}`,
        );
    for (const body of ["Hello.", XJS])
      for (const headers of [[], [spam]])
        expect(await answer(message("no blocked", [], { from: "a@blocked.example", headers, body }))).toMatch(
          /^END 554 5\.7\.1 Sender address rejected/,
        );
    expect(await answer(message("no pattern", ["infected"], { body: XJS }))).toMatch(/^END 554 /);
    expect(await answer(message("no pattern", ["forbidden"], { body: XJS, to: [account] }))).toMatch(
      /^END 554 /,
    );
    expect(await answer(message("no spam of a login", [], { ...login, headers: [spam] }))).toMatch(
      /^END 554 /,
    );

    expect(await answer(message("a score", [], { headers: [spam] }))).toMatch(/^END 250 /);
    expect(await answer(message("a pattern", [], { body: XJS }))).toMatch(/^END 250 /);
    expect(await answer(message("for the account", [], { headers: [spam], to: [account] }))).toMatch(
      /^END 250 /,
    );
    expect(await answer(message("for the account too", [], { body: XJS, to: [account] }))).toMatch(
      /^END 250 /,
    );
    await waitFor(async () => (await kept()).length === 2);
    expect(await kept()).toEqual(["a pattern", "a score"]);
    await arrives("spam", "for the account");
    await arrives("spam", "for the account too");
    for (const user of ["john", "spam"]) expect(await box(user)).not.toMatch(/^Subject: no /m);
  });

  test("D2 an Allow rule skips virus, attachment, macro and spam checks; of a login's mail it leaves note and signature", async () => {
    const all = Object.keys(files) as File[];
    const allowed = message("from a friend", all, { from: friend, headers: [spam], body: XJS });
    expect(await answer(allowed)).toMatch(/^END 250 /);
    await arrives("john", "from a friend");
    const got = await sent(
      container,
      message("to a partner", all, { ...login, to: [partner], headers: [spam] }),
    );
    expect(got.toString()).toContain("A legal note");
    expect(await signatures(got, zone)).toEqual(["domain.org default pass"]);
    expect(await kept()).toEqual(["a pattern", "a score"]);
  });

  test("D8 D9 a login's mail is signed behind the note and the rewritten subject, whichever part rewrites it", async () => {
    const flagged = { ...login, to: [away], headers: ["X-Test-Score: 10"] };
    const spamSubject = await sent(container, message("Re: 100%s", [], flagged));
    expect(spamSubject.toString()).toContain("A legal note");
    expect(spamSubject.toString()).toMatch(/^Subject: .+ Re: 100%s\r?$/m);
    expect(await signatures(spamSubject, zone)).toEqual(["domain.org default pass"]);

    await type("config", "setprop", "rspamd", "VirusAction", "rewrite_subject");
    await apply(container);
    await waitFor(async () => /^END 250 /.test(await answer(message("let in", ["infected"]))), 60);
    const infected = await sent(
      container,
      message("an infected one", ["infected"], { ...login, to: [away] }),
    );
    const [, subject = ""] = /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(infected.toString()) ?? [];
    expect(subject.startsWith("=?") ? decoded(subject) : subject).toContain(`[Infected: ${virusName}]`);
    expect(await signatures(infected, zone)).toEqual(["domain.org default pass"]);
    await type("config", "delprop", "rspamd", "VirusAction");
    await apply(container);
    await waitFor(async () => (await answer(message("first", ["infected"]))) === refused.infected, 60);
  });

  test("each part that is down puts mail off, spam too, and lets none pass; rules go on", async () => {
    const before = await kept();
    await whileStopped(container, async () => {
      await waitFor(async () => putOff.test(await answer(message("no scanner", []))));
      for (const mail of [{ headers: [spam] }, login, { ...login, headers: [spam] }, { to: [account] }])
        expect(await answer(message("no scanner", [], mail))).toMatch(putOff);
      expect(await answer(message("no scanner", [], { from: "a@blocked.example" }))).toMatch(/^END 554 /);
      expect(await answer(message("no scanner", ["forbidden"]))).toBe(refused.forbidden);
      expect(await answer(message("friend without scanner", ["infected"], { from: friend }))).toMatch(
        /^END 250 /,
      );
    });
    await type("systemctl", "stop", "olefy");
    expect(await answer(message("no olefy", ["macro"]))).toMatch(putOff);
    expect(await answer(message("no olefy", ["macro"], { headers: [spam] }))).toMatch(putOff);
    await type("systemctl", "start", "olefy");
    await type("systemctl", "stop", "rspamd");
    expect(await answer(message("no filter", []))).toMatch(/ 451 /);
    await type("systemctl", "start", "rspamd");
    expect(await kept()).toEqual(before);
    expect(await box("john")).not.toMatch(/^Subject: no /m);
  });

  test("a reload in the first moment of Rspamd waits until it can be told, and it goes on", async () => {
    await type("systemctl", "restart", "rspamd");
    const pid = await mainPid(container, "rspamd");
    await type("config", "setprop", "rspamd", "SpamGreyLevel", "4");
    await type("signal-event", "nethserver-mail-filter-save");
    expect(await mainPid(container, "rspamd")).toBe(pid);
  });

  test("D7 mail for the quarantine's account is never put off as greylisted", async () => {
    const doubtful = (to: string) =>
      answer(message("doubtful", [], { to: [to], headers: ["X-Test-Score: 5"] }));
    await waitFor(async () => putOff.test(await doubtful(john)), 60);
    expect(await doubtful(account)).toMatch(/^END 250 /);
    expect(await doubtful(john)).toMatch(putOff);
  });

  test("at the end nothing complains, and the events change nothing", async () => {
    await apply(container);
    await repeat(container, "nethserver-mail-filter-save");
    await queueIsEmpty(container);
    const expected = [/milter-reject: END-OF-MESSAGE/, /not scanned: /, /macros: not checked: /];
    expect(await complaints(container, ...offline, ...expected)).toEqual([]);
  });
});
