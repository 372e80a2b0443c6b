import { EventLibrary } from "../apply/event.ts";
import { type StaleOverride, staleOverrides } from "../apply/overrides.ts";
import type { HandEdit, PlannedFile } from "../apply/plan.ts";
import type { Confirmation, Ledger } from "../db/ledger.ts";
import { readLedger, readSnapshot } from "../db/store.ts";
import { MailwrightError } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import type { Style } from "../format/style.ts";
import { dateTime } from "../format/times.ts";
import { Settings } from "../mail/settings.ts";
import { realSystem } from "../system/real-system.ts";
import type { System } from "../system/system.ts";
import type { Handler } from "./command.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { serviceManager } from "./event-run.ts";
import { eventCall, type PendingChange, shownChanges } from "./pending-changes.ts";
import { threeWayDiff } from "./three-way-diff.ts";
import { changesView } from "./verbs/changes.ts";
import { planAll } from "./verify.ts";

/** What an administrator should know of the server's state; `attention` is how much of it needs somebody. */
interface Status {
  readonly pending: readonly PendingChange[];
  /** What committed files still ask of units. */
  readonly services: readonly { readonly unit: string; readonly action: string }[];
  readonly edits: readonly { readonly path: string; readonly edit: HandEdit }[];
  /** Files that differ from what the settings say though nobody edited them, such as after a new version. */
  readonly outdated: readonly string[];
  readonly overrides: readonly (StaleOverride & { readonly diff: string })[];
  readonly failed: readonly { readonly unit: string; readonly state: string }[];
  readonly confirm: Confirmation | undefined;
  readonly interrupted: number | undefined;
  /** Why the files could not be compared. */
  readonly problems: readonly string[];
}

/** Exit 2 where something waits for somebody. */
export const status: Handler = async (context, _args, options) => {
  const { paths } = context;
  const ledger = readLedger(paths.database);
  try {
    const system = realSystem(paths.root, serviceManager(options));
    const found = await gather(context, system, ledger);
    const known = eventNames(context);
    const sections = sectionsOf(found, known);
    return {
      exit: sections.length === 0 ? ExitCode.done : ExitCode.wouldChange,
      data: {
        ...found,
        confirm: found.confirm && { revision: found.confirm.revision, deadline: found.confirm.deadline },
      },
      view: (style) =>
        sections.length === 0
          ? "All is as the settings say, and nothing waits.\n"
          : sections.map(({ title, body }) => `${style.strong(title)}\n${indented(body(style))}`).join(""),
    };
  } finally {
    ledger.close();
  }
};

async function gather(context: CommandContext, system: System, ledger: Ledger): Promise<Status> {
  const last = ledger.lastApply();
  const found = {
    pending: await pendingOf(context),
    services: [...ledger.services().values()].flatMap(({ unit, action }) =>
      action === undefined ? [] : [{ unit, action }],
    ),
    failed: await failedUnits(system, ledger),
    confirm: ledger.confirmation(),
    interrupted: last?.outcome === "running" ? last.revision : undefined,
  };
  try {
    const { files, library } = await planAll(context, ledger);
    const stale = staleOverrides(system.files, library.overrides.values(), ledger);
    const overrides = await Promise.all(
      stale.map(async (override) => ({ ...override, diff: await threeWayDiff(system, override) })),
    );
    return { ...found, ...differences(files), overrides, problems: [] };
  } catch (error) {
    if (!(error instanceof MailwrightError)) throw error;
    return { ...found, edits: [], outdated: [], overrides: [], problems: [error.message] };
  }
}

function differences(files: readonly PlannedFile[]): Pick<Status, "edits" | "outdated"> {
  return {
    edits: files.flatMap(({ rendered, edit }) => (edit === undefined ? [] : [{ path: rendered.path, edit }])),
    outdated: files.flatMap(({ rendered, edit, state }) =>
      edit === undefined && state !== "same" ? [rendered.path] : [],
    ),
  };
}

const eventNames = ({ files, paths }: CommandContext): string[] => new EventLibrary(files, paths).names();

/** Those that an event here applies: of the others there is nothing to do. */
async function pendingOf(context: CommandContext): Promise<PendingChange[]> {
  const snapshot = readSnapshot(context.paths.database);
  const known = eventNames(context);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    return shownChanges(settings).filter((change) => eventCall(change, known) !== undefined);
  } finally {
    snapshot.close();
  }
}

/** Units that were brought to run by an event and do not. */
async function failedUnits(system: System, ledger: Ledger): Promise<Status["failed"]> {
  const wanted = [...ledger.services().values()].filter((service) => service.wanted === "enabled");
  const looked = await Promise.all(
    wanted.map(async ({ unit }) => {
      const { load } = await system.services.state(unit);
      return { unit, load, ...(await system.services.health(unit)) };
    }),
  );
  return looked
    .filter(({ load, running }) => load === "loaded" && !running)
    .map(({ unit, state }) => ({ unit, state }));
}

interface Section {
  readonly title: string;
  body(style: Style): string;
}

/** What there is to tell, the most urgent first. */
function sectionsOf(found: Status, knownEvents: readonly string[]): Section[] {
  const { pending, services, edits, outdated, overrides, failed, confirm, interrupted, problems } = found;
  const lines = (texts: readonly string[]) => () => texts.map((text) => `${text}\n`).join("");
  const sections: (Section | false)[] = [
    confirm !== undefined && {
      title: `Not confirmed: revision ${confirm.revision} goes back at ${dateTime(confirm.deadline, false)}`,
      body: lines(["keep it: mailwright confirm     go back now: mailwright confirm --restore"]),
    },
    failed.length > 0 && {
      title: "Units that do not run",
      body: lines(failed.map(({ unit, state }) => `${unit}: ${state}     see: journalctl -u ${unit} -n 20`)),
    },
    interrupted !== undefined && {
      title: `The apply of revision ${interrupted} was cut off`,
      body: lines(["what is left of it: mailwright apply, or signal its event again"]),
    },
    services.length > 0 && {
      title: "Services that do not run with the files as they are",
      body: lines([
        ...services.map(({ unit, action }) => `${unit} ${action}`),
        "the next event does it, whichever it is",
      ]),
    },
    problems.length > 0 && { title: "The files cannot be compared", body: lines(problems) },
    edits.length > 0 && {
      title: "Files edited by hand",
      body: lines([
        ...edits.map(({ path, edit }) => `${path} (${edit})`),
        "see: mailwright verify     the next event that makes them writes them over and keeps a copy",
      ]),
    },
    outdated.length > 0 && {
      title: "Files that differ from what the settings say",
      body: lines([...outdated, "see: mailwright verify"]),
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

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
