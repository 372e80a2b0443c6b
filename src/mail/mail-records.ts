/** A record that a mail domain should have in DNS beside its key. */
export interface MailRecord {
  readonly name: string;
  readonly type: "TXT" | "MX";
  /** What it is for. */
  readonly what: "MX" | "SPF" | "DMARC";
  /** What would do where there is none. */
  readonly value: string;
  /** Whether a record of the name and type is one of these. */
  isOne(text: string): boolean;
}

/** What other servers ask of a domain that sends mail from here: RFC 5321, 5.1; RFC 7208, 3; RFC 7489, 6.1. */
export function mailRecords(domain: string, hostname: string): MailRecord[] {
  return [
    { what: "MX", name: domain, type: "MX", value: `10 ${hostname}`, isOne: () => true },
    {
      ...{ what: "SPF", name: domain, type: "TXT", value: "v=spf1 mx ~all" },
      isOne: (text) => /^v=spf1(?: |$)/i.test(text),
    },
    {
      ...{ what: "DMARC", name: `_dmarc.${domain}`, type: "TXT" },
      value: `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`,
      isOne: (text) => /^v=DMARC1\s*(?:;|$)/.test(text),
    },
  ];
}

/** How a record fares: of several SPF or DMARC records none counts (RFC 7208, 4.5; RFC 7489, 6.6.3). */
export type Presence = "there" | "missing" | "several" | "unknown";

/** Judges what DNS holds; `undefined`: nobody answers. */
export function presenceOf(record: MailRecord, found: readonly string[] | undefined): Presence {
  if (found === undefined) return "unknown";
  const own = found.filter((text) => record.isOne(text));
  if (own.length === 0) return "missing";
  return own.length > 1 && record.type === "TXT" ? "several" : "there";
}
