import { describe, expect, it } from "vitest";
import { checkKey, checkProperties, checkRules, rulesOf } from "../../../src/catalogue/check-record.ts";
import { contextOf, entryFor, recordFor, type TestRecord } from "./record.ts";

interface Case {
  readonly name: string;
  readonly record: TestRecord;
  readonly others?: readonly TestRecord[];
  readonly refused?: readonly [property: string, reason: string | RegExp];
}

const service = (key: string, props: Record<string, string> = {}): TestRecord => ({
  database: "configuration",
  key,
  type: "service",
  props,
});
const pseudonym = (key: string, Account: string): TestRecord => ({
  database: "accounts",
  key,
  type: "pseudonym",
  props: { Account },
});
const relay = (key: string, type: string, props: Record<string, string>): TestRecord => ({
  database: "smarthosts",
  key,
  type,
  props: { Host: "smtp.isp.net", ...props },
});

interface SetCase extends Case {
  readonly changes: Readonly<Record<string, string | undefined>>;
}

const network = (key: string): TestRecord => ({ database: "networks", key, type: "network" });

const user = { database: "accounts", key: "john@example.org", type: "user" };
const primary = { database: "domains", key: "Example.org", type: "domain" };

const setCases: readonly SetCase[] = [
  {
    name: "the whole Internet as a trusted network",
    record: network("0.0.0.0"),
    changes: { Mask: "0" },
    refused: ["Mask", /every client of the Internet/],
  },
  {
    name: "the whole Internet by a netmask",
    record: network("0.0.0.0"),
    changes: { Mask: "0.0.0.0" },
    refused: ["Mask", /every client of the Internet/],
  },
  { name: "one address as a trusted network", record: network("0.0.0.0"), changes: { Mask: "" } },
  {
    name: "the whole Internet among those that bypass",
    record: service("postfix"),
    changes: { AccessBypassList: "192.0.2.1, ::/0" },
    refused: ["AccessBypassList", /every client of the Internet/],
  },
  {
    name: "networks that bypass",
    record: service("postfix"),
    changes: { AccessBypassList: "192.0.2.1,2001:db8::/32,10.0.0.0/8" },
  },
  {
    name: "a rule without a login beside one with a login",
    record: relay("@b.net", "recipient", {}),
    others: [relay("@a.net", "recipient", { Username: "a", Password: "geheim" })],
    changes: { Host: "smtp.isp.net" },
  },
  {
    name: "a rule with a login beside one without",
    record: relay("@b.net", "recipient", {}),
    others: [relay("@a.net", "recipient", {})],
    changes: { Username: "a", Password: "geheim" },
  },
  {
    name: "a deny threshold below the flag threshold",
    record: service("rspamd"),
    changes: { SpamKillLevel: "5" },
    refused: ["SpamKillLevel", "it must be above SpamTag2Level, which is 6"],
  },
  {
    name: "a flag threshold above the deny threshold",
    record: service("rspamd", { SpamKillLevel: "15" }),
    changes: { SpamTag2Level: "15" },
    refused: ["SpamTag2Level", "it must be below SpamKillLevel, which is 15"],
  },
  {
    name: "all thresholds at once",
    record: service("rspamd"),
    changes: { SpamGreyLevel: "8", SpamTag2Level: "9.5", SpamKillLevel: "10" },
  },
  {
    name: "a greylist threshold above the flag threshold",
    record: service("rspamd"),
    changes: { SpamGreyLevel: "6" },
    refused: ["SpamGreyLevel", "it must be below SpamTag2Level, which is 6"],
  },
  { name: "greylisting off by 0", record: service("rspamd"), changes: { SpamGreyLevel: "0" } },
  { name: "greylisting off by nothing", record: service("rspamd"), changes: { SpamGreyLevel: "" } },
  {
    name: "a removal that brings a default back",
    record: service("rspamd", { SpamKillLevel: "25", SpamTag2Level: "22" }),
    changes: { SpamKillLevel: undefined },
    refused: ["SpamKillLevel", "it must be above SpamTag2Level, which is 22"],
  },
  {
    name: "a forced threshold beside a good one",
    record: service("rspamd", { SpamTag2Level: "many" }),
    changes: { SpamKillLevel: "5" },
  },
  {
    name: "an unknown property",
    record: service("rspamd"),
    changes: { QuarantineStats: "enabled" },
    refused: ["QuarantineStats", "rspamd has no property QuarantineStats"],
  },
  { name: "the removal of an unknown property", record: service("rspamd"), changes: { Legacy: undefined } },
  {
    name: "a member of Object",
    record: service("rspamd"),
    changes: { constructor: "x" },
    refused: ["constructor", /no property/],
  },
  { name: "a type", record: service("rspamd"), changes: { type: "service" } },
  { name: "a wrong type", record: primary, changes: { type: "domian" }, refused: ["type", /not a type/] },
  { name: "the type of a deleted domain", record: primary, changes: { type: "domain-deleted" } },
  {
    name: "the primary domain relayed",
    record: primary,
    changes: { TransportType: "Relay" },
    refused: ["TransportType", /Example.org is the primary domain/],
  },
  {
    name: "another domain relayed",
    record: { ...primary, key: "example.net" },
    changes: { TransportType: "Relay" },
  },
  {
    name: "a relayed domain as the primary one",
    record: { database: "configuration", key: "DomainName", type: "example.org" },
    others: [{ ...primary, key: "example.net", props: { TransportType: "Relay" } }],
    changes: { type: "Example.NET" },
    refused: ["type", /relayed/],
  },
  {
    name: "a primary domain that is none",
    record: { database: "configuration", key: "DomainName", type: "example.org" },
    changes: { type: "a b" },
    refused: ["type", /no domain/],
  },
  {
    name: "two recipient rules with one host and port and two accounts",
    record: relay("@b.net", "recipient", {}),
    others: [relay("@a.net", "recipient", { Username: "a", Password: "geheim" })],
    changes: { Username: "b", Password: "x" },
    refused: ["Username", /the recipient rule @a.net uses the same host and port with another account/],
  },
  {
    name: "two recipient rules with one account",
    record: relay("@b.net", "recipient", { Username: "a" }),
    others: [relay("@a.net", "recipient", { Username: "a", Password: "x", Host: "SMTP.isp.net" })],
    changes: { Password: "x" },
  },
  {
    name: "two recipient rules with two ports",
    record: relay("@b.net", "recipient", { Username: "b" }),
    others: [relay("@a.net", "recipient", { Username: "a" })],
    changes: { Port: "465" },
  },
  {
    name: "a recipient rule beside one that is disabled",
    record: relay("@b.net", "recipient", {}),
    others: [relay("@a.net", "recipient", { Username: "a", status: "disabled" })],
    changes: { Username: "b" },
  },
  {
    name: "two sender rules with two accounts",
    record: relay("@b.net", "sender", {}),
    others: [relay("@a.net", "sender", { Username: "a" })],
    changes: { Username: "b" },
  },
  {
    name: "a sender rule that becomes a recipient rule",
    record: relay("@b.net", "sender", { Username: "b" }),
    others: [relay("@a.net", "recipient", { Username: "a" })],
    changes: { type: "recipient" },
    refused: ["type", /another account/],
  },
  {
    name: "a recipient rule beside the default relay host",
    record: relay("@b.net", "recipient", { Port: "25" }),
    others: [
      service("postfix", {
        SmartHostStatus: "enabled",
        SmartHostName: "smtp.isp.net",
        SmartHostUsername: "a",
      }),
    ],
    changes: { Username: "b" },
    refused: ["Username", /the default relay host/],
  },
  {
    name: "a default relay host beside a recipient rule",
    record: service("postfix", { SmartHostName: "smtp.isp.net", SmartHostUsername: "a" }),
    others: [relay("@b.net", "recipient", { Port: "25", Username: "b" })],
    changes: { SmartHostStatus: "enabled" },
    refused: ["SmartHostStatus", /another account/],
  },
  {
    name: "a netmask that fits",
    record: { database: "networks", key: "192.168.1.0", type: "network" },
    changes: { Mask: "255.255.255.0" },
  },
  {
    name: "a netmask that leaves host bits",
    record: { database: "networks", key: "192.168.1.0", type: "network" },
    changes: { Mask: "16" },
    refused: ["Mask", "with it the network is 192.168.0.0, not 192.168.1.0"],
  },
  {
    name: "a prefix length beyond IPv4",
    record: { database: "networks", key: "192.168.1.0", type: "network" },
    changes: { Mask: "64" },
    refused: ["Mask", /at most 32/],
  },
  {
    name: "a netmask for IPv6",
    record: { database: "networks", key: "2001:db8::", type: "network" },
    changes: { Mask: "255.255.0.0" },
    refused: ["Mask", /takes a prefix length/],
  },
  {
    name: "an address that leads back to itself",
    record: pseudonym("a@example.org", ""),
    others: [pseudonym("b@", "c@example.org"), pseudonym("c@example.org", "a@example.org,x@gmail.com")],
    changes: { Account: "john, b@example.org" },
    refused: [
      "Account",
      "its mail would run in a circle: a@example.org → b@ → c@example.org → a@example.org",
    ],
  },
  {
    name: "an address that leads to the user of its name",
    record: pseudonym("john@", ""),
    others: [user],
    changes: { Account: "john" },
  },
  {
    name: "an address whose way ends at a user",
    record: pseudonym("boss@", ""),
    others: [user, pseudonym("john@", "boss@example.org")],
    changes: { Account: "john@example.org" },
  },
  {
    name: "an external address of a local name",
    record: pseudonym("info@", ""),
    others: [pseudonym("sales@", "info@example.org")],
    changes: { Account: "sales@gmail.com" },
  },
  {
    name: "the specific address before the open one",
    record: pseudonym("info@example.org", ""),
    others: [pseudonym("info@", "info@example.org")],
    changes: { Account: "info@example.net" },
  },
];

