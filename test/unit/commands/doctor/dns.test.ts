import { describe, expect, it } from "vitest";
import type { Machine } from "../../../../src/commands/doctor/check.ts";
import { dns } from "../../../../src/commands/doctor/dns.ts";
import { settings } from "../../mail/some-settings.ts";

type Zone = Readonly<Record<string, readonly string[] | undefined>>;

const good: Zone = {
  ". NS": ["a.root-servers.net"],
  "mail.example.org A": ["203.0.113.4"],
  "4.113.0.203.in-addr.arpa PTR": ["mail.example.org"],
  "domain.org MX": ["10 mx.domain.org"],
  "mx.domain.org A": ["203.0.113.4"],
  "domain.org TXT": ["v=spf1 mx -all"],
  "_dmarc.domain.org TXT": ["v=DMARC1; p=none"],
  "2.0.0.127.zen.spamhaus.org A": ["127.0.0.2"],
};

/** What is found where DNS holds this; nobody answers for what is undefined there. */
async function findings(zone: Zone): Promise<string[]> {
  const lookUp = async (name: string, type: string) =>
    `${name} ${type}` in zone ? zone[`${name} ${type}`] : [];
  const context = { files: { list: () => [] }, paths: { target: (path: string) => path } };
  const domains = { "domain.org domain": { TransportType: "SMTP" } };
  const machine = { context, system: { network: { lookUp } }, settings: settings({}, domains) };
  const found = await dns.look(machine as unknown as Machine);
  return found.map(({ severity, what }) => `${severity} ${what}`);
}

describe("doctor asks DNS", () => {
  it("and finds nothing where all is well", async () => {
    expect(await findings(good)).toEqual([]);
  });

  it("and tells only where no server answers at all that none does", async () => {
    const nobody = Object.fromEntries(Object.keys(good).map((name) => [name, undefined]));
    expect(await findings(nobody)).toEqual(["critical no name server answers"]);
  });

  it("and tells of a broken zone of the host's own name by itself, and of all else", async () => {
    const zone = { ...good, "mail.example.org A": undefined, "domain.org TXT": [] };
    expect(await findings(zone)).toEqual([
      "warning name servers do not answer for mail.example.org, the name of this server",
      "warning domain.org has no SPF record",
    ]);
  });

  it("and does not take a host for another whose addresses nobody tells", async () => {
    expect(await findings({ ...good, "mx.domain.org A": undefined })).toEqual([
      "warning name servers do not answer for domain.org",
    ]);
    expect(await findings({ ...good, "mx.domain.org A": ["203.0.113.9"] })).toEqual([
      "warning mail for domain.org goes to mx.domain.org, and not to this server",
    ]);
    const second = { ...good, "domain.org MX": ["10 mx.domain.org", "20 mail.example.org"] };
    expect(await findings({ ...second, "mx.domain.org A": undefined })).toEqual([]);
  });
});
