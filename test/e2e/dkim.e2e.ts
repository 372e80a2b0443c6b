import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { imapMessages, journal, type Mail, send, waitFor } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";
import {
  away,
  from,
  noKeys,
  offline,
  sent,
  setZone,
  shownZone,
  signatures,
  startSigningServer,
  type Zone,
} from "./container/signed-mail.ts";

const keys = "/var/lib/rspamd/dkim";
const name = "default._domainkey.domain.org TXT";

describe("DKIM signatures", () => {
  let container: Container;
  let zone: Zone;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const isSigned = async (mail: Partial<Mail> = {}): Promise<string[]> =>
    signatures(await sent(container, mail), zone);
  const verify = async () => {
    const { exit, stdout } = await container.run(["mailwright", "dkim", "verify", "domain.org", "--json"]);
    return { exit, ...JSON.parse(stdout) };
  };

  beforeAll(async () => {
    container = await startSigningServer();
  });
  afterAll(() => container?.stop());

  test("D8 OpenDkimStatus signs what logins send by 587 and 465; the key is made on first need, for Rspamd alone", async () => {
    expect((await container.run(["ls", keys])).exit).not.toBe(0);
    zone = noKeys;
    expect(await isSigned()).toEqual([]);
    await type("mailwright", "domain", "modify", "domain.org", "--dkim");
    await type("db", "domains", "setprop", "example.com", "OpenDkimStatus", "enabled");
    await type("signal-event", "domain-modify", "example.com");
    expect(await type("stat", "-c", "%a %U %G", keys, `${keys}/domain.org.default.key`)).toBe(
      "750 root _rspamd\n600 _rspamd _rspamd\n",
    );
    zone = { ...(await shownZone(container, "domain.org")), ...(await shownZone(container, "example.com")) };
    expect(zone[name]?.[0]).toMatch(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]{392}$/);
    const message = await sent(container);
    expect(await signatures(message, zone)).toEqual(["domain.org default pass"]);
    // A second From would be read in its place.
    expect(message.toString().replace(/\s+/g, "")).toMatch(/;a=rsa-sha256;.*h=from:from:/);
    expect(await isSigned({ port: 465, tls: "wrapped" })).toEqual(["domain.org default pass"]);
    await setZone(container, { ...noKeys, ...zone });
    const judged = await container.run(["opendkim-testmsg"], { input: message.toString("latin1") });
    expect(judged).toMatchObject({ exit: 0 });
  });

  test("D8 mail is signed for the domain in From where that is one of ours, whatever the envelope says", async () => {
    expect(await isSigned(from("<John@Domain.ORG>"))).toEqual(["domain.org default pass"]);
    expect(await isSigned(from("<john@example.com>"))).toEqual(["example.com default pass"]);
    expect(await isSigned({ ...from("<john@domain.org>"), from: "" })).toEqual(["domain.org default pass"]);
    await type("db", "domains", "set", "müller.example", "domain", "OpenDkimStatus", "enabled");
    await type("signal-event", "domain-create", "müller.example");
    zone = { ...zone, ...(await shownZone(container, "müller.example")) };
    for (const author of ["<a@xn--mller-kva.example>", "<a@MÜLLER.example>"])
      await waitFor(async () =>
        (await isSigned(from(author))).includes("xn--mller-kva.example default pass"),
      );
    for (const author of [
      "<john@sub.domain.org>",
      "<john@example.net>",
      "<john@domain.org>, <mary@example.com>",
    ])
      expect(await isSigned(from(author)), author).toEqual([]);
    const twice = from("<john@domain.org>\nFrom: <mary@example.com>");
    expect(await isSigned(twice)).toEqual([]);
  });

  test("D8 outside mail with our domain in From, and what no login sends, is not signed", async () => {
    const box = async (subject: string) =>
      waitFor(async () =>
        (await imapMessages(container, "mary", "Secret-1")).find((message) => message.includes(subject)),
      );
    const to = ["mary@domain.org"];
    await sent(container, { subject: "from-a-login", to: [away, ...to] });
    expect(await box("from-a-login")).toContain("DKIM-Signature: ");
    for (const via of ["outside", "inside"] as const) {
      const mail = { from: "john@domain.org", to, subject: `forged-${via}`, via };
      expect(await send(container, mail)).toMatchObject({ accepted: true });
      expect(await box(`forged-${via}`)).not.toContain("DKIM-Signature");
    }
    await container.must(["sendmail", "-f", "john@domain.org", "mary@domain.org"], {
      input: "From: john@domain.org\nSubject: by-a-program\n\nA message.\n",
    });
    expect(await box("by-a-program")).not.toContain("DKIM-Signature");
  });

  test("D8 what is signed arrives as it was signed: 8 bit, long lines, dots, blanks, no body, attachments", async () => {
    const head = (subject: string, more: string) =>
      `From: "Jöhn" <john@domain.org>\nTo: <${away}>\nSubject: ${subject}\n${more}\n`;
    const eightBit =
      "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n";
    const multipart = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n';
    const file = `${Buffer.alloc(3000, 7).toString("base64").replace(/.{76}/g, "$&\n")}\n`;
    const parts = `--b\nContent-Type: text/plain; charset=utf-8\n\nGrüße\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="ü.bin"\n\n${file}--b--\n`;
    const messages: Record<string, string> = {
      "eight-bit": `${head("eight-bit Grüße €", eightBit)}Grüße €\n`,
      "long-lines": `${head("long-lines", "")}${"x".repeat(990)}\n${"y".repeat(990)}\n`,
      dots: `${head("dots", "")}.\n..\n.a\n\n.`,
      blanks: `${head("blanks   and \t tabs  ", "X-Empty:\n")} \t\nline   \n\n\n\n`,
      empty: head("empty", ""),
      twice: `${head("twice", "Reply-To: <e@x.example>\nReply-To: <f@x.example>\nMIME-Version: 1.0\nMIME-Version: 1.0\n")}text\n`,
      folded: `${head(`folded${" word".repeat(60)}`, "Cc: <b@outside.example.net>,\n\t<c@outside.example.net>\n")}text\n`,
      attachment: `${head("attachment", multipart)}\n${parts}`,
      dated: `${head("dated", "Date: Wed, 25 Nov 2026 10:00:00 +0100\nMessage-ID: <x@domain.org>\n")}text\n`,
      signature: `${head("signature", "DKIM-Signature: v=1; a=rsa-sha256; d=domain.org; s=x; h=from; bh=; b=\n")}text\n`,
    };
    for (const [subject, data] of Object.entries(messages))
      expect(await isSigned({ subject, data }), subject).toContain("domain.org default pass");
    // No signature of these would verify.
    const twice = ["Subject: again", "To: <b@x.example>", "Cc: <b@x.example>\nCc: <c@x.example>"];
    for (const [at, more] of [...twice, "Message-ID: <a@b>\nMessage-ID: <c@d>"].entries()) {
      const subject = `ambiguous-${at}`;
      expect(await isSigned({ subject, data: `${head(subject, `${more}\n`)}text\n` }), more).toEqual([]);
    }
  });

  test("D8 mail that a rule has let through is signed too, and a subject as it is rewritten; what a login says of its own authentication is taken out", async () => {
    const restart = async () => {
      await type("systemctl", "restart", "rspamd");
      await waitFor(async () => (await sent(container).catch(() => undefined)) !== undefined, 60);
    };
    const site = ["/etc/rspamd/rspamd.local.lua", "/etc/rspamd/override.d/actions.conf"] as const;
    await container.write(
      site[0],
      "rspamd_config:register_symbol({ name = 'LET_THROUGH', type = 'prefilter', priority = 10, callback = function(task)\n" +
        "  if task:get_header('X-Let-Through') then task:set_pre_result('no action', 'let through', 'test') end\nend })\n",
    );
    await container.write(site[1], 'rewrite_subject = 0.1;\nsubject = "***SPAM*** 100%% %s";\n');
    await restart();
    const lie = "Authentication-Results: mail.domain.org; dkim=pass header.d=bank.example";
    const message = await sent(container, { headers: ["X-Let-Through: yes", lie] });
    expect(await signatures(message, zone)).toEqual(["domain.org default pass"]);
    expect(message.toString()).not.toMatch(/bank\.example|SPAM/);
    for (const subject of ["plain", "Grüße € ".repeat(20), "=?utf-8?Q?Gr=C3=BC=C3=9Fe?= x"]) {
      const id = `rewritten-${subject.length}`;
      const data = `From: <john@domain.org>\nTo: <${away}>\nX-Id: ${id}\nSubject: ${subject}\nMessage-ID: <a@b>\n\nhi\n`;
      const rewritten = await sent(container, { subject: id, data });
      expect(rewritten.toString()).toMatch(/^Subject: .*SPAM/m);
      expect(await signatures(rewritten, zone), subject).toEqual(["domain.org default pass"]);
    }
    await type("rm", ...site);
    await restart();
  });

  test("D8 dkim verify tells what DNS holds from what it should, with advice, and what else is missing there", async () => {
    const [value = ""] = zone[name] ?? [];
    const other = zone["default._domainkey.example.com TXT"]?.[0] ?? "";
    const half = value.length / 2;
    const cases: [string, readonly string[], RegExp][] = [
      ["published", [value], /^$/],
      ["published", ["v=spf1 -all", `${value.slice(0, half)} ${value.slice(half)};`], /^$/],
      ["missing", [], /add the record/],
      ["other", [other], /another key/],
      ["several", [value, other], /2 records/],
      ["damaged", [`"${value}"`], /quotes/],
      ["damaged", [`${value.slice(0, half)}" "${value.slice(half)}`], /quotes/],
      ["damaged", [value.slice(0, 255)], /cut off after 255/],
      ["damaged", [value.replaceAll(";", "\\;")], /backslashes/],
      ["revoked", ["v=DKIM1; p="], /withdraws/],
    ];
    for (const [state, records, advice] of cases) {
      await setZone(container, { ...noKeys, [name]: records });
      const {
        exit,
        keys: [key],
      } = await verify();
      expect(key, records.join()).toMatchObject({ state, advice: expect.stringMatching(advice) });
      expect(exit).toBe(state === "published" ? 0 : 1);
    }
    await setZone(container, { ...noKeys, "default._domainkey.domain.org.domain.org TXT": [value] });
    expect((await verify()).keys[0].advice).toContain("enter the name as default._domainkey");
    const states = async () =>
      (await verify()).others.map(({ what, state }: Record<string, string>) => `${what} ${state}`);
    expect(await states()).toEqual(["MX missing", "SPF missing", "DMARC missing"]);
    await setZone(container, {
      ...noKeys,
      [name]: [value],
      "domain.org MX": ["10 mail.domain.org"],
      "domain.org TXT": ["v=spf1 mx -all", "v=spf1 a -all", "something else"],
      "_dmarc.domain.org TXT": ["v=DMARC1; p=reject"],
    });
    expect(await states()).toEqual(["MX there", "SPF several", "DMARC there"]);
    await type("systemctl", "stop", "e2e-dns");
    expect(await verify()).toMatchObject({ exit: 1, keys: [{ state: "unknown" }] });
    await type("systemctl", "start", "e2e-dns");
  });

  test("D8 dkim rotate makes a key beside the old one, which takes over when DNS has it; both verify", async () => {
    const inUse = async (property: string) =>
      (await container.run(["db", "domains", "getprop", "domain.org", property])).stdout.trim();
    const old = await sent(container);
    await type("mailwright", "dkim", "rotate", "domain.org");
    const next = await inUse("DkimNextSelector");
    expect(next).toMatch(/^s20\d{6}$/);
    expect(await isSigned()).toEqual(["domain.org default pass"]);
    const early = await container.run(["mailwright", "dkim", "rotate", "domain.org", "--finish"]);
    expect(early).toMatchObject({ exit: 1, stderr: expect.stringContaining("missing") });
    zone = { ...zone, ...(await shownZone(container, "domain.org")) };
    expect(Object.keys(zone)).toContain(`${next}._domainkey.domain.org TXT`);
    await setZone(container, { ...noKeys, ...zone });
    const inUseYet = await container.run(["mailwright", "dkim", "retire", "domain.org", "default", "--yes"]);
    expect(inUseYet.exit).toBe(3);
    const done = await container.run(["mailwright", "dkim", "rotate", "domain.org", "--finish"]);
    expect(done).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining("dkim retire domain.org default"),
    });
    expect(await inUse("DkimSelector")).toBe(next);
    expect(await inUse("DkimNextSelector")).toBe("");
    await waitFor(async () => (await isSigned()).includes(`domain.org ${next} pass`));
    expect(await signatures(old, zone)).toEqual(["domain.org default pass"]);
    await type("mailwright", "dkim", "retire", "domain.org", "default", "--yes");
    expect(await type("mailwright", "dkim", "list")).not.toMatch(/domain\.org +default/);
    expect(await type("ls", keys)).toBe(
      `domain.org.${next}.key\nexample.com.default.key\nxn--mller-kva.example.default.key\n`,
    );
  });

  test("D8 a lost key is told and not replaced, mail goes on unsigned, and signed when it is back", async () => {
    const key = `${keys}/example.com.default.key`;
    await type("mv", key, "/root/key");
    const event = await container.run(["signal-event", "domain-modify", "example.com"]);
    expect(event).toMatchObject({ exit: 0, stderr: expect.stringContaining(`the DKIM key ${key} is lost`) });
    expect((await container.run(["ls", key])).exit).not.toBe(0);
    expect((await container.run(["mailwright", "dkim", "list"])).exit).toBe(1);
    expect(await isSigned(from("<john@example.com>"))).toEqual([]);
    await type("cp", "/root/key", key);
    await type("signal-event", "domain-modify", "example.com");
    expect(await type("stat", "-c", "%a %U", key)).toBe("600 _rspamd\n");
    expect(await isSigned(from("<john@example.com>"))).toEqual(["example.com default pass"]);
  });

  test("D8 a domain that is signed no more, or deleted, keeps its key; the key of NethServer 7 is taken over", async () => {
    await type("mailwright", "domain", "modify", "example.com", "--no-dkim");
    await waitFor(async () => (await isSigned(from("<john@example.com>"))).length === 0);
    await type("mailwright", "domain", "modify", "example.com", "--dkim");
    await waitFor(async () =>
      (await isSigned(from("<john@example.com>"))).includes("example.com default pass"),
    );
    await type("mailwright", "domain", "delete", "example.com", "--yes");
    await waitFor(async () => (await isSigned(from("<john@example.com>"))).length === 0);
    expect(await type("mailwright", "dkim", "list")).toMatch(/example\.com +default +old/);
    await type("mkdir", "-p", "/etc/opendkim/keys");
    await type("openssl", "genrsa", "-out", "/etc/opendkim/keys/default.private", "1024");
    await type("mailwright", "domain", "add", "example.net", "--dkim");
    zone = { ...zone, ...(await shownZone(container, "example.net")) };
    expect(await type("diff", "/etc/opendkim/keys/default.private", `${keys}/example.net.default.key`)).toBe(
      "",
    );
    await waitFor(async () =>
      (await isSigned(from("<john@example.net>"))).includes("example.net default pass"),
    );
    expect(await type("mailwright", "task", "backup")).toContain(`${keys}\n`);
  });

  test("at the end nothing waits, nothing is complained about, and the events change no file", async () => {
    await apply(container);
    for (const event of ["nethserver-mail-server-save", "nethserver-mail-filter-save"])
      await repeat(container, event);
    await repeat(container, "domain-modify", "domain.org");
    expect((await type("postqueue", "-j")).trim()).toBe("");
    expect(await complaints(container, ...offline)).toEqual([]);
    const log = (await journal(container, "rspamd")).split("\n");
    expect(
      log.filter((line) => /not signed for/.test(line) && !/example\.com\.default\.key/.test(line)),
    ).toEqual([]);
  });
});
