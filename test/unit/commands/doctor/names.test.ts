import { describe, expect, it } from "vitest";
import { type CertificateFacts, judgeCertificate } from "../../../../src/commands/doctor/certificate.ts";
import { type DomainFacts, judgeDomain } from "../../../../src/commands/doctor/dns-domain.ts";
import {
  type HostFacts,
  judgeHost,
  judgeName,
  reverseName,
} from "../../../../src/commands/doctor/dns-host.ts";
import { judgeLists } from "../../../../src/commands/doctor/dns-lists.ts";
import { mailRecords } from "../../../../src/mail/mail-records.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 25);

describe("the certificate", () => {
  const good: CertificateFacts = {
    ...{ path: "/c.pem", hostname: "mail.example.org", now, validFrom: now - day, validTo: now + 60 * day },
    ...{ fitsHost: true, fitsKey: true, distrust: "", isOwn: false },
  };

  it.each<[string, Partial<CertificateFacts>, RegExp[]]>([
    ["is good", {}, []],
    ["expires in two weeks", { validTo: now + 14 * day }, []],
    [
      "expires in less",
      { validTo: now + 14 * day - 1 },
      [/^warning the certificate expires on 2026-12-08, in 13 days$/],
    ],
    ["has expired", { validTo: now }, [/^critical the certificate has expired on 2026-11-25$/]],
    [
      "is not valid yet",
      { validFrom: now + 1 },
      [/^critical the certificate is not valid before 2026-11-25$/],
    ],
    [
      "is for another host",
      { fitsHost: false },
      [/^critical the certificate does not name mail\.example\.org$/],
    ],
    ["is of another key", { fitsKey: false }, [/^critical the certificate is of another key$/]],
    [
      "is not trusted",
      { distrust: "self-signed" },
      [/^warning clients do not trust the certificate: self-signed$/],
    ],
  ])("that %s", (_, facts, expected) => {
    const texts = judgeCertificate({ ...good, ...facts }).map(({ severity, what }) => `${severity} ${what}`);
    expect(texts).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(texts[index]).toMatch(pattern);
  });
});

describe("the host in DNS", () => {
  const hostname = "mail.example.org";
  const good: HostFacts = {
    ...{ hostname, helo: hostname, heloAddresses: ["203.0.113.4"] },
    addresses: [{ address: "203.0.113.4", names: ["Mail.Example.org"] }],
  };
  const at = (address: string, ...names: string[]) => ({ addresses: [{ address, names }] });

  it.each<[string, Partial<HostFacts>, RegExp[]]>([
    ["has an address that leads back", {}, []],
    [
      "has none",
      { addresses: [], heloAddresses: [] },
      [/^mail\.example\.org, the name of this server, has no/],
    ],
    [
      "is not answered for",
      { addresses: undefined, heloAddresses: undefined },
      [/^name servers do not answer for mail\.example\.org, the name of this server$/],
    ],
    [
      "greets by a name that is not answered for",
      { helo: "out.example.org", heloAddresses: undefined },
      [/^name servers do not answer for out\.example\.org, the name in HELO/],
    ],
    ["has an address without a name", at("203.0.113.4"), [/^the address 203\.0\.113\.4 has no name/]],
    [
      "has one of another name",
      at("203.0.113.4", "dyn.example.net"),
      [/dyn\.example\.net .* and not mail\.example/],
    ],
    ["has one of several names", at("203.0.113.4", "dyn.example.net", hostname), []],
    ["has an inner address", at("192.168.1.4"), []],
    ["has an inner address of IPv6", at("fd00:0000:0000:0000:0000:0000:0000:0001"), []],
    ["has a name that nobody tells", { addresses: [{ address: "203.0.113.4", names: undefined }] }, []],
    [
      "greets by a name without an address",
      { helo: "out.example.org", heloAddresses: [] },
      [/^out\.example\.org, the name in HELO/],
    ],
  ])("that %s", (_, facts, expected) => {
    const findings = judgeHost({ ...good, ...facts });
    expect(findings).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) {
      expect(findings[index]).toMatchObject({ severity: "warning", what: expect.stringMatching(pattern) });
      expect(findings[index]?.advice).toMatch(/publish: |^dig \+trace \S+$/);
    }
  });

  it("is told where it is not whole", () => {
    expect(judgeName("mail.home.arpa")).toEqual([]);
    expect(judgeName("mail.localdomain")).toMatchObject([
      { severity: "warning", what: "this server has no full name: it calls itself mail.localdomain" },
    ]);
  });

  it("is looked for by its address backwards", () => {
    expect(reverseName("192.0.2.1")).toBe("1.2.0.192.in-addr.arpa");
    expect(reverseName("2001:0db8:0000:0000:0000:0000:0000:00a1")).toBe(
      "1.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    );
  });
});

