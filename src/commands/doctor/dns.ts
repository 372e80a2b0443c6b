import { domainToASCII } from "node:url";
import { mailRecords } from "../../mail/mail-records.ts";
import type { Settings } from "../../mail/settings.ts";
import { spamChecks } from "../../mail/spam-checks.ts";
import { type KnownKey, knownKeys } from "../filter/dkim-keys.ts";
import { checkKey } from "../filter/dkim-verify.ts";
import type { Check, Machine } from "./check.ts";
import { type DomainFacts, judgeDomain } from "./dns-domain.ts";
import { type HostFacts, judgeHost, judgeName, reverseName } from "./dns-host.ts";
import { judgeLists, triedEntry } from "./dns-lists.ts";
import { critical, type Finding, warning } from "./finding.ts";

type LookUp = Machine["system"]["network"]["lookUp"];

/** Domains that are asked about at a time, so that no name server is flooded. */
const atOnce = 20;

/** Milliseconds in which one of the name servers must say something. */
const patience = 5000;

/** Names that DNS never holds (RFC 2606, 6761, 6762, 8375) and those that sites take for their own networks. */
const inner =
  /(?:^|\.)(?:local|localhost|localdomain|test|example|invalid|internal|lan|intranet|home\.arpa)$/;

export const dns: Check = {
  name: "dns",
  about:
    "the host's name and address lead to each other; each domain's MX leads here, its SPF and DMARC records are there, and DKIM's is that of the key that signs; lists of spammers answer the filter",
  limit: 30_000,
  isOfMachine: true,
  look: async ({ context, system, settings }) => {
    const lookUp = onceEach(system.network.lookUp);
    const { hostname } = settings;
    if (!(await isAnswered(lookUp, hostname)))
      return [critical("no name server answers", "/etc/resolv.conf", "cat /etc/resolv.conf")];
    const keys = knownKeys(context, settings).filter(({ use }) => use === "signs");
    const domains = [...settings.records("domains")]
      .filter(({ type, prop }) => type === "domain" && prop("TransportType") !== "none")
      .map(({ key }) => domainToASCII(key.toLowerCase()))
      .filter((domain) => domain !== "" && !inner.test(domain));
    const host = await factsOfHost(
      lookUp,
      hostname,
      settings.prop("configuration", "postfix", "HeloHost") || hostname,
    );
    const findings = inner.test(hostname) ? judgeName(hostname) : judgeHost(host);
    if (isAskingLists(settings)) findings.push(...judgeLists(await lookUp(triedEntry, "A")));
    const unknown: string[] = [];
    for (let at = 0; at < domains.length; at += atOnce) {
      const some = domains.slice(at, at + atOnce);
      const facts = await Promise.all(some.map((domain) => factsOfDomain(lookUp, domain, host, keys)));
      findings.push(...facts.flatMap(judgeDomain));
      unknown.push(...facts.filter((one) => isUnknown(one, host)).map(({ domain }) => domain));
    }
    return [...findings, ...judgeUnknown(unknown)];
  },
};

function isAskingLists(settings: Settings): boolean {
  return settings.prop("configuration", "rspamd", "status") === "enabled" && spamChecks(settings).active;
}

/** A server that tells of the root, which is not ours, answers, though a broken zone of ours has none. */
async function isAnswered(lookUp: LookUp, hostname: string): Promise<boolean> {
  const answers = await Promise.all([lookUp(hostname, "A"), lookUp(".", "NS")]);
  return answers.some((answer) => answer !== undefined);
}

/** Where the host's own addresses are not known, that is told by itself, and no domain's hosts can be compared. */
function isUnknown({ mail, exchangers, keys }: DomainFacts, { addresses }: HostFacts): boolean {
  const isHere = exchangers?.map((exchanger) => exchanger.isHere);
  return (
    isHere === undefined ||
    (addresses !== undefined && isHere.includes(undefined) && !isHere.includes(true)) ||
    mail.some(({ found }) => found === undefined) ||
    keys.some(({ state }) => state === "unknown")
  );
}

function judgeUnknown(domains: readonly string[]): Finding[] {
  const [first] = domains;
  if (first === undefined) return [];
  const shown = domains.slice(0, 3).join(", ");
  const more = domains.length > 3 ? ` and ${domains.length - 3} more` : "";
  return [
    warning(
      `name servers do not answer for ${shown}${more}`,
      "/etc/resolv.conf",
      `mailwright dkim verify ${first}`,
    ),
  ];
}

async function factsOfHost(lookUp: LookUp, hostname: string, helo: string): Promise<HostFacts> {
  const addresses = await addressesOf(lookUp, hostname);
  const heloAddresses = helo === hostname ? addresses : await addressesOf(lookUp, helo);
  const names = await Promise.all(
    (addresses ?? []).map(async (address) => ({ address, names: await lookUp(reverseName(address), "PTR") })),
  );
  return { hostname, helo, heloAddresses, addresses: addresses && names };
}

async function factsOfDomain(
  lookUp: LookUp,
  domain: string,
  { hostname, addresses }: HostFacts,
  keys: readonly KnownKey[],
): Promise<DomainFacts> {
  const own = addresses && new Set(addresses.map(({ address }) => address));
  const records = mailRecords(domain, hostname);
  const [mail, checkedKeys] = await Promise.all([
    Promise.all(records.map(async (record) => ({ record, found: await lookUp(record.name, record.type) }))),
    Promise.all(keys.filter((key) => key.domain === domain).map((key) => checkKey({ lookUp }, key))),
  ]);
  const found = mail.find(({ record }) => record.what === "MX")?.found;
  const hosts = found?.map((text) => text.replace(/^\d+ /, "").toLowerCase());
  const exchangers =
    hosts &&
    (await Promise.all(
      hosts.map(async (host) => {
        const isNamed = host === hostname.toLowerCase();
        return { host, isHere: isNamed || (await leadsTo(lookUp, host, own)) };
      }),
    ));
  return { domain, hostname, mail, exchangers, keys: checkedKeys };
}

/** Whether one of its addresses is of these; `undefined` where that is not known. */
async function leadsTo(
  lookUp: LookUp,
  host: string,
  own: ReadonlySet<string> | undefined,
): Promise<boolean | undefined> {
  const found = await Promise.all([lookUp(host, "A"), lookUp(host, "AAAA")]);
  if (found.some((addresses) => addresses?.some((address) => own?.has(address)))) return true;
  return own === undefined || found.includes(undefined) ? undefined : false;
}

/** `undefined` where none is known and there may be some. */
async function addressesOf(lookUp: LookUp, name: string): Promise<string[] | undefined> {
  const found = await Promise.all([lookUp(name, "A"), lookUp(name, "AAAA")]);
  const known = found.flatMap((addresses) => addresses ?? []);
  return known.length === 0 && found.includes(undefined) ? undefined : known;
}

/** Domains share hosts; each question is asked once. */
function onceEach(lookUp: LookUp): LookUp {
  const asked = new Map<string, ReturnType<LookUp>>();
  return (name, type) => {
    const id = `${name} ${type}`;
    const answer = asked.get(id) ?? lookUp(name, type, patience);
    asked.set(id, answer);
    return answer;
  };
}
