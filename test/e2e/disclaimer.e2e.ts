import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { bootMailServer, password } from "./container/boot.ts";
import type { Container } from "./container/container.ts";
import { login } from "./container/domain-org.ts";
import { imapMessages, type Mail, reply, send, smtpSend, waitFor } from "./container/mail.ts";
import { fragment, repeat } from "./container/mail-server.ts";

const sink = "/tmp/sink";
const scripts = "/usr/local/lib/note";
const away = "a@outside.example.net";

/** The note that note-check.py looks for. */
const markdown =
  "From *Domain Org*: confidential, see [our terms](https://example.org/terms).\n\n* Größe – „€“ 😀\n* second";

/** A rule that accepts before anything is checked, and another's signature behind all filters. */
const others = `
rspamd_config:register_symbol({
  name = 'TEST_ACCEPTED', type = 'connfilter', priority = 10, flags = 'ignore_passthrough',
  callback = function(task)
    for _, to in ipairs(task:get_recipients('smtp')) do
      if to.addr:find('^accepted@') then
        task:set_pre_result({ action = 'no action', message = 'accepted', module = 'test', priority = 100, flags = 'process_all' })
      end
    end
  end,
})
rspamd_config:register_symbol({
  name = 'TEST_SIGNED', type = 'postfilter', priority = 10, flags = 'ignore_passthrough',
  callback = function(task)
    if task:get_user() then
      rspamd_plugins.dkim.sign(task, { domain = 'domain.org', selector = 'note', key = '/var/lib/rspamd/note.key' })
    end
  end,
})
`;

