import { dirname, posix, resolve } from "node:path";
import { buildTables } from "../apply/check/tables.ts";
import { commitFiles } from "../apply/commit.ts";
import { templateContext } from "../apply/context.ts";
import { keepEdited } from "../apply/edits.ts";
import { EventLibrary, type ServiceAction, stronger } from "../apply/event.ts";
import { fileDiff } from "../apply/file-diff.ts";
import { withSystemAccounts } from "../apply/name-service.ts";
import { changedFiles, type PlannedFile } from "../apply/plan.ts";
import { type LeftOut, leftOutText, planTemplates } from "../apply/plan-templates.ts";
import { concerns } from "../apply/services.ts";
import type { Ledger } from "../db/ledger.ts";
import { type Author, openLedger, readLedger, readSnapshot } from "../db/store.ts";
import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { colourDiff } from "../format/unified-diff.ts";
import { Settings } from "../mail/settings.ts";
import { realSystem } from "../system/real-system.ts";
import { RecordingSystem } from "../system/recording-system.ts";
import type { System } from "../system/system.ts";
import { TemplateLibrary } from "../template/library.ts";
import { type RenderedFile, renderTemplate } from "../template/render.ts";
import type { Handler, OptionValues, Result } from "./command.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { missingSecrets, storeSecrets } from "./generated-secrets.ts";
import { locked } from "./locked.ts";

export const expandTemplate: Handler = async (context, [path], options) => {
  const library = new TemplateLibrary(context.files, context.paths);
  if (options["list"] === true) {
    const targets = library.targets();
    return { exit: ExitCode.done, data: targets, view: () => targets.map((name) => `${name}\n`).join("") };
  }
  if (path === undefined) throw refused("which file?", "USAGE", "known: expand-template --list");
  if (!path.startsWith("/")) {
    throw refused(
      `${path} is no whole path`,
      "USAGE",
      "accepted: a path from /; known: expand-template --list",
    );
  }
  const target = posix.normalize(path);
  const shows = ["stdout", "fragments", "output-filename"].some((name) => options[name] !== undefined);
  if (shows) return show(context, target, options);
  return options["diff"] === true ? diff(context, target) : write(context, target);
};

/** The file as it would be, in another place than its own. */
async function show(context: CommandContext, target: string, options: OptionValues): Promise<Result> {
  const template = await new TemplateLibrary(context.files, context.paths).load(target);
  const files = await withSettings(context, readOnly(context), (settings) =>
    renderTemplate(template, templateContext(settings)),
  );
  if (options["fragments"] === true) return { exit: ExitCode.done, text: files.map(withFragments).join("") };
  if (options["stdout"] === true) {
    return { exit: ExitCode.done, text: files.map(({ text = "" }) => text).join("") };
  }
  const [file, another] = files.filter(({ text }) => text !== undefined);
  if (file?.text === undefined) throw refused(`${target} is not to be: its condition is false`, "NO_FILE");
  if (another !== undefined) {
    throw refused(`${target} makes many files, which do not fit into one`, "USAGE", "See --stdout.");
  }
  const output = resolve(String(options["output-filename"]));
  context.files.makeFolder(dirname(output), 0o755);
  context.files.write(output, Buffer.from(file.text), { mode: file.metadata.mode });
  return { exit: ExitCode.done };
}

/** Each line behind the fragment, and its line, that made it; without those that hold secrets. */
function withFragments({ text = "", lines, metadata }: RenderedFile): string {
  const names = lines.map(({ fragment, line }) => `${fragment.slice(fragment.lastIndexOf("/") + 1)}:${line}`);
  const width = Math.max(0, ...names.map(({ length }) => length));
  const isSecret = (index: number): boolean =>
    metadata.secret || lines[index]?.uses.some(({ secret }) => secret) === true;
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, index) => `${(names[index] ?? "").padEnd(width)} | ${isSecret(index) ? "••••••" : line}\n`)
    .join("");
}

async function diff(context: CommandContext, target: string): Promise<Result> {
  const ledger = readLedger(context.paths.database);
  try {
    const { files, notices } = await plan(context, readOnly(context), ledger, target);
    const changed = changedFiles(files);
    return {
      exit: changed.length === 0 ? ExitCode.done : ExitCode.wouldChange,
      notices,
      data: changed.map(({ rendered, state }) => ({ path: rendered.path, state })),
      view: (style) => changed.map((file) => colourDiff(fileDiff(file), style)).join(""),
    };
  } finally {
    ledger.close();
  }
}

