import type { StaleOverride } from "../apply/overrides.ts";
import { patientAdvice } from "../apply/patient-units.ts";
import type { HandEdit } from "../apply/plan.ts";
import type { LeftOut } from "../apply/plan-templates.ts";
import type { Confirmation } from "../db/ledger.ts";
import { harmless } from "../format/harmless.ts";
import type { Style } from "../format/style.ts";
import { dateTime } from "../format/times.ts";
import type { UnitState } from "../system/system.ts";
import type { PendingChange } from "./pending-changes.ts";
import type { RemoteRun } from "./remote/remote-runs.ts";
import { changesView } from "./verbs/changes.ts";

/** What an administrator should know of the server's state. */
export interface Status {
  readonly pending: readonly PendingChange[];
  /** What committed files still ask of units that are here. */
  readonly services: readonly {
    readonly unit: string;
    readonly action: string;
    readonly load: UnitState["load"];
  }[];
  readonly edits: readonly { readonly path: string; readonly edit: HandEdit }[];
  /** Files that differ though nobody edited them and no setting waits, such as after a new version. */
  readonly outdated: readonly string[];
  /** The events that make them. */
  readonly makers: readonly string[];
  readonly overrides: readonly (StaleOverride & { readonly diff: string })[];
  readonly failed: readonly { readonly unit: string; readonly state: string }[];
  /** Keys that sign, or are to, and are not there. */
  readonly lostKeys: readonly { readonly domain: string; readonly selector: string; readonly use: string }[];
  /** Whether mail is meant to be scanned for viruses, and the scanner is disabled. */
  readonly isUnscanned: boolean;
  readonly confirm: Confirmation | undefined;
  readonly interrupted: number | undefined;
  /** The last apply, where it failed after it had begun to act. */
  readonly broken: { readonly revision: number; readonly detail: string } | undefined;
  /** Records whose deletion was not carried out to its end, as `DATABASE KEY`. */
  readonly deleting: readonly string[];
  /** The process that applies at this moment. */
  readonly atWork: string | undefined;
  /** Since when, in milliseconds since 1970. */
  readonly atWorkSince: number | undefined;
  /** Accounts that mail was not fetched from, and users whose mailbox elsewhere was not copied, and why. */
  readonly failedRuns: readonly Pick<RemoteRun, "kind" | "name" | "problem">[];
  /** Files that are left out, and what is so without them. */
  readonly missing: readonly LeftOut[];
  /** Why the files could not be compared. */
  readonly problems: readonly string[];
}

interface Section {
  readonly title: string;
  body(style: Style): string;
}

/** What somebody did to a file. */
export const edited: Readonly<Record<HandEdit, string>> = {
  content: "edited",
  attributes: "mode or owner changed",
  removed: "removed",
  link: "replaced",
};

