import { generateKeyPairSync } from "node:crypto";
import { authenticate, dkimSign } from "mailauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, complaints } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import { imapMessages, send, waitFor } from "./container/mail.ts";
import {
  noKeys,
  offline,
  resolver,
  setZone,
  startSigningServer,
  type Zone,
} from "./container/signed-mail.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const record = `v=DKIM1; k=rsa; p=${publicKey.export({ type: "spki", format: "der" }).toString("base64")}`;

/** bank.example sends from 192.0.2.2 and signs; shop.example sends from elsewhere, and list.example passes on what it seals. */
const zone: Zone = {
  ...noKeys,
  "bank.example A": ["192.0.2.2"],
  "bank.example TXT": ["v=spf1 ip4:192.0.2.2 -all"],
  "s1._domainkey.bank.example TXT": [record],
  "_dmarc.bank.example TXT": ["v=DMARC1; p=reject"],
  "shop.example A": ["192.0.2.77"],
  "shop.example TXT": ["v=spf1 ip4:192.0.2.77 -all"],
  "_dmarc.shop.example TXT": ["v=DMARC1; p=quarantine"],
  "list.example A": ["192.0.2.2"],
  "list.example TXT": ["v=spf1 ip4:192.0.2.2 -all"],
  "s1._domainkey.list.example TXT": [record],
};

describe("authentication of mail from outside", () => {
  let container: Container;

  /** What the mailbox says of a message from outside, one result a line. */
  async function results(
    sender: string,
    message: string,
    via: "outside" | "inside" = "outside",
  ): Promise<string> {
    const subject = /^Subject: (.*)$/m.exec(message)?.[1] ?? "";
    const to = ["john@domain.org"];
    expect(await send(container, { from: sender, to, data: message, via })).toMatchObject({ accepted: true });
    const found = await waitFor(async () =>
      (await imapMessages(container, "john", "Secret-1")).find((one) =>
        one.includes(`Subject: ${subject}\n`),
      ),
    );
    const fields = found.replace(/\n[ \t]+/g, " ").match(/^Authentication-Results: .*$/gim) ?? [];
    expect(fields.length).toBeLessThanOrEqual(1);
    return (fields[0] ?? "").replaceAll("; ", "\n");
  }

  const text = (author: string, subject: string, more = ""): string =>
    `From: <${author}>\nTo: <john@domain.org>\nSubject: ${subject}\nDate: ${new Date().toUTCString().replace("GMT", "+0000")}\nMessage-ID: <${subject}@${author.split("@")[1]}>\n${more}\nA message.\n`;

  async function signed(author: string, subject: string, more?: string): Promise<string> {
    const message = text(author, subject, more);
    const key = { signingDomain: author.split("@")[1] ?? "", selector: "s1", privateKey: privatePem };
    const options = { ...key, signatureData: [key] };
    const { signatures } = await dkimSign(message.replaceAll("\n", "\r\n"), options);
    return `${signatures.replaceAll("\r\n", "\n").trimEnd()}\n${message}`;
  }

  beforeAll(async () => {
    container = await startSigningServer();
    await container.must(["config", "setprop", "rspamd", "SpamTag2Level", "18"]);
    await apply(container);
    await setZone(container, zone);
  });
  afterAll(() => container?.stop());

  test("D8 SPF, DKIM and DMARC are checked, and the results are in one header of ours", async () => {
    const good = await results("a@bank.example", await signed("a@bank.example", "good"));
    expect(good).toMatch(/^Authentication-Results: mail\.domain\.org$/m);
    expect(good).toMatch(/^dkim=pass header\.d=bank\.example header\.s=s1 /m);
    expect(good).toMatch(/^spf=pass .*smtp\.mailfrom=a@bank\.example$/m);
    expect(good).toMatch(/^dmarc=pass \(policy=reject\) header\.from=bank\.example$/m);
  });

  test("D8 what fails is told and adds to the score; a policy of others refuses nothing by itself", async () => {
    const altered = (await signed("a@bank.example", "altered")).replace("A message.", "Another message.");
    const broken = await results("x@outside.example.net", altered);
    expect(broken).toMatch(/^dkim=fail .*header\.d=bank\.example/m);
    expect(broken).toMatch(/^dmarc=fail .*header\.from=bank\.example \(policy=reject\)$/m);
    const forged = await results("a@shop.example", text("a@shop.example", "forged"));
    expect(forged).toMatch(/^spf=fail /m);
    expect(forged).toMatch(/^dkim=none/m);
    expect(forged).toMatch(/^dmarc=fail .*header\.from=shop\.example \(policy=quarantine\)$/m);
    const status = (await imapMessages(container, "john", "Secret-1")).find((one) =>
      one.includes("Subject: forged\n"),
    );
    expect(status?.replace(/\n[ \t]+/g, " ")).toMatch(/X-Spamd-Result: .*DMARC_POLICY_QUARANTINE\([1-9]/);
  });

  test("D8 a result that a sender wrote himself is taken out, from outside and from trusted networks", async () => {
    const own = "Authentication-Results: mail.domain.org;\n dkim=pass header.d=forged.example\n";
    for (const via of ["outside", "inside"] as const) {
      const found = await results(
        "x@outside.example.net",
        text("x@outside.example.net", `lie-${via}`, own + own),
        via,
      );
      expect(found).not.toContain("forged.example");
    }
  });

  test("D8 a chain of ARC seals is checked", async () => {
    const message = text("a@shop.example", "sealed").replaceAll("\n", "\r\n");
    const seal = { signingDomain: "list.example", selector: "s1", privateKey: privatePem };
    const client = { ip: "192.0.2.2", helo: "list.example", mta: "list.example", sender: "a@shop.example" };
    const { headers } = await authenticate(message, {
      ...client,
      seal,
      resolver: resolver(zone),
      disableBimi: true,
    });
    const sealed = `${headers.replaceAll("\r\n", "\n").trimEnd()}\n${message.replaceAll("\r\n", "\n")}`;
    expect(await results("l@list.example", sealed)).toMatch(/^arc=pass \("list\.example:s=s1:i=1"\)/m);
    const altered = sealed
      .replace("A message.", "Another message.")
      .replace("Subject: sealed", "Subject: resealed");
    expect(await results("l@list.example", altered)).toMatch(/^arc=reject /m);
  });

  test("at the end nothing is complained about", async () => {
    expect(await complaints(container, ...offline)).toEqual([]);
    expect((await container.must(["postqueue", "-j"])).trim()).toBe("");
  });
});
