import type { Settings } from "./settings.ts";

/** How long each waits for the next one while a message is checked, in seconds: each longer than the one before. */
interface FilterTimes extends Readonly<Record<string, unknown>> {
  /** Rspamd for the virus scanner. */
  readonly scan: number;
  /** Rspamd for all checks of a message. Its proxy goes by a setting of its own, `timeout`, where it scans by itself. */
  readonly task: number;
  /** Postfix for the verdict (milter_content_timeout). */
  readonly milter: number;
}

/** A client waits so long for the answer to its message (RFC 5321, 4.5.3.2.6). One who is gone sends it again. */
const client = 600;

/** The longest that all other checks take, which begin when the scanner has answered. */
const others = 30;

/** Between two that wait, so that the inner one is the first to give up, and says why. */
const margin = 10;

/** Postfix's own milter_content_timeout. */
const usualMilter = 300;

const longestScan = client - others - 2 * margin;

export function filterTimes(settings: Settings): FilterTimes {
  const wished = Number(settings.prop("configuration", "rspamd", "VirusScanTimeout"));
  const scan = Math.min(wished, longestScan);
  const task = scan + others;
  return { scan, task, milter: Math.max(usualMilter, task + margin) };
}
