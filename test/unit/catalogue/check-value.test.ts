import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findEntry, shippedCatalogue } from "../../../src/catalogue/catalogue.ts";
import { checkText, checkValue } from "../../../src/catalogue/check-value.ts";
import { findProperty } from "../../../src/catalogue/effective.ts";
import type { PropertyEntry } from "../../../src/catalogue/entry.ts";
import type { Kind } from "../../../src/catalogue/kinds.ts";

const propertyOf = (kind: Kind): PropertyEntry => ({ kind, text: "", events: [] });
const isAccepted = (kind: Kind, value: string): boolean => checkValue(propertyOf(kind), value) === undefined;

const kinds: readonly { name: string; kind: Kind; yes: readonly string[]; no: readonly string[] }[] = [
  {
    name: "integer",
    kind: { kind: "integer", min: -1, max: 30 },
    yes: ["-1", "0", "7", "30"],
    no: [
      "",
      " 5",
      "5 ",
      "+5",
      "05",
      "-0",
      "1e1",
      "5.0",
      "0x5",
      "31",
      "-2",
      "five",
      "٥",
      "5\n",
      "9".repeat(40),
    ],
  },
  {
    name: "number",
    kind: { kind: "number", min: 1, max: 25, words: ["0"], empty: true },
    yes: ["", "0", "1", "5.5", "25", "25.0"],
    no: ["0.5", "1e1", "5.", ".5", "05.5", "5,5", "25.1", "NaN", "Infinity", "-1"],
  },
  {
    name: "string",
    kind: { kind: "string", minLength: 1, maxLength: 16 },
    yes: ["***SPAM***", "a|b=#\"'", "日本語", "😀".repeat(16), " x ", "\t"],
    no: ["", "x".repeat(17), "a\nb", "a\rb", "a\0b", "\ud800"],
  },
  { name: "multiline", kind: { kind: "string", multiline: true }, yes: ["a\nb", "a\r\nb"], no: ["", "a\0b"] },
  {
    name: "list",
    kind: {
      kind: "list",
      of: { kind: "either", of: [{ kind: "address" }, { kind: "domain" }] },
      empty: true,
    },
    yes: [
      "",
      "a@example.org",
      "a@example.org, example.net",
      ",a@example.org",
      "a@example.org,,b@example.org,",
    ],
    no: ["a@example.org b@example.org", "a@b@c", "a@example.org;b@example.org", "-x.org", "a@example.org\n"],
  },
  {
    name: "list of something",
    kind: { kind: "list", of: { kind: "port" } },
    yes: ["25, 465"],
    no: ["", ",", "0", "25,x"],
  },
  {
    name: "address",
    kind: { kind: "address" },
    yes: [
      "john@example.org",
      "John.O'Hara+tag@example.org",
      "domain users@example.org",
      "jörg@example.org",
      "a@münchen.de",
      "用户@例子.广告",
      "a/b=c@example.org",
    ],
    no: [
      "john",
      "@example.org",
      "john@",
      "a@b@c",
      " a@b.c",
      "a @b.c",
      "a..b@c.d",
      ".a@c.d",
      "a@c..d",
      "a@-c.d",
      "a,b@c.d",
    ],
  },
  {
    name: "address, long",
    kind: { kind: "address" },
    yes: [`${"x".repeat(64)}@example.org`],
    no: [
      `${"x".repeat(65)}@example.org`,
      `a@${"x".repeat(64)}.org`,
      `a@${"x.".repeat(130)}org`,
      "<a@b.c>",
      "a\u00a0b@c.d",
    ],
  },
  {
    name: "address or name",
    kind: { kind: "address", alone: "name" },
    yes: ["spam+x", "a@b.c"],
    no: ["a@", "@b.c"],
  },
  {
    name: "address or name@",
    kind: { kind: "address", alone: "name@" },
    yes: ["info@", "a@b.c"],
    no: ["info", "@", "a@@"],
  },
  {
    name: "address or @domain",
    kind: { kind: "address", alone: "@domain" },
    yes: ["@b.c", "a@b.c"],
    no: ["b.c", "@"],
  },
  {
    name: "domain",
    kind: { kind: "domain" },
    yes: ["example.org", "lan", "xn--mnchen-3ya.de"],
    no: ["1.2.3.4", "a_b.org", "a.org."],
  },
  {
    name: "full host name",
    kind: { kind: "domain", form: "fqdn" },
    yes: ["mail.example.org"],
    no: ["mail", "münchen.de", "[1.2.3.4]"],
  },
  {
    name: "host",
    kind: { kind: "host" },
    yes: ["smtp.isp.com", "localhost", "192.0.2.1", "2001:db8::1", "my_host"],
    no: ["[smtp.isp.com]", "smtp.isp.com:587", "300.1.1.1", "a b", "2001:db8:::1", "1.2.3"],
  },
  { name: "port", kind: { kind: "port" }, yes: ["1", "65535"], no: ["0", "65536", "025", "-1", "smtp"] },
  {
    name: "network",
    kind: { kind: "network" },
    yes: ["10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "2001:db8::/32", "::ffff:192.0.2.0/120", "10.0.0.1/32"],
    no: [
      "10.0.0.1/8",
      "10.0.0.0/33",
      "10.0.0.0/08",
      "10.0.0.0/",
      "10.0.0",
      "010.0.0.0",
      "2001:db8::1/32",
      "::1%eth0",
    ],
  },
  { name: "plain address", kind: { kind: "network", plain: true }, yes: ["10.0.0.0"], no: ["10.0.0.0/8"] },
  { name: "path", kind: { kind: "path" }, yes: ["/etc/ssl/a b.pem"], no: ["etc", "./a", ""] },
  {
    name: "duration",
    kind: { kind: "duration", words: ["infinite"] },
    yes: ["15d", "2w", "36h", "10m", "30s", "infinite"],
    no: ["0d", "15", "15D", "1.5d", "15 d", "d", "015d", "1y"],
  },
  {
    name: "account",
    kind: { kind: "account" },
    yes: ["john", "john@example.org", "domain users", "o'hara", "Jörg"],
    no: ["john/x", "../x", "john*root", "a:b", "", "john@", " john"],
  },
];

describe("checkValue", () => {
  for (const { name, kind, yes, no } of kinds) {
    it.each(yes)(`${name} accepts %j`, (value) => expect(isAccepted(kind, value)).toBe(true));
    it.each(no)(`${name} refuses %j`, (value) => expect(isAccepted(kind, value)).toBe(false));
  }

  const shipped: readonly [string, string, string | undefined, string, string, boolean][] = [
    ["configuration", "postfix", undefined, "MessageQueueLifetime", "default", true],
    ["configuration", "postfix", undefined, "MessageQueueLifetime", "31", false],
    ["configuration", "postfix", undefined, "HeloHost", "", true],
    ["configuration", "postfix", undefined, "SmartHostUsername", "a:b", false],
    ["configuration", "postfix", undefined, "SmartHostPassword", "p#a ss\"w'ö:\\x", true],
    ["configuration", "postfix", undefined, "AccessPolicies", "smtpauth,trustednetworks", true],
    ["configuration", "postfix", undefined, "AccessPolicies", "smtpauth,trustednetwork", false],
    ["configuration", "dovecot", undefined, "QuotaDefaultSize", "unlimited", true],
    ["configuration", "dovecot", undefined, "QuotaDefaultSize", "0", false],
    ["configuration", "dovecot", undefined, "SpamFolder", "", true],
    ["configuration", "dovecot", undefined, "SpamFolder", 'My "junk" mail\'s', true],
    ["configuration", "dovecot", undefined, "SpamFolder", "inbox", false],
    ["configuration", "rspamd", undefined, "QuarantineAccount", "spam+quarantine", true],
    ["configuration", "rspamd", undefined, "SpamGreyLevel", "", true],
    ["configuration", "rspamd", undefined, "SpamKillLevel", "", false],
    ["configuration", "rspamd", undefined, "Password", "", false],
    // What a browser cannot send to the web interface.
    ["configuration", "rspamd", undefined, "Password", "pässword", false],
    ["configuration", "rspamd", undefined, "Password", "blank ", false],
    ["configuration", "rspamd", undefined, "Password", '!a "b" c~', true],
    ["configuration", "tls", undefined, "policy", "", true],
    ["accounts", "john", "user", "PasswordHash", "{SHA512-CRYPT}$6$abc", true],
    ["accounts", "john", "user", "PasswordHash", "", true],
    ["accounts", "john", "user", "PasswordHash", "secret", false],
    ["accounts", "info@", "pseudonym", "Account", "john,vmail+Public Folder,x@gmail.com,root", true],
    ["accounts", "info@", "pseudonym", "Account", "vmail+", true],
    ["domains", "example.org", undefined, "UnknownRecipientsActionDeliverMailbox", "vmail+All", true],
    ["domains", "example.org", undefined, "DisclaimerText", "a\n\nb", true],
    ["getmail", "jd@isp.net@pop.isp.net", undefined, "Delete", "-1", true],
    ["getmail", "x", undefined, "Delete", "never", false],
    ["getmail", "x", undefined, "Time", "60", true],
    ["getmail", "x", undefined, "Password", '100%"\\$(id) ö ', true],
    ["getmail", "x", undefined, "Password", "a\nb", false],
    ["networks", "10.0.0.0", undefined, "Mask", "255.0.0.0", true],
    ["networks", "10.0.0.0", undefined, "Mask", "8", true],
    ["networks", "10.0.0.0", undefined, "Mask", "255.0.255.0", false],
  ];

  it.each(shipped)("%s %s %s %s %j: %s", (database, key, type, name, value, yes) => {
    const property = findProperty(findEntry(shippedCatalogue, database, key, type), name);
    if (property === undefined) throw new Error(`no property ${name}`);
    expect(checkValue(property, value) === undefined).toBe(yes);
  });

  it("says what is wrong, what is accepted and what was probably meant", () => {
    const onOff = propertyOf({ kind: "enum", values: ["enabled", "disabled"] });
    expect(checkValue(onOff, "enable")).toEqual({
      reason: "it is not an accepted word",
      accepted: "enabled or disabled",
      nearest: "enabled",
    });
    const networks = propertyOf({ kind: "list", of: { kind: "network" } });
    expect(checkValue(networks, "10.0.0.0/8,192.0.2.9/24")?.reason).toBe(
      "item 192.0.2.9/24: its network is 192.0.2.0/24",
    );
  });

  it("never repeats a secret", () => {
    const secret: PropertyEntry = { ...propertyOf({ kind: "list", of: { kind: "port" } }), secret: true };
    expect(JSON.stringify(checkValue(secret, "25,hunter2"))).not.toContain("hunter2");
  });

  it("gives an answer for every property and any text", () => {
    const properties = [...shippedCatalogue.values()]
      .flat()
      .flatMap((entry) => Object.values(entry.properties));
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."a.@,:/0-") }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...properties), text, (property, value) => {
        const found = checkValue(property, value);
        expect(found === undefined || (found.reason !== "" && found.accepted !== "")).toBe(true);
      }),
    );
  });
});

describe("checkText", () => {
  it("keeps what e-smith corrupted", () => {
    for (const value of ["x|y", "C:\\new", "trailing  ", "#a=b", "0", ""]) {
      expect(checkText(value, false)).toBeUndefined();
    }
  });
  it("refuses what cannot be stored", () => {
    expect(checkText("a\0b", true)).toBeDefined();
    expect(checkText("a\ud800b", true)).toBeDefined();
    expect(checkText("a\nb", true)).toBeUndefined();
    expect(checkText("a\nb", false)).toBeDefined();
    expect(checkText("a\rb", false)).toBeDefined();
  });
});