describe("a domain in DNS", () => {
  const [domain, hostname] = ["example.org", "mail.example.org"];
  const there = { MX: ["10 mail.example.org"], SPF: ["v=spf1 mx -all"], DMARC: ["v=DMARC1; p=none"] };
  const facts = (
    changed: Partial<Record<keyof typeof there, readonly string[] | undefined>>,
    more: Partial<DomainFacts> = {},
  ): DomainFacts => {
    const records = { ...there, ...changed };
    return {
      ...{ domain, hostname, keys: [], exchangers: [{ host: hostname, isHere: true }] },
      mail: mailRecords(domain, hostname).map((record) => ({ record, found: records[record.what] })),
      ...more,
    };
  };
  const away = { host: "mx.example.net", isHere: false };
  const key = (state: DomainFacts["keys"][number]["state"]): Partial<DomainFacts> => ({
    keys: [{ selector: "default", name: "default._domainkey.example.org", state, advice: "look" }],
  });

  it.each<[string, DomainFacts, string[]]>([
    ["has all", facts({}, key("published")), []],
    ["has a second host elsewhere", facts({}, { exchangers: [away, { host: hostname, isHere: true }] }), []],
    [
      "goes elsewhere",
      facts({}, { exchangers: [away] }),
      ["warning example.org MX publish: example.org. IN MX 10 mail.example.org."],
    ],
    [
      "goes to a host whose addresses nobody tells",
      facts({}, { exchangers: [away, { host: "mx.example.com", isHere: undefined }] }),
      [],
    ],
    [
      "has no MX",
      facts({ MX: [] }, { exchangers: [] }),
      ["warning example.org MX publish: example.org. IN MX 10 mail.example.org."],
    ],
    [
      "has no SPF",
      facts({ SPF: ["other"] }),
      ['warning example.org TXT publish: example.org. IN TXT "v=spf1 mx ~all"'],
    ],
    [
      "has two of SPF",
      facts({ SPF: ["v=spf1", "v=spf1 -all"] }),
      ["warning example.org TXT keep one of them: mailwright dkim verify example.org"],
    ],
    [
      "has no DMARC",
      facts({ DMARC: [] }),
      [
        'warning _dmarc.example.org TXT publish: _dmarc.example.org. IN TXT "v=DMARC1; p=none; rua=mailto:postmaster@example.org"',
      ],
    ],
    ["has another key", facts({}, key("other")), ["critical default._domainkey.example.org TXT look"]],
    ["has lost its key, which is for the check of the filter", facts({}, key("lost")), []],
    [
      "is not answered for",
      facts({ MX: undefined, SPF: undefined }, { exchangers: undefined, ...key("unknown") }),
      [],
    ],
  ])("that %s", (_, given, expected) => {
    expect(judgeDomain(given).map(({ severity, where, advice }) => `${severity} ${where} ${advice}`)).toEqual(
      expected,
    );
  });
});

describe("lists of spammers", () => {
  it.each<[string, string[] | undefined, RegExp[]]>([
    ["answer", ["127.0.0.2", "127.0.0.4", "127.0.0.10"], []],
    ["are not told of", undefined, []],
    ["refuse a public name server", ["127.255.255.254"], [/^zen\.spamhaus\.org refuses .* is a public one;/]],
    ["refuse one that asks too much", ["127.255.255.255"], [/^zen\.spamhaus\.org refuses .* asks too much;/]],
    ["are hidden", [], [/^zen\.spamhaus\.org does not hold its own test entry here/]],
  ])("that %s", (_, answer, expected) => {
    const findings = judgeLists(answer);
    expect(findings).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries())
      expect(findings[index]).toMatchObject({
        ...{ severity: "warning", where: "/etc/resolv.conf" },
        what: expect.stringMatching(pattern),
      });
  });
});
