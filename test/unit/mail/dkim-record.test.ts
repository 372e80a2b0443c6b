import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, keyBits, recordName, recordValue, zoneText } from "../../../src/mail/dkim-record.ts";
import { mailRecords, presenceOf } from "../../../src/mail/mail-records.ts";

const pem = (bits: number, type: "pkcs1" | "pkcs8" = "pkcs8"): string =>
  generateKeyPairSync("rsa", { modulusLength: bits }).privateKey.export({ type, format: "pem" }).toString();

const value = recordValue(pem(2048)) ?? "";
const state = (...found: string[]): string => compare(found, value).state;
const advice = (...found: string[]): string => compare(found, value).advice;

describe("a key's record", () => {
  it("holds the public half of an RSA key, in either form of PEM, and of nothing else", () => {
    expect(value).toMatch(/^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]+=*$/);
    expect(keyBits(value)).toBe(2048);
    expect(keyBits(recordValue(pem(1024, "pkcs1")) ?? "")).toBe(1024);
    const ed25519 = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    expect(recordValue(ed25519.toString())).toBeUndefined();
    expect(recordValue("no key")).toBeUndefined();
    expect(keyBits("v=DKIM1; p=AAAA")).toBeUndefined();
    expect(recordName({ domain: "example.org", selector: "s1" })).toBe("s1._domainkey.example.org");
  });

  it("is cut in a zone file into strings that DNS takes, and is whole when they are joined", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9+/=; ]{1,800}$/), (text) => {
        const strings = zoneText("a.example.org", text).match(/"[^"]*"/g) ?? [];
        expect(strings.map((string) => string.slice(1, -1)).join("")).toBe(text);
        for (const string of strings) expect(string.length).toBeLessThanOrEqual(257);
      }),
    );
    expect(zoneText("a.example.org", "short")).toBe('a.example.org. 3600 IN TXT "short"\n');
  });
});

describe("what DNS holds", () => {
  const half = value.length / 2;
  const other = recordValue(pem(1024)) ?? "";

  it("is the key, whatever blanks are in it, and whatever else is at the name", () => {
    const blanks = `${value.slice(0, half)} \t${value.slice(half)} ;`;
    const bare = value.replace("v=DKIM1; k=rsa; ", "");
    for (const found of [value, blanks, bare, value.replace("v=", " v = "), `${value}; t=s; n=note`])
      expect(state(found), found).toBe("published");
    expect(state("v=spf1 -all", value)).toBe("published");
  });

  it("is missing, there twice, another key, or none any more", () => {
    expect([state(), state("v=spf1 -all")]).toEqual(["missing", "missing"]);
    expect(state(value, value)).toBe("several");
    expect(state(other)).toBe("other");
    expect(state("v=DKIM1; p=")).toBe("revoked");
  });

  it("is damaged as forms and people do it, and what is wrong is told", () => {
    const damages: Record<string, RegExp> = {
      [`"${value}"`]: /quotes/,
      [`${value.slice(0, half)}" "${value.slice(half)}`]: /quotes/,
      [value.replaceAll(";", "\\;")]: /backslashes/,
      [value.slice(0, 255)]: /cut off after 255 characters/,
      [value.replaceAll("; ", " ")]: /no p=/,
      [`default._domainkey IN TXT ${value}`]: /stands where a tag/,
      [value.replace("k=rsa", "k=rsa; k=rsa")]: /twice/,
      [`k=rsa; ${value.replace("k=rsa; ", "")}`]: /must come first/,
      ["v=DKIM1; k=rsa"]: /no p=/,
      [value.replace("p=", "p=“")]: /other than ASCII/,
      [value.replace("rsa", "ed25519")]: /k=ed25519/,
      [`${value}; h=sha1`]: /h=sha1/,
      [`${value}; s=tlsrpt`]: /s=tlsrpt/,
      [`${value}; t=y:s`]: /tests/,
    };
    for (const [found, told] of Object.entries(damages)) {
      expect(state(found), found).not.toBe("published");
      expect(advice(found)).toMatch(told);
    }
  });

  it("is never taken for the key where it is not", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(state(text)).not.toBe("published");
      }),
    );
  });
});

it("MX, SPF and DMARC are there, missing, or there too often, and unknown where nobody answers", () => {
  const records = mailRecords("example.org", "mail.example.org");
  const states = (found: Record<string, string[]> | undefined) =>
    records.map((record) => presenceOf(record, found && (found[`${record.name} ${record.type}`] ?? [])));
  expect(states(undefined)).toEqual(["unknown", "unknown", "unknown"]);
  expect(states({ "example.org TXT": ["v=spf10", "other"] })).toEqual(["missing", "missing", "missing"]);
  expect(
    states({
      "example.org MX": ["10 a", "20 b"],
      "example.org TXT": ["v=spf1", "v=spf1 -all"],
      "_dmarc.example.org TXT": ["v=DMARC1;p=none", "other"],
    }),
  ).toEqual(["there", "several", "there"]);
});
