import type { Settings } from "./settings.ts";

/** What a message's score leads to. Each threshold is the least score for it, or nothing where it is off. */
interface SpamChecks extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
  /** The message is put off, and accepted on a later attempt. */
  readonly greylist: number | undefined;
  /** It gets the header X-Spam: Yes. */
  readonly flag: number | undefined;
  /** It gets a prefix before its subject as well. */
  readonly prefix: number | undefined;
  /** Rspamd's pattern of the subject then. */
  readonly subject: string;
  /** It is refused. */
  readonly refuse: number | undefined;
}

const off = { greylist: undefined, flag: undefined, prefix: undefined, refuse: undefined };

export function spamChecks(settings: Settings): SpamChecks {
  const prop = (name: string): string => settings.prop("configuration", "rspamd", name) ?? "";
  const subject = `${prop("SpamSubjectPrefixString").replaceAll("%", "%%")} %s`;
  const greylist = Number(prop("SpamGreyLevel"));
  const flag = Number(prop("SpamTag2Level"));
  const refuse = Number(prop("SpamKillLevel"));
  const hasPrefix = prop("SpamSubjectPrefixStatus") === "enabled";
  if (prop("SpamCheckStatus") !== "enabled") return { ...off, active: false, subject };
  return {
    active: true,
    greylist: greylist > 0 ? greylist : undefined,
    flag,
    prefix: hasPrefix ? justAbove(flag, refuse) : undefined,
    subject,
    refuse,
  };
}

/**
 * The threshold for the prefix: 0.01 above that of the flag, and below that of the refusal. Rspamd does what has the
 * highest threshold of those that a score reaches, so two must never be equal, nor out of order.
 */
function justAbove(flag: number, refuse: number): number {
  return Number(Math.min(flag + 0.01, (flag + refuse) / 2).toFixed(6));
}
