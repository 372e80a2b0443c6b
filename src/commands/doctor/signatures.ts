import { antivirus } from "../../mail/antivirus.ts";
import type { Files } from "../../system/system.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";

const folder = "/var/lib/clamav";

/** The daily signatures, as freshclam(1) got them: whole, or with differences put in. */
const names = ["daily.cvd", "daily.cld"];

const day = 86_400_000;

export const signatures: Check = {
  name: "signatures",
  about: "the virus scanner's signatures are not older than three days",
  isOfMachine: true,
  look: async ({ system: { files, clock }, settings }) => {
    if (!antivirus(settings).active) return [];
    const all = files.list(folder);
    const hasOthers = all.some((name) => /\.(?:c[lv]d|[hmn]db|[hn]sb|ldb|yara?)$/.test(name));
    return judgeSignatures(signaturesModified(files), hasOthers, clock.now());
  },
};

/** When the daily ones came, in milliseconds since 1970. */
export function signaturesModified(files: Files): number | undefined {
  const times = names.flatMap((name) => files.status(`${folder}/${name}`)?.modified ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** `modified`: when the daily ones came; `hasOthers`: whether there are any at all, such as a site's own. */
export function judgeSignatures(modified: number | undefined, hasOthers: boolean, now: number): Finding[] {
  const advice = "systemctl restart clamav-freshclam; journalctl -u clamav-freshclam -n 20";
  if (modified === undefined)
    return hasOthers
      ? []
      : [critical("the virus scanner has no signatures, and mail is put off", folder, advice)];
  const days = Math.floor((now - modified) / day);
  if (days < 3) return [];
  return [
    (days < 7 ? warning : critical)(`the virus scanner's signatures are ${days} days old`, folder, advice),
  ];
}
