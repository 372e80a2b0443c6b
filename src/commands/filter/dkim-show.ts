import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { dateTime } from "../../format/times.ts";
import { keyBits } from "../../mail/dkim-record.ts";
import type { Handler, Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { dkimDomain, type KeyRecord, type KeyUse, keyRecord, knownKeys } from "./dkim-keys.ts";
import { filterOff, isFilterEnabled } from "./filter-status.ts";

/** The records to publish of a domain: of the key that signs, and of the one that is to take over. */
export const showDkim: Handler = (context, [name = ""]) => shownRecords(context, name);

/** The same, of the keys that are of one use alone where that is said. */
export function shownRecords(context: CommandContext, name: string, only?: KeyUse): Promise<Result> {
  return openSettings(context, (settings) => {
    const { domain, isSigned, name: own } = dkimDomain(settings, name);
    const isEnabled = isFilterEnabled(settings);
    const keys = knownKeys(context, settings).filter((key) => key.domain === domain && key.use !== "old");
    const shown = keys.filter(({ use, isLost }) => !isLost && (only === undefined || use === only));
    if (keys.length === 0)
      throw new MailwrightError(`${own} has no DKIM key`, {
        code: "DKIM",
        hint: isSigned
          ? "It is made when the settings are applied: mailwright apply"
          : `It is made when the domain is signed: mailwright domain modify ${own} --dkim`,
      });
    const records = shown.map(keyRecord);
    const lost = keys.filter(({ isLost }) => isLost).map((key) => lostText(key.domain, key.selector));
    return {
      exit: records.length === 0 ? ExitCode.failed : ExitCode.done,
      data: { domain, signed: isSigned && isEnabled, records },
      notices: [...lost, ...unsigned(own, isSigned, isEnabled)],
      view: (style) =>
        [
          ...records.map((record) => recordText(record, isEnabled, style)),
          `${style.faint(rest(domain))}\n`,
        ].join("\n"),
    };
  });
}

/** All keys, those of domains that are gone as well. */
export const listDkim: Handler = (context) =>
  openSettings(context, (settings) => {
    const keys = knownKeys(context, settings).map(({ written, ...key }) => ({
      ...key,
      bits: keyBits(key.value),
      written: written === undefined ? undefined : new Date(written).toISOString(),
    }));
    const cell = (written: string | undefined, style: Style): string =>
      written === undefined ? "" : dateTime(Date.parse(written), style.isUtc);
    return {
      exit: keys.some(({ isLost }) => isLost) ? ExitCode.failed : ExitCode.done,
      notices: keys.length === 0 || isFilterEnabled(settings) ? [] : [filterOff("no mail is signed")],
      data: keys.map(({ value: _, ...key }) => key),
      view: (style) =>
        keys.length === 0
          ? "There is no key. Sign a domain's mail: mailwright domain modify DOMAIN --dkim\n"
          : columns([
              ["domain", "selector", "use", "bits", "written"].map(style.faint),
              ...keys.map(({ domain, selector, use, isLost, bits, written }) => [
                style.strong(domain),
                selector,
                isLost ? style.bad("lost") : use === "signs" ? style.good(use) : use,
                String(bits ?? ""),
                cell(written, style),
              ]),
            ]),
    };
  });

/** Why mail of a domain is not signed. */
export function unsigned(domain: string, isSigned: boolean, isEnabled: boolean): string[] {
  return [
    ...(isSigned ? [] : [`mail of ${domain} is not signed: mailwright domain modify ${domain} --dkim`]),
    ...(isEnabled ? [] : [filterOff("no mail is signed")]),
  ];
}

export function lostText(domain: string, selector: string): string {
  return `the key ${selector} of ${domain} is lost: put it back from a backup, or make another with mailwright dkim rotate ${domain}`;
}

const rest = (domain: string): string =>
  `What DNS holds of it, and whether MX, SPF and DMARC are there: mailwright dkim verify ${domain}`;

const uses: Readonly<Record<KeyUse, string>> = {
  signs: "signs",
  next: "takes over when it is published: mailwright dkim rotate --finish",
  idle: "signs nothing",
  old: "signs no more",
};

/** Values stand alone on their lines, so that they can be copied. */
function recordText(
  { selector, use, name, type, value, zone, domain }: KeyRecord,
  isEnabled: boolean,
  style: Style,
): string {
  const short = name.slice(0, -domain.length - 1);
  return [
    `${style.strong(selector)} (${use === "signs" && !isEnabled ? "signs when the filter is enabled" : uses[use]})`,
    "",
    columns([
      [style.faint("name"), name, style.faint(`or ${short}, where the form adds the domain`)],
      [style.faint("type"), type],
    ]).trimEnd(),
    style.faint("value"),
    value,
    "",
    style.faint("in a zone file"),
    zone,
  ].join("\n");
}
