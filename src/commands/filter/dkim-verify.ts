import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { compare, type Publication, recordName, type Verdict } from "../../mail/dkim-record.ts";
import { mailRecords, type Presence, presenceOf } from "../../mail/mail-records.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Network } from "../../system/system.ts";
import type { Handler } from "../command.ts";
import { openSettings } from "../open-settings.ts";
import { dkimDomain, type KnownKey, knownKeys } from "./dkim-keys.ts";
import { lostText } from "./dkim-show.ts";

interface CheckedKey {
  readonly selector: string;
  readonly use: KnownKey["use"];
  readonly name: string;
  readonly state: Publication | "unknown" | "lost";
  readonly found: readonly string[];
  readonly advice: string;
}

interface CheckedRecord {
  readonly what: string;
  readonly name: string;
  readonly state: Presence;
  readonly found: readonly string[];
  readonly advice: string;
}

const unanswered = "no name server answers: see /etc/resolv.conf";

/** Compares DNS with the keys that sign and will, and tells what else is missing there. Exit 1 where mail would not be verified. */
export const verifyDkim: Handler = async (context, [name = ""]) => {
  const { domain, isSigned, hostname, keys } = await openSettings(context, (settings) => {
    const one = dkimDomain(settings, name);
    const own = knownKeys(context, settings).filter((key) => key.domain === one.domain && key.use !== "old");
    return { domain: one.domain, isSigned: one.isSigned, hostname: settings.hostname, keys: own };
  });
  const { network } = realSystem(context.paths.root, "none");
  const checked = await Promise.all(keys.map((key) => checkKey(network, key)));
  const others = await Promise.all(
    mailRecords(domain, hostname).map(async (record): Promise<CheckedRecord> => {
      const found = await network.lookUp(record.name, record.type);
      const state = presenceOf(record, found);
      const own = (found ?? []).filter((text) => record.isOne(text));
      return {
        what: record.what,
        name: record.name,
        state,
        found: own,
        advice: adviceFor(state, record.value),
      };
    }),
  );
  const isGood = checked.every(({ use, state }) => use !== "signs" || state === "published");
  return {
    exit: isSigned && isGood && checked.length > 0 ? ExitCode.done : ExitCode.failed,
    data: { domain, signed: isSigned, keys: checked, others },
    notices: isSigned ? [] : [`mail of ${domain} is not signed: mailwright domain modify ${domain} --dkim`],
    view: (style) =>
      columns([
        ...checked.map(({ selector, name: at, state, advice }) => [
          `DKIM ${selector}`,
          at,
          shown(state, style),
          advice,
        ]),
        ...others.map(({ what, name: at, state, advice }) => [what, at, shown(state, style), advice]),
      ]),
  };
};

/** How a key's record in DNS compares with the key. */
export async function checkKey(network: Pick<Network, "lookUp">, key: KnownKey): Promise<CheckedKey> {
  const { domain, selector, use, isLost, value } = key;
  const name = recordName(key);
  const common = { selector, use, name };
  if (isLost) return { ...common, state: "lost", found: [], advice: lostText(domain, selector) };
  const found = await network.lookUp(name, "TXT");
  if (found === undefined) return { ...common, state: "unknown", found: [], advice: unanswered };
  const verdict = compare(found, value);
  return {
    ...common,
    ...(verdict.state === "missing" ? await misplaced(network, key, verdict) : verdict),
    found,
  };
}

/** Forms that add the domain to every name make of a whole one a name that nobody asks for. */
async function misplaced(
  network: Pick<Network, "lookUp">,
  key: KnownKey,
  missing: Verdict,
): Promise<Verdict> {
  const name = `${recordName(key)}.${key.domain}`;
  const found = (await network.lookUp(name, "TXT")) ?? [];
  if (compare(found, key.value).state === "missing") return missing;
  return {
    state: "missing",
    advice: `the record is at ${name}: enter the name as ${key.selector}._domainkey`,
  };
}

function adviceFor(state: Presence, value: string): string {
  if (state === "there") return "";
  if (state === "several") return "several are there, and none of them counts: keep one";
  return state === "unknown" ? unanswered : `for example: ${value}`;
}

function shown(state: CheckedKey["state"] | Presence, style: Style): string {
  return state === "published" || state === "there" ? style.good(state) : style.bad(state);
}
