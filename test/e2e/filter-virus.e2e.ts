import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import { type Container, startContainer } from "./container/container.ts";
import { imapMessages, journal, outsider, reply, send, waitFor } from "./container/mail.ts";
import { filesOf, repeat } from "./container/mail-server.ts";
import {
  bringSignatures,
  scannerAnswers,
  virus,
  virusName,
  whileAnswering,
  whileFrozen,
  whileStopped,
} from "./container/scanner.ts";
import { debPath, rootCache } from "./places.ts";

const john = "john@domain.org";
const infected = `END 554 5.7.1 Infected: ${virusName}`;
const putOff = "END 451 4.7.1 Virus scanner does not answer, try again later";
const taken = /^END 250 /;
const large = `${"a line of a large message, which fills what a socket holds of it\n".repeat(30_000)}`;

/** What a program packs: as base64, one file inside the other. */
const pack = `
import base64, io, sys, tarfile, zipfile
def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive: archive.writestr(name, data)
    return out.getvalue()
def tarred(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo(name); info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()
data = ("some text " + sys.argv[1] + " and more\\n").encode()
made = {"file": data, "zip": zipped("a.txt", data), "nested": zipped("b.zip", zipped("a.txt", data)),
        "tar": tarred("a.txt", data), "deep": zipped("c.tar.gz", tarred("b.zip", zipped("a.txt", data)))}
print(base64.encodebytes(made[sys.argv[2]]).decode(), end="")
`;

