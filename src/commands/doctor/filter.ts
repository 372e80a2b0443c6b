import { MailwrightError } from "../../errors.ts";
import { quarantine } from "../../mail/quarantine.ts";
import type { Settings } from "../../mail/settings.ts";
import type { System } from "../../system/system.ts";
import type { CommandContext } from "../context.ts";
import { statisticsSaved, statisticsUnit } from "../filter/bayes/statistics.ts";
import { totalOf } from "../filter/quarantine/held.ts";
import { heldIn, holdingMailbox } from "../filter/quarantine/mailbox.ts";
import { filterTroubles } from "../status-troubles.ts";
import type { Status } from "../status-view.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";

/** What is known of the filter's work that neither a unit nor a file shows. */
export interface FilterFacts extends Pick<Status, "lostKeys" | "isUnscanned"> {
  /** What the quarantine holds, or why nobody can see it; `undefined` where there is none here, or nobody to ask. */
  readonly held:
    | { readonly messages: number; readonly bytes: number }
    | { readonly problem: string; readonly hint: string }
    | undefined;
  /** Whether what is learned was written to the disk when that was last tried; `undefined` where nobody tells. */
  readonly isSaved: boolean | undefined;
}

/** Milliseconds in which Dovecot must tell what is held. */
const patience = 20_000;

/** More of it nobody has looked through for long. */
const many = { messages: 5000, bytes: 2e9 };

export const filter: Check = {
  name: "filter",
  about:
    "mail is scanned for viruses and signed as it is meant to be, the quarantine can be read and is no heap, and what the filter learns is kept",
  limit: 30_000,
  isOfMachine: true,
  look: async ({ context, system, settings }) => {
    const isOn = settings.prop("configuration", "rspamd", "status") === "enabled";
    const [held, isSaved] = await Promise.all([
      heldNow(context, system, settings),
      isOn ? statisticsSaved(system.processes) : undefined,
    ]);
    return judgeFilter({ ...filterTroubles(context, settings), held, isSaved });
  },
};

/** That Dovecot does not run is for the check of units. */
async function heldNow(
  context: CommandContext,
  { services }: System,
  settings: Settings,
): Promise<FilterFacts["held"]> {
  const { active, place } = quarantine(settings);
  if (!active || place === undefined || !(await services.health("dovecot")).running) return undefined;
  try {
    return totalOf(await heldIn(context, await holdingMailbox(context), patience));
  } catch (error) {
    if (!(error instanceof MailwrightError)) throw error;
    const [hint = ""] = (error.hint ?? "").split("\n");
    return { problem: error.message, hint };
  }
}

export function judgeFilter({ lostKeys, isUnscanned, held, isSaved }: FilterFacts): Finding[] {
  const findings: Finding[] = lostKeys.map(({ domain, selector, use }) =>
    (use === "signs" ? critical : warning)(
      `the DKIM key ${selector} of ${domain} is lost${use === "signs" ? ": its mail is not signed" : ", which is to take over"}`,
      `${domain} DKIM`,
      `mailwright dkim rotate ${domain}${use === "signs" ? "" : " --cancel"}`,
    ),
  );
  if (isUnscanned)
    findings.push(
      warning(
        "mail is not scanned for viruses: rspamd VirusCheckStatus is enabled, and clamd@rspamd status is not",
        "clamd@rspamd status",
        "config setprop clamd@rspamd status enabled; signal-event nethserver-mail-filter-save",
      ),
    );
  if (held !== undefined && "problem" in held)
    findings.push(critical(`${held.problem}: ${held.hint}`, "quarantine", "mailwright quarantine list"));
  else if (held !== undefined && (held.messages >= many.messages || held.bytes >= many.bytes))
    findings.push(
      warning(
        `the quarantine holds ${held.messages} messages, ${Math.ceil(held.bytes / 1e6)} MB`,
        "quarantine",
        "mailwright quarantine list --older 30d; mailwright quarantine delete --help",
      ),
    );
  if (isSaved === false)
    findings.push(
      critical(
        "what the filter learns cannot be written to the disk, and nothing more is learned",
        statisticsUnit,
        `journalctl -u ${statisticsUnit} -n 20`,
      ),
    );
  return findings;
}