describe("checkProperties", () => {
  it.each(setCases)("$name", ({ record, others = [], changes, refused }) => {
    const entry = entryFor(record.database, record.key, record.type);
    const found = checkProperties(entry, changes, recordFor(record), contextOf([record, ...others]));
    expect(found.map(({ property }) => property)).toEqual(refused === undefined ? [] : [refused[0]]);
    if (refused !== undefined) expect(found[0]?.reason).toMatch(refused[1]);
    expect(JSON.stringify(found)).not.toContain("geheim");
  });

  it("names the nearest property", () => {
    const record = service("rspamd");
    const found = checkProperties(
      entryFor("configuration", "rspamd"),
      { QuarantineStats: "x" },
      recordFor(record),
      contextOf([]),
    );
    expect(found[0]?.nearest).toBe("QuarantineStatus");
  });

  it("reports every refused value", () => {
    const changes = { SpamKillLevel: "99", VirusAction: "delete", Nonsense: "1" };
    const found = checkProperties(
      entryFor("configuration", "rspamd"),
      changes,
      recordFor(service("rspamd")),
      contextOf([]),
    );
    expect(found.map(({ property }) => property)).toEqual(["SpamKillLevel", "VirusAction", "Nonsense"]);
  });
});

const eventCases: readonly Case[] = [
  { name: "nothing stored", record: service("rspamd") },
  {
    name: "quarantine",
    record: service("rspamd", { QuarantineStatus: "enabled" }),
    refused: ["QuarantineAccount", /while QuarantineStatus is enabled/],
  },
  {
    name: "quarantine, complete, of a user",
    record: service("rspamd", { QuarantineStatus: "enabled", QuarantineAccount: "spam+held" }),
    others: [{ ...user, key: "Spam@example.org" }],
  },
  {
    name: "quarantine, to a mailbox that is not there",
    record: service("rspamd", { QuarantineStatus: "enabled", QuarantineAccount: "spam@example.org" }),
    refused: ["QuarantineAccount", /no user or public mailbox spam/],
  },
  {
    name: "quarantine, to a public mailbox",
    record: service("rspamd", { QuarantineStatus: "enabled", QuarantineAccount: "vmail+Held Spam" }),
  },
  {
    name: "quarantine, to an address that leads to a mailbox",
    record: service("rspamd", { QuarantineStatus: "enabled", QuarantineAccount: "held@example.org" }),
    others: [
      { database: "accounts", key: "held@", type: "pseudonym", props: { Account: "vmail+Held Spam" } },
    ],
  },
  {
    name: "quarantine, to an address that leads to more than one",
    record: service("rspamd", { QuarantineStatus: "enabled", QuarantineAccount: "held@example.org" }),
    others: [
      { ...user, key: "spam@example.org" },
      { database: "accounts", key: "held@", type: "pseudonym", props: { Account: "spam,vmail+Held" } },
    ],
    refused: ["QuarantineAccount", /no user or public mailbox held/],
  },
  {
    name: "quarantine, of a user of the system",
    record: service("rspamd", { QuarantineStatus: "enabled", QuarantineAccount: "spam" }),
    others: [service("sssd", { Provider: "system" })],
  },
  {
    name: "quarantine, elsewhere",
    record: service("rspamd", { QuarantineStatus: "enabled", QuarantineAccount: "spam@example.net" }),
  },
  {
    name: "a restricted group",
    record: service("dovecot", { RestrictedAccessGroup: "Office Staff" }),
    others: [{ database: "accounts", key: "office staff@example.org", type: "group" }],
  },
  {
    name: "a restricted group that is not there",
    record: service("dovecot", { RestrictedAccessGroup: "john" }),
    others: [user],
    refused: ["RestrictedAccessGroup", /no group john/],
  },
  {
    name: "a restricted group of the system",
    record: service("dovecot", { RestrictedAccessGroup: "office" }),
    others: [service("sssd", { Provider: "system" })],
  },
  {
    name: "thresholds",
    record: service("rspamd", { SpamKillLevel: "5" }),
    refused: ["SpamKillLevel", /above/],
  },
  {
    name: "custom attachments",
    record: service("rspamd", { BlockAttachmentCustomStatus: "enabled", BlockAttachmentCustomList: "" }),
    refused: ["BlockAttachmentCustomList", /empty/],
  },
  {
    name: "copy of all",
    record: service("postfix", { AlwaysBccStatus: "enabled" }),
    refused: ["AlwaysBccAddress", /empty/],
  },
  {
    name: "smarthost",
    record: service("postfix", { SmartHostStatus: "enabled" }),
    refused: ["SmartHostName", /empty/],
  },
  {
    name: "key without certificate",
    record: { ...service("pki", { KeyFile: "/k" }), type: "configuration" },
    refused: ["CrtFile", /KeyFile is set/],
  },
  {
    name: "copy of a domain",
    record: { ...primary, props: { AlwaysBccStatus: "enabled" } },
    refused: ["AlwaysBccAddress", /empty/],
  },
  {
    name: "relay",
    record: { ...primary, key: "b.net", props: { TransportType: "Relay" } },
    refused: ["RelayHost", /empty/],
  },
  {
    name: "catch-all",
    record: { ...primary, props: { UnknownRecipientsActionType: "deliver" } },
    refused: ["UnknownRecipientsActionDeliverMailbox", /empty/],
  },
  {
    name: "disclaimer",
    record: { ...primary, props: { DisclaimerStatus: "enabled" } },
    refused: ["DisclaimerText", /empty/],
  },
  {
    name: "a deleted domain",
    record: { ...primary, type: "domain-deleted", props: { DisclaimerStatus: "enabled" } },
  },
  {
    name: "forward",
    record: { ...user, props: { MailForwardStatus: "enabled" } },
    refused: ["MailForwardAddress", /empty/],
  },
  {
    name: "quota",
    record: { ...user, props: { MailQuotaType: "custom" } },
    refused: ["MailQuotaCustom", /empty/],
  },
  {
    name: "retention",
    record: { ...user, props: { MailSpamRetentionStatus: "enabled" } },
    refused: ["MailSpamRetentionTime", /empty/],
  },
  {
    name: "getmail",
    record: { database: "getmail", key: "x", type: "getmail", props: { Account: "john", Server: "s" } },
    refused: ["Username", /empty/],
  },
  {
    name: "getmail, disabled",
    record: { database: "getmail", key: "x", type: "getmail", props: { status: "disabled" } },
  },
  { name: "relay rule", record: relay("@a.net", "sender", { Host: "" }), refused: ["Host", /empty/] },
  {
    name: "synchronization",
    record: {
      database: "imapsync",
      key: "john",
      type: "imapsync",
      props: { status: "enabled", hostname: "h" },
    },
    refused: ["username", /empty/],
  },
];