describe("the virus scanner of the filter", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const event = (): Promise<string> => type("signal-event", "nethserver-mail-filter-save");
  const set = async (...props: string[]): Promise<void> => {
    await type("config", "setprop", "rspamd", ...props);
    await event();
  };
  const packed = (kind: string, content = virus): Promise<string> =>
    type("python3", "-c", pack, content, kind);
  const login = { via: "outside", port: 587, tls: "starttls", user: "john", password, from: john } as const;
  const said = (data: string) => reply(container, john, { data });
  const box = () => imapMessages(container, "john", password);

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await type("config", "set", "DomainName", "domain.org");
    const hash = (await type("doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password)).trim();
    await type("db", "accounts", "set", john, "user", "PasswordHash", hash);
    await type("config", "setprop", "rspamd", "SpamGreyLevel", "");
    await type("signal-event", "nethserver-mail-server-update");
  });
  afterAll(() => container?.stop());

  test("without signatures the event tells it and goes on, mail is put off, and the scanner comes by itself", async () => {
    const first = await container.run(["signal-event", "nethserver-mail-filter-update"]);
    expect(first.exit).toBe(0);
    expect(first.stderr).toMatch(/clamav-daemon: .*: mail is put off until it runs; it needs the signatures/);
    expect((await container.run(["mailwright", "status"])).stdout).toContain(
      "Units that do not run\n  clamav-daemon: ",
    );
    expect(await reply(container, john)).toBe(putOff);
    // No time to wait as long as the unit does.
    const dropIn = "/etc/systemd/system/clamav-daemon.service.d/zz-scenario.conf";
    await container.write(dropIn, "[Service]\nRestartSec=1\n");
    await type("systemctl", "daemon-reload");
    await type("systemctl", "restart", "clamav-daemon");
    await bringSignatures(container);
    await scannerAnswers(container);
    await waitFor(async () => taken.test(await reply(container, john)), 30);
    await apply(container);
  });

  test("D4 infected is refused with the virus's name: as text, attached, packed, packed twice, renamed", async () => {
    const refused = {
      text: `some text ${virus} and more`,
      html: `<html><body>${virus}</body></html>`,
    };
    for (const body of Object.values(refused)) expect(await reply(container, john, { body })).toBe(infected);
    for (const kind of ["file", "zip", "nested", "tar", "deep"])
      expect(`${kind}: ${await said(attached(await packed(kind)))}`).toBe(`${kind}: ${infected}`);
    const zip = await packed("zip");
    expect(await said(attached(zip, "picture.png", "image/png"))).toBe(infected);
    expect(await said(attached(await packed("file"), "", "text/plain"))).toBe(infected);
    for (const kind of ["file", "zip", "deep"])
      expect(`${kind}: ${await said(attached(await packed(kind, "nothing")))}`).toMatch(/: END 250 /);
    expect(await reply(container, john, { body: large })).toMatch(taken);
  });

  test("D4 a message whose first line looks like an image, or is within another message, is scanned as a message", async () => {
    const message = attached(await packed("zip"));
    for (const start of [
      "GIF89a: x\n",
      "%PDF-1.4: x\n",
      "PK\x03\x04: x\n",
      `X-Long: ${"x".repeat(900)}\n`.repeat(9),
    ])
      expect(await said(`${start}${message}`)).toBe(infected);
    expect(await said(attached(message, "", "message/rfc822", "7bit"))).toBe(infected);
  });

  test("D4 D5 logins', local and trusted mail too, and with SpamCheckStatus disabled", async () => {
    await type("config", "setprop", "rspamd", "SpamCheckStatus", "disabled");
    await type("db", "networks", "set", "192.0.2.0", "network", "Mask", "255.255.255.0");
    await type("mailwright", "apply");
    await waitFor(async () => (await reply(container, john, { body: virus })) === infected);
    const message = { to: [john], body: virus };
    expect(code(await send(container, { ...message, ...login }))).toBe(infected);
    expect(code(await send(container, { ...message, via: "inside", host: "127.0.0.1" }))).toBe(infected);
    expect(code(await send(container, { to: [john], ...login }))).toMatch(taken);
    await type("db", "networks", "delete", "192.0.2.0");
    await type("config", "delprop", "rspamd", "SpamCheckStatus");
    await type("mailwright", "apply");
  });

  test("D4 stopped, frozen or answering anything else, the scanner lets nothing pass: 451, and taken when it is back", async () => {
    await set("VirusScanTimeout", "2");
    const answers = [
      ...[
        "close",
        "never accept",
        "",
        "stream: O",
        "stream: OK",
        "\\xff\\xfe 250 OK\\r\\n\\0",
        "stream: OK\\nmore\\0",
      ],
      ...["INSTREAM size limit exceeded. ERROR\\0", "COMMAND READ TIMED OUT\\0"],
    ];
    await whileStopped(container, async () => {
      expect(await reply(container, john)).toBe(putOff);
      expect(code(await send(container, { to: [john], ...login }))).toBe(putOff);
      for (const answer of answers)
        await whileAnswering(container, answer, async () => {
          for (const body of ["a message", large])
            expect(`${answer} ${await reply(container, john, { body })}`).toBe(`${answer} ${putOff}`);
        });
    });
    const mailbox = (await box()).length;
    await whileFrozen(container, async () => {
      for (const body of ["frozen", large]) expect(await reply(container, john, { body })).toBe(putOff);
      expect(code(await send(container, { to: [john], body: "frozen", ...login }))).toBe(putOff);
    });
    expect(await box()).toHaveLength(mailbox);
    expect(await reply(container, john, { subject: "sent again" })).toMatch(taken);
    await waitFor(async () => (await box()).some((message) => message.includes("Subject: sent again\n")));
    const log = await container.read("/var/log/rspamd/rspamd.log");
    expect(log).toMatch(/antivirus: <\w+>: not scanned: clamd says INSTREAM size limit exceeded\. ERROR/);
    expect(log).toMatch(/antivirus: <\w+>: not scanned: IO timeout/);
    expect(log).toContain(`antivirus: <`);
  });

  test("while the scanner reads new signatures mail waits or is put off, logins' too, and the new ones count", async () => {
    await container.must(["python3", "-c", hashes]);
    await container.write(
      "/var/lib/clamav/news.ndb",
      `News.Test:0:*:${Buffer.from("fresh-virus-2").toString("hex")}\n`,
    );
    expect(await reply(container, john, { body: "fresh-virus-2" })).toMatch(taken);
    await type("systemctl", "reload", "clamav-daemon");
    const seen = new Set<string>();
    await waitFor(async () => {
      const answers = await Promise.all([
        reply(container, john, { body: virus }),
        send(container, { to: [john], body: virus, ...login }).then(code),
      ]);
      for (const answer of answers) seen.add(answer);
      return (await reply(container, john, { body: "fresh-virus-2" })).startsWith("END 554");
    }, 90);
    expect([infected, putOff]).toEqual(expect.arrayContaining([...seen]));
    await type("rm", "/var/lib/clamav/news.ndb", "/var/lib/clamav/many.hdb");
  });

  test("VirusScanSoftReject disabled: what cannot be scanned goes on, and that is logged; what is infected is refused", async () => {
    await type("config", "setprop", "rspamd", "VirusScanSoftReject", "disabled", "VirusScanTimeout", "2");
    await event();
    await whileStopped(container, async () => {
      expect(await reply(container, john, { body: virus, subject: "unscanned" })).toMatch(taken);
    });
    expect(await container.read("/var/log/rspamd/rspamd.log")).toContain("VIRUS_SCAN_FAILED");
    expect(await reply(container, john, { body: virus })).toBe(infected);
    await type("config", "setprop", "rspamd", "VirusScanSoftReject", "enabled");
  });

  test("VirusAction rewrite_subject delivers with the virus's name in the subject", async () => {
    await set("VirusAction", "rewrite_subject");
    await waitFor(async () => taken.test(await reply(container, john, { body: virus, subject: "Grüße" })));
    const found = await waitFor(async () =>
      (await box()).findLast((message) => message.includes("INFECTED")),
    );
    const subject = /^Subject: (.*(?:\n .*)*)/m.exec(found)?.[1] ?? "";
    expect(decoded(subject)).toBe(`[Infected: ${virusName}] Grüße`);
    await type("config", "setprop", "rspamd", "VirusAction", "reject");
  });

  test("VirusScanSize: a larger message is not scanned, and VirusScanOnlyAttachment leaves text and images out", async () => {
    await set("VirusScanSize", "100000", "VirusScanOnlyAttachment", "true", "VirusScanTimeout", "20");
    await waitFor(async () => taken.test(await reply(container, john, { body: virus })), 30);
    await scannerAnswers(container);
    const zip = await packed("zip");
    expect(await said(attached(zip))).toBe(infected);
    expect(await said(attached(zip, "picture.png", "image/png"))).toBe(infected);
    const image = Buffer.concat([png, Buffer.from(virus)]).toString("base64");
    expect(await said(attached(`${image}\n`, "picture.png", "image/png"))).toMatch(taken);
    expect(await said(`${attached(zip)}${large}`)).toMatch(taken);
    await set("VirusScanSize", "30000000", "VirusScanOnlyAttachment", "false");
    await waitFor(async () => (await said(`${attached(zip)}${large}`)) === infected, 30);
    expect(await said(attached(`${image}\n`, "picture.png", "image/png"))).toBe(infected);
    expect(await container.read("/etc/clamav/clamd.conf")).toMatch(/^StreamMaxLength 30001000$/m);
  });

  test("with Redis stopped it scans all the same, and of its own nothing is remembered there", async () => {
    const units =
      (await type("systemctl", "list-units", "--plain", "--no-legend", "redis-server*")).match(/^\S+/gm) ??
      [];
    await type("systemctl", "stop", ...units);
    expect(await reply(container, john, { body: virus })).toBe(infected);
    expect(await reply(container, john)).toMatch(taken);
    await type("systemctl", "start", ...units);
  });

  test("VirusCheckStatus disabled, and clamd@rspamd status disabled, scan nothing, and nothing waits for a scanner", async () => {
    await set("VirusCheckStatus", "disabled");
    await waitFor(async () => taken.test(await reply(container, john, { body: virus })), 30);
    await set("VirusCheckStatus", "enabled");
    await waitFor(async () => (await reply(container, john, { body: virus })) === infected, 30);
    await type("config", "setprop", "clamd@rspamd", "status", "disabled");
    await event();
    const states = async () =>
      (
        await container.run([
          "systemctl",
          "is-active",
          "clamav-daemon",
          "clamav-daemon.socket",
          "clamav-freshclam",
        ])
      ).stdout;
    expect(await states()).toBe("inactive\ninactive\ninactive\n");
    await waitFor(async () => taken.test(await reply(container, john, { body: virus })), 30);
    await apply(container);
    await type("config", "setprop", "clamd@rspamd", "status", "enabled");
    await event();
    expect(await states()).toBe("active\nactive\nactive\n");
    await scannerAnswers(container);
    await waitFor(async () => (await reply(container, john, { body: virus })) === infected, 30);
  });

  test("at the end nothing complains, nothing is left in the queue, and the event changes nothing", async () => {
    await apply(container);
    const before = await filesOf(container);
    await repeat(container, "nethserver-mail-filter-save");
    expect(await filesOf(container)).toBe(before);
    await queueIsEmpty(container);
    const rejects = /milter-reject: END-OF-MESSAGE/;
    expect(await complaints(container, rejects)).toEqual([]);
    expect(await journal(container, "rspamd")).not.toMatch(/lua call failed|attempt to/);
    expect(await container.read("/var/log/rspamd/rspamd.log")).not.toMatch(
      /lua call failed|attempt to (?:index|call)/,
    );
  });
});

