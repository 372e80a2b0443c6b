import { type MailRecord, presenceOf } from "../../mail/mail-records.ts";
import type { checkKey } from "../filter/dkim-verify.ts";
import { critical, type Finding, warning } from "./finding.ts";

/** What DNS holds of a mail domain; `undefined` where nobody answers. */
export interface DomainFacts {
  readonly domain: string;
  readonly hostname: string;
  /** The records that it should have, and those of their name and type that there are. */
  readonly mail: readonly { readonly record: MailRecord; readonly found: readonly string[] | undefined }[];
  /** Hosts that MX records name; one is here where it has an address of this server's name. */
  readonly exchangers: readonly { readonly host: string; readonly isHere: boolean | undefined }[] | undefined;
  /** The keys that sign. */
  readonly keys: readonly Pick<
    Awaited<ReturnType<typeof checkKey>>,
    "selector" | "name" | "state" | "advice"
  >[];
}

/** What is not known is told of all domains at once, by the caller. */
export function judgeDomain({ domain, hostname, mail, exchangers, keys }: DomainFacts): Finding[] {
  const findings: Finding[] = [];
  const hosts = (exchangers ?? []).map(({ host }) => host);
  if (hosts.length > 0 && exchangers?.every(({ isHere }) => isHere === false))
    findings.push(
      warning(
        `mail for ${domain} goes to ${hosts.join(", ")}, and not to this server`,
        `${domain} MX`,
        `publish: ${domain}. IN MX 10 ${hostname}.`,
      ),
    );
  for (const { record, found } of mail) {
    const state = presenceOf(record, found);
    const where = `${record.name} ${record.type}`;
    if (state === "missing")
      findings.push(
        warning(`${domain} has no ${record.what} record`, where, `publish: ${published(record)}`),
      );
    if (state === "several")
      findings.push(
        warning(
          `${domain} has several ${record.what} records, of which none counts`,
          where,
          `keep one of them: mailwright dkim verify ${domain}`,
        ),
      );
  }
  for (const { selector, name, state, advice } of keys) {
    // What of a lost key DNS holds matters to nobody; the check of the filter tells that it is lost.
    if (state === "published" || state === "unknown" || state === "lost") continue;
    findings.push(
      critical(
        `the DKIM record ${selector} of ${domain} is ${stateText[state]}`,
        `${name} TXT`,
        advice || `mailwright dkim show ${domain}`,
      ),
    );
  }
  return findings;
}

const stateText = {
  missing: "missing",
  several: "there several times, and none of them counts",
  other: "that of another key",
  damaged: "damaged",
  revoked: "revoked",
} as const;

function published({ name, type, value }: MailRecord): string {
  return `${name}. IN ${type} ${type === "MX" ? `${value}.` : `"${value}"`}`;
}
