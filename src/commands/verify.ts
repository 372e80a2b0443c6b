import { fileDiff } from "../apply/file-diff.ts";
import { withSystemAccounts } from "../apply/name-service.ts";
import { overrideNotes } from "../apply/overrides.ts";
import { changedFiles, type PlannedFile } from "../apply/plan.ts";
import { type LeftOut, planTemplates } from "../apply/plan-templates.ts";
import type { Ledger } from "../db/ledger.ts";
import { readLedger, readSnapshot } from "../db/store.ts";
import { ExitCode } from "../exit-codes.ts";
import { colourDiff } from "../format/unified-diff.ts";
import { Settings } from "../mail/settings.ts";
import { realSystem } from "../system/real-system.ts";
import { RecordingSystem } from "../system/recording-system.ts";
import { TemplateLibrary } from "../template/library.ts";
import type { Handler } from "./command.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { managedEvent } from "./managed-event.ts";

/** Compares every file that mailwright makes with what the settings and templates say now; exit 2 where one differs. */
export const verify: Handler = async (context) => {
  const ledger = readLedger(context.paths.database);
  try {
    const { files, notices } = await planAll(context, ledger);
    const differing = changedFiles(files);
    return {
      exit: differing.length === 0 ? ExitCode.done : ExitCode.wouldChange,
      notices,
      data: {
        files: files.length,
        differing: differing.map(({ rendered, state, edit }) => ({ path: rendered.path, state, edit })),
      },
      view: (style) =>
        differing.length === 0
          ? `${files.length} files are as the settings say.\n`
          : `${differing.length} of ${files.length} files differ from what the settings say\n` +
            differing.map((file) => colourDiff(fileDiff(file), style)).join(""),
    };
  } finally {
    ledger.close();
  }
};

interface Plan {
  readonly files: readonly PlannedFile[];
  readonly notices: string[];
  readonly library: TemplateLibrary;
}

/**
 * Every file that mailwright makes, as it would be made now. Reads, and changes nothing. `leftOut` is told of those that
 * this system lacks something for; without it, those that are not optional are among the notices.
 */
export async function planAll(
  context: CommandContext,
  ledger: Ledger,
  leftOut?: (file: LeftOut) => void,
): Promise<Plan> {
  const { paths } = context;
  const snapshot = readSnapshot(paths.database);
  const notices: string[] = [];
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    const system = new RecordingSystem(realSystem(paths.root, "none"));
    const library = new TemplateLibrary(system.files, paths);
    const { templates } = await managedEvent(context, ledger);
    const notice = (text: string): void => void notices.push(text);
    const known = await withSystemAccounts({ system, paths, settings }, notice);
    const isRoot = process.getuid?.() === 0;
    const told = leftOut === undefined ? {} : { leftOut };
    const environment = { system, paths, settings: known.settings, ledger, isRoot, ...told };
    const files = await planTemplates(environment, library, templates, notice);
    notices.push(...overrideNotes(system.files, library.overrides, ledger));
    return { files, notices, library };
  } finally {
    snapshot.close();
  }
}
