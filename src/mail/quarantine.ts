import type { Settings } from "./settings.ts";

/** How rejected mail, or all spam, is kept instead of being refused. */
interface Quarantine extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
  /** The mailbox's whole address; empty where there is none. */
  readonly account: string;
  /** Rspamd's verdicts whose messages are kept. */
  readonly actions: readonly string[];
  readonly notify: boolean;
  /** Who is told of each message. */
  readonly postmaster: string;
}

/** What QuarantineSelector means, in the names of Rspamd's actions. */
const kept: Readonly<Record<string, readonly string[]>> = {
  is_reject: ["reject"],
  is_spam: ["reject", "add header", "rewrite subject"],
};

/** The quarantine is on when filter and quarantine are enabled and there is an account. */
export function quarantine(settings: Settings): Quarantine {
  const prop = (name: string): string => settings.prop("configuration", "rspamd", name) ?? "";
  const account = wholeAddress(prop("QuarantineAccount"), settings.primaryDomain);
  const active = prop("status") === "enabled" && prop("QuarantineStatus") === "enabled" && account !== "";
  return {
    active,
    account,
    actions: kept[prop("QuarantineSelector")] ?? [],
    notify: active && prop("SpamNotificationStatus") === "enabled",
    postmaster: `postmaster@${settings.primaryDomain}`,
  };
}

/** An address as it is, a local part with the primary domain. */
export function wholeAddress(name: string, primaryDomain: string): string {
  return name === "" || name.includes("@") ? name : `${name}@${primaryDomain}`;
}
