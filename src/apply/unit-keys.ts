/** Units whose `status` is that of a key with another name: a part of what the key stands for, or Debian's name for it. */
const keys: Readonly<Record<string, string>> = {
  "mailwright-training.path": "rspamd",
  "clamav-daemon": "clamd@rspamd",
  "clamav-freshclam": "clamd@rspamd",
  "redis-server@mailwright-cache": "rspamd",
  "redis-server@mailwright-statistics": "rspamd",
};

/** The key of the database `configuration` whose property `status` says whether a unit runs. */
export function statusKey(unit: string): string {
  return keys[unit] ?? unit;
}

/** Units that serve others as well: whether they run is the administrator's to say, and an event only reloads them. */
const shared: ReadonlySet<string> = new Set(["nginx"]);

export const isShared = (unit: string): boolean => shared.has(unit);
