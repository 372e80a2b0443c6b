import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints, queueIsEmpty } from "./container/administrator.ts";
import { password } from "./container/boot.ts";
import { type Container, startContainer } from "./container/container.ts";
import { waitForWorkers, workersOf } from "./container/filter-server.ts";
import { attached, decoded, packed, png } from "./container/infected-mail.ts";
import { imapMessages, journal, reply, send, waitFor } from "./container/mail.ts";
import { filesOf, repeat, templates } from "./container/mail-server.ts";
import {
  bringManySignatures,
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
/** In the place of the fragment of this name, with another time that Rspamd's proxy takes for a message. */
const fragment = "/etc/rspamd/local.d/worker-proxy.inc/10milter.hbs";
const ownTimes = `${templates}${fragment}`;
const large = `${"a line of a large message, which fills what a socket holds of it\n".repeat(30_000)}`;

describe("the virus scanner of the filter", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);
  const event = (): Promise<string> => type("signal-event", "nethserver-mail-filter-save");
  const set = async (key: string, ...props: string[]): Promise<void> => {
    await type("config", "setprop", key, ...props);
    await event();
  };
  const file = (kind: Parameters<typeof packed>[1], content = virus) => packed(container, kind, content);
  const withFile = (content: string, ...as: string[]): Promise<string> =>
    said(attached(john, content, ...as));
  const login = { via: "outside", port: 587, tls: "starttls", user: "john", password, from: john } as const;
  const said = (data: string) => reply(container, john, { data });
  const box = () => imapMessages(container, "john", password);

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await type("sh", "-c", "rm -r /var/lib/clamav/*");
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
    for (const kind of ["file", "zip", "nested", "tar", "deep"] as const)
      expect(`${kind}: ${await withFile(await file(kind))}`).toBe(`${kind}: ${infected}`);
    const zip = await file("zip");
    expect(await withFile(zip, "picture.png", "image/png")).toBe(infected);
    expect(await withFile(await file("file"), "", "text/plain")).toBe(infected);
    for (const kind of ["file", "zip", "deep"] as const)
      expect(`${kind}: ${await withFile(await file(kind, "nothing"))}`).toMatch(/: END 250 /);
    expect(await reply(container, john, { body: large })).toMatch(taken);
  });

  test("D4 a message whose first line looks like an image, or is within another message, is scanned as a message", async () => {
    const message = attached(john, await file("zip"));
    for (const start of [
      "GIF89a: x\n",
      "%PDF-1.4: x\n",
      "PK\x03\x04: x\n",
      `X-Long: ${"x".repeat(900)}\n`.repeat(9),
    ])
      expect(await said(`${start}${message}`)).toBe(infected);
    expect(await withFile(message, "", "message/rfc822", "7bit")).toBe(infected);
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
    await set("rspamd", "VirusScanTimeout", "2");
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
      for (const [index, answer] of answers.entries())
        await whileAnswering(container, answer, async () => {
          const body = index % 2 === 0 ? large : "a message";
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
    const log = await journal(container, "rspamd");
    expect(log).toMatch(/antivirus: <\w+>: not scanned: clamd says INSTREAM size limit exceeded\. ERROR/);
    expect(log).toMatch(/antivirus: <\w+>: not scanned: IO timeout/);
  });

  test("while the scanner reads new signatures mail waits or is put off, logins' too, and the new ones count", async () => {
    await bringManySignatures(container, "fresh-virus-2");
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
  });

  test("VirusScanSoftReject disabled: what cannot be scanned goes on, and that is logged; out of time, it is put off", async () => {
    const shipped = await container.read(`/usr/share/mailwright/templates${fragment}`);
    const short = shipped.replace(/(?<=^ {2}timeout = )\{\{.*\}\}s/m, "4s");
    expect(short).not.toBe(shipped);
    await container.write(ownTimes, short);
    const before = await workersOf(container);
    await set("rspamd", "VirusScanSoftReject", "disabled", "VirusScanTimeout", "8");
    await waitForWorkers(container, before);
    await whileStopped(container, async () => {
      await waitFor(async () => taken.test(await reply(container, john, { body: virus })));
    });
    await scannerAnswers(container);
    // Each start has Rspamd read its settings in another order.
    for (let start = 0; start < 5; start++) {
      await whileFrozen(container, async () => {
        expect(await reply(container, john)).toBe("END 451 4.7.1 timeout processing message");
      });
      await type("systemctl", "restart", "rspamd");
      await waitForWorkers(container, []);
    }
    expect(await journal(container, "rspamd")).toContain("VIRUS_SCAN_FAILED");
    expect(await reply(container, john, { body: virus })).toBe(infected);
    await type("rm", ownTimes);
    await type("config", "setprop", "rspamd", "VirusScanSoftReject", "enabled");
  });

  test("VirusAction rewrite_subject delivers with the virus's name in the subject", async () => {
    await set("rspamd", "VirusAction", "rewrite_subject");
    await waitFor(async () => taken.test(await reply(container, john, { body: virus, subject: "Grüße" })));
    const found = await waitFor(async () =>
      (await box()).findLast((message) => message.includes("INFECTED")),
    );
    const subject = /^Subject: (.*(?:\n .*)*)/m.exec(found)?.[1] ?? "";
    expect(decoded(subject)).toBe(`[Infected: ${virusName}] Grüße`);
    expect(found).not.toMatch(/^X-Spam: /m);
    // Its score is that of spam for want of headers.
    expect(await said(`From: <x@neutral.example>\nSubject: spam, too\n\n${virus}\n`)).toMatch(taken);
    await waitFor(async () => {
      const junk = await imapMessages(container, "john", password, "Junk");
      return junk.some(
        (one) => /^Subject: \[Infected: .*spam, too$/m.test(one) && /^X-Spam: Yes$/m.test(one),
      );
    });
    await type("config", "setprop", "rspamd", "VirusAction", "reject");
  });

  test("VirusScanSize: a larger message is not scanned, and VirusScanOnlyAttachment leaves text and images out", async () => {
    await set(
      "rspamd",
      "VirusScanSize",
      "100000",
      "VirusScanOnlyAttachment",
      "true",
      "VirusScanTimeout",
      "20",
    );
    await waitFor(async () => taken.test(await reply(container, john, { body: virus })), 30);
    await scannerAnswers(container);
    const zip = await file("zip");
    expect(await withFile(zip)).toBe(infected);
    expect(await withFile(zip, "picture.png", "image/png")).toBe(infected);
    const image = Buffer.concat([png, Buffer.from(virus)]).toString("base64");
    expect(await withFile(`${image}\n`, "picture.png", "image/png")).toMatch(taken);
    expect(await said(`${attached(john, zip)}${large}`)).toMatch(taken);
    await set("rspamd", "VirusScanSize", "30000000", "VirusScanOnlyAttachment", "false");
    await waitFor(async () => (await said(`${attached(john, zip)}${large}`)) === infected, 30);
    expect(await withFile(`${image}\n`, "picture.png", "image/png")).toBe(infected);
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
    await set("rspamd", "VirusCheckStatus", "disabled");
    await waitFor(async () => taken.test(await reply(container, john, { body: virus })), 30);
    await set("rspamd", "VirusCheckStatus", "enabled");
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
    expect(await container.run(["mailwright", "status"])).toMatchObject({
      ...{ exit: 2, stdout: expect.stringContaining("Mail is not scanned for viruses\n") },
    });
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
    // A reload of Rspamd may end the conversation about a message, which is then put off.
    const expected = [
      /milter-reject: END-OF-MESSAGE/,
      /milter inet:127\.0\.0\.1:11332: can't read SMFIC_\w+ reply/,
      /antivirus: <\w*>: not scanned: /,
      /cannot connect to redis/,
    ];
    expect(await complaints(container, ...expected)).toEqual([]);
    expect(await journal(container, "rspamd")).not.toMatch(/lua call failed|attempt to/);
  });
});

function code({ last }: Awaited<ReturnType<typeof send>>): string {
  return `${last.verb} ${last.code} ${last.text}`;
}