/** 400 000 signatures by hash, which take clamd a while to read. */
const hashes = `
import hashlib
with open("/var/lib/clamav/many.hdb", "w") as out:
    for number in range(400000): out.write("%s:%d:Many.%d\\n" % (hashlib.md5(b"%d" % number).hexdigest(), number + 99, number))
`;

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
  "base64",
);

/** A message with one file; without a name it is no attachment, but text of the message. */
function attached(
  content: string,
  name = "file.bin",
  kind = "application/octet-stream",
  encoding = "base64",
): string {
  const disposition = name === "" ? "" : `Content-Disposition: attachment; filename="${name}"\n`;
  const head = `From: <${outsider}>\nTo: <${john}>\nSubject: a file\nDate: ${new Date().toUTCString()}\nMIME-Version: 1.0\n`;
  return (
    `${head}Content-Type: multipart/mixed; boundary="part"\n\n--part\nContent-Type: text/plain\n\nhello\n` +
    `--part\nContent-Type: ${kind}\nContent-Transfer-Encoding: ${encoding}\n${disposition}\n${content}\n--part--\n`
  );
}

function code({ last }: { last: { verb: string; code: number; text: string } }): string {
  return `${last.verb} ${last.code} ${last.text}`;
}

/** A header of encoded words (RFC 2047) in base64 or quoted-printable, all of UTF-8. */
function decoded(header: string): string {
  const bytes = header
    .split(/\s+/)
    .map((word) => /^=\?UTF-8\?([QB])\?(.*)\?=$/i.exec(word))
    .map((match) => {
      if (match?.[1]?.toUpperCase() === "B") return Buffer.from(match[2] ?? "", "base64");
      const text = (match?.[2] ?? "").replaceAll("_", " ");
      return Buffer.from(
        text.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        "latin1",
      );
    });
  return Buffer.concat(bytes).toString();
}