describe("D9 the legal note below sent mail", () => {
  let container: Container;
  let publicKey = "";

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const check = async (...argv: string[]): Promise<Record<string, string[]>> => {
    const { exit, stdout, stderr } = await container.outside.run([
      "python3",
      `${scripts}/note-check.py`,
      ...argv,
    ]);
    if (exit !== 0) throw new Error(`note-check.py: exit ${exit}\n${stderr}`);
    return JSON.parse(stdout);
  };
  const sendShapes = (suffix: string, ...folder: string[]) =>
    check("send", "587", "john", password, login.from, suffix, ...folder);
  /** What is wrong with the shapes that came, by name. */
  const wrong = async (suffix: string) =>
    Object.entries(await check("compare", sink, suffix)).filter(([, problems]) => problems.length > 0);
  const came = (subject: string): Promise<string> =>
    waitFor(async () => {
      const { exit, stdout } = await container.run(["cat", `${sink}/${subject}`]);
      return exit === 0 && stdout;
    });
  const sent = async (subject: string, mail: Partial<Mail> = login): Promise<string> => {
    expect(await send(container, { to: [away], subject, ...mail })).toMatchObject({ accepted: true });
    return came(subject);
  };
  /** The signatures of a message, as the world verifies them. */
  const signatures = async (message: Buffer): Promise<string[]> => {
    const resolver = async () => [[publicKey]];
    const { results } = await dkimVerify(message, { resolver });
    return results.map(({ signingDomain, status }) => `${signingDomain} ${status.result}`);
  };

  beforeAll(async () => {
    container = await bootMailServer(["john", "mary"], async (booted) => {
      container = booted;
      await container.write("/etc/e2e-zone", "outside.example.net A 192.0.2.2\n");
      for (const name of ["note-shapes.py", "note-check.py", "subject-sink.py"])
        await container.write(
          `${scripts}/${name}`,
          readFileSync(new URL(`./container/${name}`, import.meta.url)),
        );
      const listening = `setsid python3 ${scripts}/subject-sink.py ${sink} 25 >/tmp/sink.out 2>&1 &`;
      await container.outside.run(["sh", "-c", listening]);
      const making = ["rspamadm", "dkim_keygen", "-b", "2048", "-s", "note", "-d", "domain.org"];
      const zone = await type(...making, "-k", "/var/lib/rspamd/note.key");
      publicKey = [...zone.matchAll(/"([^"]*)"/g)].map(([, piece]) => piece).join("");
      await type("chown", "_rspamd:", "/var/lib/rspamd/note.key");
      await container.write("/etc/rspamd/rspamd.local.lua", others);
      await type("config", "setprop", "postfix", "MessageSizeMax", "40000000");
      const note = ["DisclaimerStatus", "enabled", "DisclaimerText"];
      await type("db", "domains", "set", "domain.org", "domain", ...note, markdown);
      await type("db", "domains", "setprop", "example.com", ...note, "First note of *Example*.");
      await type("db", "domains", "set", "müller.example", "domain", ...note, "Müller");
    });
    await type("config", "delprop", "rspamd", "status");
    await type("signal-event", "nethserver-mail-filter-save");
    await waitFor(async () => (await send(container, { to: ["mary@domain.org"], ...login })).accepted, 60);
  });
  afterAll(() => container?.stop());

  test("D9 messages of many shapes get it in their texts, once, and nothing else of them changes", async () => {
    expect(await sendShapes("")).toEqual({});
    await queueIsEmpty(container);
    expect(await wrong("")).toEqual([]);
    expect(Object.keys(await check("compare", sink, "")).length).toBeGreaterThan(55);
  });

  test("D9 what has it already gets no second one", async () => {
    expect(await sendShapes(".again", sink)).toEqual({});
    await queueIsEmpty(container);
    expect(await wrong(".again")).toEqual([]);
  });

  test("disclaimer and DKIM together: signed after the note is added", async () => {
    const listing = 'cd "$1" && for file in *; do echo "$file $(base64 -w 0 "$file")"; done';
    const rows = (await type("sh", "-c", listing, "sh", sink)).trim().split("\n");
    const messages = rows.map((row) => row.split(" ")).filter(([name = ""]) => !/\.again$/.test(name));
    expect(messages.length).toBeGreaterThan(55);
    for (const [name, content = ""] of messages)
      expect(await signatures(Buffer.from(content, "base64")), name).toEqual(["domain.org pass"]);
  });

  test("D9 DisclaimerText is that of the domain in From, whoever sends, and mail of other domains has none", async () => {
    const from = (address: string) => ({ ...login, data: `From: ${address}\nSubject: SUBJECT\n\nHello\n` });
    const sentFrom = async (subject: string, address: string) => {
      const mail = from(address);
      return sent(subject, { ...mail, data: mail.data.replace("SUBJECT", subject) });
    };
    expect(await sentFrom("from-example", "Mary <MARY@Example.COM>")).toMatch(
      /First note of Example\.\r?\n$/,
    );
    expect(await sentFrom("from-unicode", "a@MÜLLER.example")).toMatch(/\nM=C3=BCller\r?\n$/);
    expect(await sentFrom("from-ascii", "a@xn--mller-kva.example")).toMatch(/\nM=C3=BCller\r?\n$/);
    expect(await sentFrom("from-other", "b@example.net")).toMatch(/\nHello\r?\n$/);
    expect(await sentFrom("from-subdomain", "b@sub.domain.org")).toMatch(/\nHello\r?\n$/);
    const nobody = await sent("from-nobody", { ...login, data: "Subject: from-nobody\n\nHello\n" });
    expect(nobody).toContain("From Domain Org: confidential");
  });

  test("D9 mail to users here has it on either port, and mail from outside and of programs has none", async () => {
    const inbox = (subject: string): Promise<string> =>
      waitFor(async () =>
        (await imapMessages(container, "mary", password)).find((one) =>
          one.includes(`Subject: ${subject}\n`),
        ),
      );
    const to = ["mary@domain.org"];
    const wrapped = { ...login, port: 465, tls: "wrapped" } as const;
    await send(container, { to, subject: "inside", ...wrapped });
    expect(await inbox("inside")).toContain("From Domain Org: confidential");
    const headers = ["X-Spam: No"];
    expect(await reply(container, "mary@domain.org", { subject: "outside", from: away, headers })).toMatch(
      /^END 250/,
    );
    await container.must(["sendmail", "-f", "john@domain.org", ...to], {
      input: "From: john@domain.org\nSubject: program\n\nA message.\n",
    });
    for (const subject of ["outside", "program"]) expect(await inbox(subject)).toMatch(/\nA message\.\n+$/);
  });

  test("D9 a message that a rule accepts unchecked has it too, and is signed", async () => {
    const message = await sent("accepted", { ...login, to: ["accepted@outside.example.net"] });
    expect(message).toContain("From Domain Org: confidential");
    const raw = await type("base64", "-w", "0", `${sink}/accepted`);
    expect(await signatures(Buffer.from(raw, "base64"))).toEqual(["domain.org pass"]);
  });

  test("D9 a message of 30 MB has it in seconds, and its attachment comes as it was", async () => {
    const attachment = `--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${"QUJD".repeat(18)}\r\n`.repeat(400_000)}--b--\r\n`;
    const head = `From: ${login.from}\r\nSubject: large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n`;
    const data = `${head}--b\r\n\r\nHello\r\n${attachment}`;
    const begun = Date.now();
    expect(await smtpSend(container, { to: [away], data, ...login })).toMatchObject({ accepted: true });
    expect(Date.now() - begun).toBeLessThan(30_000);
    await queueIsEmpty(container);
    const rest = `import hashlib; raw = open("${sink}/large", "rb").read(); assert b"confidential" in raw; at = raw.index(b"--b\\r\\nContent-Type: app"); print(hashlib.sha256(raw[at:]).hexdigest())`;
    expect((await type("python3", "-c", rest)).trim()).toBe(
      createHash("sha256").update(attachment).digest("hex"),
    );
  });

  test("D9 without the filter, or where the note cannot be added, mail waits and does not go without it", async () => {
    await type("systemctl", "stop", "rspamd");
    expect(await reply(container, away, { ...login, subject: "stopped" })).toMatch(/4\.3\.0 Try again later/);
    await type("systemctl", "start", "rspamd");
    await waitFor(async () => (await send(container, { to: [away], subject: "came", ...login })).accepted);
    const broken = fragment("/etc/rspamd/plugins.d/mailwright_disclaimer.lua", "85broken");
    await container.write(broken, "with_note = function() error('broken on purpose') end\n");
    await type("signal-event", "nethserver-mail-filter-save");
    let count = 0;
    const refused = () =>
      reply(container, "accepted@outside.example.net", { ...login, subject: `waits-${count++}` });
    await waitFor(async () => /^END 451 .*legal note cannot be added now/.test(await refused()));
    await type("rm", broken);
    await type("signal-event", "nethserver-mail-filter-save");
    await waitFor(async () => (await send(container, { to: [away], subject: "goes", ...login })).accepted);
    expect(await came("goes")).toContain("From Domain Org: confidential");
    expect(await container.run(["ls", `${sink}/stopped`])).toMatchObject({ exit: 2 });
    const named = ["(", "-name", "waits-*", "-o", "-name", "goes", ")"];
    const grep = ["grep", "-L", "From Domain Org: confidential", "{}", "+"];
    expect(await type("find", sink, ...named, "-exec", ...grep)).toBe("");
  });

  test("D9 domain-modify changes DisclaimerText, and DisclaimerStatus takes it away", async () => {
    const ends = async (mark: string, ending: RegExp): Promise<void> => {
      let count = 0;
      await waitFor(async () => ending.test(await sent(`${mark}-${count++}`)));
    };
    await type(
      "db",
      "domains",
      "setprop",
      "domain.org",
      "DisclaimerText",
      `Second <b>note</b> 100 % {= x =} \${HOME} "q"\n\n<http://x.example>`,
    );
    await type("signal-event", "domain-modify", "domain.org");
    await ends(
      "second",
      /\nSecond <b>note<\/b> 100 % \{= x =\} \$\{HOME\} "q"\r?\n\r?\nhttp:\/\/x\.example\r?\n$/,
    );
    await type("db", "domains", "setprop", "domain.org", "DisclaimerStatus", "disabled");
    await type("signal-event", "domain-modify", "domain.org");
    await ends("none", /\nA message\.\r?\n$/);
    await repeat(container, "domain-modify", "domain.org");
  });

  test("at the end nothing waits, nothing is queued, and no daemon complains", async () => {
    await apply(container);
    await repeat(container, "nethserver-mail-filter-save");
    await queueIsEmpty(container);
    const stopped = /connect to Milter service .*: Connection refused/;
    expect(await complaints(container, stopped)).toEqual([]);
    const log = await type("grep", "-h", "no disclaimer:", "/var/log/rspamd/rspamd.log");
    expect(log.split("\n").filter((line) => line !== "" && !line.includes("broken on purpose"))).toEqual([]);
  });
});