/** What there is to tell, the most urgent first. */
export function statusSections(found: Status, knownEvents: readonly string[], isUtc: boolean): Section[] {
  const { pending, services, edits, outdated, overrides, failed, confirm, interrupted, atWork, problems } =
    found;
  const { broken, deleting } = found;
  const lines = (texts: readonly string[]) => () => texts.map((text) => `${text}\n`).join("");
  const sections: (Section | false)[] = [
    atWork !== undefined && {
      title: `At work: ${atWork}`,
      body: lines(["what follows may be over when it has ended"]),
    },
    confirm !== undefined && {
      title: `Not confirmed: revision ${confirm.revision} goes back at ${dateTime(confirm.deadline, isUtc)}`,
      body: lines(["keep it:      mailwright confirm", "go back now:  mailwright confirm --restore"]),
    },
    failed.length > 0 && {
      title: "Units that do not run",
      body: lines(
        failed.flatMap(({ unit, state }) => [
          `${unit}: ${state}`,
          ...patientAdvice(unit),
          `  an event starts it only where a file or its status changes: systemctl start ${unit}`,
          `  journalctl -u ${unit} -n 20`,
        ]),
      ),
    },
    found.lostKeys.length > 0 && {
      title: "DKIM keys that are lost",
      body: lines(
        found.lostKeys.flatMap(({ domain, selector, use }) => [
          `${selector} of ${domain}${use === "signs" ? ": its mail is not signed" : ", which is to take over"}`,
          `  put it back, or make another: ${use === "signs" ? `mailwright dkim rotate ${domain}` : `mailwright dkim rotate ${domain} --cancel`}`,
        ]),
      ),
    },
    found.isUnscanned && {
      title: "Mail is not scanned for viruses",
      body: lines([
        "rspamd VirusCheckStatus is enabled, and clamd@rspamd status disabled",
        "scan it:              config setprop clamd@rspamd status enabled",
        "if that is not meant: config setprop rspamd VirusCheckStatus disabled",
        "and then:             signal-event nethserver-mail-filter-save",
      ]),
    },
    interrupted !== undefined && {
      title: `The apply of revision ${interrupted} was cut off`,
      body: lines(["what is left of it: mailwright apply, or signal its event again"]),
    },
    broken !== undefined && {
      title: `The apply of revision ${broken.revision} failed half-way`,
      body: lines([broken.detail, "what is left of it: mailwright apply, or signal its event again"]),
    },
    deleting.length > 0 && {
      title: "Records that are marked as deleted and still there",
      body: lines([...deleting, "their delete events are carried out by: mailwright apply"]),
    },
    services.length > 0 && {
      title: "Services that do not run with the files as they are",
      body: lines([
        ...services.map(
          ({ unit, action, load }) => `${unit} ${action}${load === "masked" ? ": masked" : ""}`,
        ),
        "the next event does it, whichever it is, or: mailwright apply",
      ]),
    },
    problems.length > 0 && { title: "The files cannot be compared", body: lines(problems) },
    edits.length > 0 && {
      title: "Files edited by hand",
      body: lines([
        ...edits.map(({ path, edit }) => `${path} (${edited[edit]})`),
        "the next event that makes one keeps a copy and writes it over",
        "what differs: mailwright verify",
      ]),
    },
    outdated.length > 0 && {
      title: "Files that differ from what the settings say",
      body: lines([
        ...outdated,
        "what differs: mailwright verify",
        ...found.makers.map((event) => `made by: signal-event ${event}`),
      ]),
    },
    overrides.length > 0 && {
      title: "Fragments of the site whose shipped originals have changed",
      body: lines(
        overrides.map(
          ({ path, diff }) => `${path}\n${diff}once you have compared: save the file again (touch will do)`,
        ),
      ),
    },
    pending.length > 0 && {
      title: "Settings that are not applied",
      body: (style) => changesView(pending, knownEvents, style),
    },
  ];
  return sections.filter((section) => section !== false);
}

/** What is good to know, and waits for nobody. */
export function statusNotes({ missing, failedRuns }: Status): Section[] {
  const texts = new Set(missing.map(({ needs, without }) => `${without}: there is no ${needs}`));
  const body = (): string => [...texts].map((text) => `${text}\n`).join("");
  return [
    ...(texts.size === 0 ? [] : [{ title: "Not installed", body }]),
    ...(failedRuns.length === 0
      ? []
      : [{ title: "Mail from elsewhere", body: () => failedText(failedRuns) }]),
  ];
}

/** A line for each kind of runs, however many have failed. */
function failedText(failed: Status["failedRuns"]): string {
  const lists = { fetch: "mailwright connector list", sync: "mailwright sync status" };
  return (["fetch", "sync"] as const)
    .map((kind) => ({ kind, runs: failed.filter((run) => run.kind === kind) }))
    .map(({ kind, runs: [first, ...others] }) => {
      if (first === undefined) return "";
      const more = others.length === 0 ? "" : `, and ${others.length} more`;
      const problem = harmless(first.problem).replace(/\.$/, "");
      return `${harmless(first.name)}: ${problem}${more}; see: ${lists[kind]}\n`;
    })
    .join("");
}

export function statusView(sections: readonly Section[], notes: readonly Section[], style: Style): string {
  const text = [...sections, ...notes]
    .map(({ title, body }) => `${style.strong(title)}\n${indented(body(style))}`)
    .join("");
  return sections.length === 0 ? `All is as the settings say, and nothing waits.\n${text}` : text;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
