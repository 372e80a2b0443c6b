import { filterTimes } from "./filter-times.ts";
import type { Settings } from "./settings.ts";

/** How mail is looked through for viruses, and what the scanner is told of it. */
interface Antivirus extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
  /** What an infected message gets, in the names of Rspamd's actions. */
  readonly action: string;
  /** Larger messages, in bytes, are not scanned. */
  readonly largest: number;
  /** Bytes that the scanner takes at once: such a message, and the line that is put before it. */
  readonly stream: number;
  /** Bytes that the scanner may unpack of one message. */
  readonly unpacked: number;
  /** Seconds for one message. */
  readonly timeout: number;
  /** Milliseconds after which the scanner gives up by itself: nobody waits for it any more. */
  readonly scannerTimeout: number;
  readonly onlyAttachments: boolean;
  /** Whether a message that could not be scanned is put off. */
  readonly defers: boolean;
}

/** clamd scans nothing from 2 GiB on (clamd.conf(5), MaxFileSize). */
const scannersLargest = 2 ** 31 - 1;

/** Room for a line before the message, which makes clamd take it for one. */
const lead = 1000;

/** What Debian's clamd unpacks of one message: 100 MiB. */
const usuallyUnpacked = 100 * 2 ** 20;

/** The scanner is asked where filter, virus checks and the scanner itself are enabled. */
export function antivirus(settings: Settings): Antivirus {
  const prop = (name: string): string => settings.prop("configuration", "rspamd", name) ?? "";
  const isScannerEnabled = settings.prop("configuration", "clamd@rspamd", "status") === "enabled";
  const isChecked = prop("status") === "enabled" && prop("VirusCheckStatus") === "enabled";
  const largest = Math.min(Number(prop("VirusScanSize")), scannersLargest - lead);
  const timeout = filterTimes(settings).scan;
  return {
    active: isChecked && isScannerEnabled,
    action: prop("VirusAction").replace("_", " "),
    largest,
    stream: largest + lead,
    // The message itself counts, and so does what is decoded of it.
    unpacked: Math.min(Math.max(usuallyUnpacked, 4 * largest), scannersLargest),
    timeout,
    scannerTimeout: (timeout + 5) * 1000,
    onlyAttachments: prop("VirusScanOnlyAttachment") === "true",
    defers: prop("VirusScanSoftReject") === "enabled",
  };
}
