import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pemBundle } from "../../../src/apply/pem-bundle.ts";
import { selfSignedCertificate } from "../../../src/apply/self-signed.ts";
import { realSystem } from "../../../src/system/real-system.ts";
import type { System } from "../../../src/system/system.ts";
import { given } from "../../given.ts";

const system = realSystem("/", "none");
const openssl = system.processes.find("openssl");
const folder = mkdtempSync(join(tmpdir(), "certificates-"));
const path = join(folder, "deep/self-signed.pem");

afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(given(openssl !== undefined, "openssl"))("the self-signed certificate", () => {
  const make = (name = "mail.example.org", on: System = system) => selfSignedCertificate(on, path, name);
  const later = (days: number): System => ({
    ...system,
    clock: { ...system.clock, now: () => Date.now() + days * 86_400_000 },
  });

  it("is made once, for nobody but its owner, and kept", async () => {
    const first = await make();
    expect(first).toContain("-----BEGIN PRIVATE KEY-----");
    expect(system.files.status(path)?.mode).toBe(0o600);
    expect(await make()).toBe(first);
    expect(await make("mail.example.org", later(3600))).toBe(first);
  });

  it("is made anew when it has expired, for another name, and where the file holds none", async () => {
    const first = await make();
    const second = await make("mail.example.org", later(3700));
    expect(second).not.toBe(first);
    const third = await make("post.example.org");
    expect(third).not.toBe(second);
    system.files.write(path, Buffer.from("nothing"), { mode: 0o600 });
    expect(await make("post.example.org")).toContain("-----BEGIN CERTIFICATE-----");
  });

  it("may be for a name that is too long for a common name", async () => {
    const name = `${"a".repeat(60)}.${"b".repeat(60)}.example.org`;
    const made = await make(name);
    expect(await make(name)).toBe(made);
  });

  it("cannot be made without openssl", async () => {
    const without = { ...system, processes: { ...system.processes, find: () => undefined } };
    expect(await make("other.example.org", without)).toBeUndefined();
  });
});

describe.runIf(given(openssl !== undefined, "openssl"))("a bundle", () => {
  const run = (...argv: string[]) =>
    execFileSync("openssl", argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const pair = (name: string, ...kind: string[]) =>
    run("req", "-x509", "-newkey", ...kind, "-nodes", "-subj", `/CN=${name}`, "-keyout", "-");
  const keyOf = (pem: string) => pem.slice(0, pem.indexOf("-----BEGIN CERTIFICATE"));
  const certificateOf = (pem: string) => pem.slice(pem.indexOf("-----BEGIN CERTIFICATE"));
  const own = pair("own", "rsa:2048");
  const other = pair("other", "rsa:2048");
  const curve = pair("curve", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1");
  const files = (...texts: string[]) => texts.map((text, index) => ({ path: `/file-${index}`, text }));

  it("has the key first, then each certificate once, and nothing else", () => {
    const chain = certificateOf(other);
    const full = `Bag Attributes\n${certificateOf(own)}\n${chain}`;
    expect(pemBundle(files(keyOf(own), full, chain))).toBe(`${keyOf(own)}${certificateOf(own)}${chain}`);
    const withParameters = `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${keyOf(curve)}`;
    expect(pemBundle(files(withParameters, certificateOf(curve)))).toBe(curve);
  });

  it("is refused where its parts do not fit, and no key is shown", () => {
    const refusals: readonly (readonly [string[], RegExp])[] = [
      [[keyOf(own), certificateOf(other)], /first certificate is of another key in \/file-0, \/file-1/],
      [["", certificateOf(own)], /no private key/],
      [[keyOf(own), "text"], /no certificate/],
      [[keyOf(own).replace(/[A-Z]{4}/, "????"), certificateOf(own)], /no private key|what is no key/],
      [[run("genrsa", "-aes128", "-passout", "pass:x", "2048"), certificateOf(own)], /passphrase/],
    ];
    for (const [texts, words] of refusals) expect(() => pemBundle(files(...texts))).toThrow(words);
  });
});