/** Writes as an event does; the next event adjusts the services that this leaves with another file. */
function write(context: CommandContext, target: string): Promise<Result> {
  return locked(context, {}, `expand-template ${target}`, async (author) => {
    const { paths } = context;
    await makeSecrets(context, target, author);
    const ledger = openLedger(paths.database);
    try {
      const system = realSystem(paths.root, "none");
      const { files, notices, revision } = await plan(context, system, ledger, target);
      const changed = changedFiles(files);
      const { tables, notes } = await buildTables(system, paths, files);
      const copies = keepEdited(system, paths, files, "keep");
      const services = await pendingServices(context, changed, ledger);
      const commit = { files, tables, services, unitsOf: () => services.map(({ unit }) => unit) };
      const isWork = changed.length + tables.length > 0;
      const entry = {
        ...author,
        at: Date.now(),
        event: "expand-template",
        args: [target],
        settings: revision,
      };
      writeWithEntry(ledger, isWork ? entry : undefined, changed, (begin) =>
        commitFiles({ system, paths, ledger }, commit, begin, () => undefined),
      );
      return {
        exit: ExitCode.done,
        notices: [...notices, ...copies, ...notes],
        data: changed.map(({ rendered, state }) => ({ path: rendered.path, state })),
        text: "",
      };
    } finally {
      ledger.close();
    }
  });
}

/** Writes, with an entry in the history that says what became of it; without one where there is nothing to write. */
function writeWithEntry(
  ledger: Ledger,
  entry: Parameters<Ledger["beginApply"]>[0] | undefined,
  changed: readonly PlannedFile[],
  commit: (begin: () => void) => void,
): void {
  let revision: number | undefined;
  try {
    commit(() => {
      if (entry !== undefined) revision = ledger.beginApply(entry);
    });
  } catch (error) {
    if (revision !== undefined) tellOfFailure(ledger, revision, error);
    throw error;
  }
  if (revision === undefined) return;
  const diffs = changed.map((file) => ({
    path: file.rendered.path,
    state: file.state,
    diff: fileDiff(file),
  }));
  // What waits to be confirmed takes this with it.
  ledger.endApply(revision, ledger.confirmation() === undefined ? "done" : "unconfirmed", "", diffs);
}

/** What hindered the write, such as a full disk, may hinder this as well; it is the one to tell of. */
function tellOfFailure(ledger: Ledger, revision: number, error: unknown): void {
  try {
    ledger.endApply(revision, "refused", error instanceof Error ? error.message : String(error), []);
  } catch {}
}

/** What the events that make the files ask of their services; where they differ, the gentler. */
async function pendingServices(context: CommandContext, changed: readonly PlannedFile[], ledger: Ledger) {
  const library = new EventLibrary(context.files, context.paths);
  const events = await Promise.all(library.names().map((name) => library.load(name)));
  const known = ledger.services();
  const actions = new Map<string, ServiceAction>();
  for (const { templates, services } of events) {
    const made = changed.filter(({ rendered }) => templates.includes(rendered.template));
    for (const [unit, action] of services) {
      const isTouched = made.some(({ rendered }) => concerns(rendered.metadata.services, unit));
      if (isTouched && actions.get(unit) !== "reload") actions.set(unit, action);
    }
  }
  return [...actions].map(([unit, action]) => ({
    unit,
    wanted: known.get(unit)?.wanted ?? "",
    action: stronger(known.get(unit)?.action, action),
  }));
}

/** What only looks makes nothing, not even what a plan needs. */
function readOnly({ paths }: CommandContext): System {
  return new RecordingSystem(realSystem(paths.root, "none"));
}

async function plan(context: CommandContext, system: System, ledger: Ledger, target: string) {
  const { paths } = context;
  const notices: string[] = [];
  const notice = (text: string): void => void notices.push(text);
  const isRoot = process.getuid?.() === 0;
  const library = new TemplateLibrary(context.files, paths);
  return withSettings(
    context,
    system,
    async (settings) => {
      const leftOut = (file: LeftOut): void => notice(leftOutText(file));
      const environment = { system, paths, settings, ledger, isRoot, leftOut };
      const files = await planTemplates(environment, library, [target], notice);
      return { files, notices, revision: settings.snapshot.revision };
    },
    notice,
  );
}

async function withSettings<T>(
  context: CommandContext,
  system: System,
  work: (settings: Settings) => T | Promise<T>,
  notice: (text: string) => void = () => {},
): Promise<T> {
  const catalogue = await loadCatalogue(context);
  const snapshot = readSnapshot(context.paths.database);
  try {
    const stored = new Settings(snapshot, catalogue, () => findHostName(context));
    const { settings } = await withSystemAccounts({ system, paths: context.paths, settings: stored }, notice);
    return await work(settings);
  } finally {
    snapshot.close();
  }
}

/** As an event would, for the secrets that the file will hold. */
async function makeSecrets(context: CommandContext, target: string, author: Author): Promise<void> {
  const snapshot = readSnapshot(context.paths.database);
  const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
  const library = new TemplateLibrary(context.files, context.paths);
  const missing = await missingSecrets(library, settings, [target]);
  snapshot.close();
  if (missing.length > 0) storeSecrets(context, settings, missing, author);
}
