import type { Settings } from "../../mail/settings.ts";

/** What is so while the filter is disabled, and how it is enabled. */
export const filterOff = (what: string): string =>
  `the filter is disabled, and ${what}: config setprop rspamd status enabled; mailwright apply`;

export function isFilterEnabled(settings: Settings): boolean {
  return settings.prop("configuration", "rspamd", "status") === "enabled";
}

/** Whether mail is checked for spam, and so judged by what was learned. */
export function isSpamChecked(settings: Settings): boolean {
  return (
    isFilterEnabled(settings) && settings.prop("configuration", "rspamd", "SpamCheckStatus") === "enabled"
  );
}