describe("checkRules", () => {
  it.each(eventCases)("$name", ({ record, others = [], refused }) => {
    const found = checkRules(
      entryFor(record.database, record.key, record.type),
      recordFor(record),
      contextOf([record, ...others]),
    );
    expect(found.map(({ property }) => property)).toEqual(refused === undefined ? [] : [refused[0]]);
    if (refused !== undefined) expect(found[0]?.reason).toMatch(refused[1]);
  });

  it("keeps to the rules that an event applies", () => {
    const record = service("rspamd", { QuarantineStatus: "enabled" });
    const entry = entryFor("configuration", "rspamd");
    const check = (event: string) =>
      checkRules(entry, recordFor(record), contextOf([]), rulesOf(entry, [event])).length;
    expect(check("nethserver-mail-quarantine-save")).toBe(1);
    expect(check("nethserver-mail-filter-save")).toBe(0);
  });

  it("asks of what a group or a user is needed for when that one goes", () => {
    const check = (record: TestRecord, event: string) => {
      const entry = entryFor("configuration", record.key);
      return checkRules(entry, recordFor(record), contextOf([]), rulesOf(entry, [event]));
    };
    const restricted = service("dovecot", { RestrictedAccessGroup: "staff" });
    for (const event of ["group-create", "group-modify", "group-delete", "mailbox-save"])
      expect(check(restricted, event), event).toHaveLength(1);
    const held = service("rspamd", { QuarantineStatus: "enabled", QuarantineAccount: "spam" });
    for (const event of ["user-delete", "mailbox-save"]) expect(check(held, event), event).toHaveLength(1);
    expect(check(held, "group-delete")).toEqual([]);
  });
});

describe("checkKey", () => {
  const keys: readonly [string, string, string, boolean][] = [
    ["accounts", "user", "john@example.org", true],
    ["accounts", "user", "john", true],
    ["accounts", "user", "a/b", false],
    ["accounts", "user", "#john", false],
    ["accounts", "group", "a#1@example.org", true],
    ["accounts", "group", "domain users@example.org", true],
    ["accounts", "pseudonym", "info@", true],
    ["accounts", "pseudonym", "info@example.org", true],
    ["accounts", "pseudonym", "info", false],
    ["domains", "domain", "example.org", true],
    ["domains", "domain", "a@example.org", false],
    ["getmail", "getmail", "jd@isp.net@pop.isp.net", true],
    ["getmail", "getmail", "", false],
    ["smarthosts", "sender", "@example.org", true],
    ["smarthosts", "recipient", "example.org", false],
    ["networks", "network", "10.0.0.0", true],
    ["networks", "network", "10.0.0.0/8", false],
    ["imapsync", "imapsync", "john@example.org", true],
  ];
  it.each(keys)("%s %s %j: %s", (database, type, key, yes) => {
    expect(checkKey(entryFor(database, key, type), key) === undefined).toBe(yes);
  });
});
