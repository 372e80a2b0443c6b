import { domainToASCII, domainToUnicode } from "node:url";
import { markdownToHtml, markdownToText } from "./markdown.ts";
import type { Settings } from "./settings.ts";

/** The legal notes below what logins send. */
interface Disclaimer extends Readonly<Record<string, unknown>> {
  readonly notes: readonly Note[];
}

interface Note {
  /** The domain as it may stand in an address: in ASCII and, where it is another there, in Unicode. */
  readonly domains: readonly string[];
  /** What is appended to plain text, with `\n` between lines. */
  readonly text: string;
  /** What is appended to HTML: ASCII. */
  readonly html: string;
}

/** The notes of the domains that have one and it is enabled. */
export function disclaimer(settings: Settings): Disclaimer {
  const notes: Note[] = [];
  for (const { key, type, prop } of settings.records("domains")) {
    if (type !== "domain" || prop("DisclaimerStatus") !== "enabled") continue;
    const text = markdownToText(prop("DisclaimerText"));
    if (text.trim() === "") continue;
    const html = `<div class="disclaimer">\n${markdownToHtml(prop("DisclaimerText"))}\n</div>`;
    const names = [key, domainToASCII(key), domainToUnicode(key)].map((name) => name.toLowerCase());
    notes.push({ domains: [...new Set(names)].filter(Boolean), text, html });
  }
  return { notes };
}
