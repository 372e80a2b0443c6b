import type { StaleOverride } from "../apply/overrides.ts";
import type { HandEdit } from "../apply/plan.ts";
import type { Confirmation } from "../db/ledger.ts";
import type { Style } from "../format/style.ts";
import { dateTime } from "../format/times.ts";
import type { UnitState } from "../system/system.ts";
import type { PendingChange } from "./pending-changes.ts";
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
  readonly confirm: Confirmation | undefined;
  readonly interrupted: number | undefined;
  /** The last apply, where it failed after it had begun to act. */
  readonly broken: { readonly revision: number; readonly detail: string } | undefined;
  /** Records whose deletion was not carried out to its end, as `DATABASE KEY`. */
  readonly deleting: readonly string[];
  /** The process that applies at this moment. */
  readonly atWork: string | undefined;
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
        failed.flatMap(({ unit, state }) => [`${unit}: ${state}`, `  journalctl -u ${unit} -n 20`]),
      ),
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

export function statusView(sections: readonly Section[], style: Style): string {
  if (sections.length === 0) return "All is as the settings say, and nothing waits.\n";
  return sections.map(({ title, body }) => `${style.strong(title)}\n${indented(body(style))}`).join("");
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
