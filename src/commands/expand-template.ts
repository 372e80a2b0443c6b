import { templateContext } from "../apply/context.ts";
import { Owners } from "../apply/owners.ts";
import { planFile } from "../apply/plan.ts";
import { readSnapshot } from "../db/store.ts";
import { refused } from "../errors.ts";
import { ExitCode } from "../exit-codes.ts";
import { colourDiff } from "../format/unified-diff.ts";
import { Settings } from "../mail/settings.ts";
import { TemplateLibrary } from "../template/library.ts";
import { type RenderedFile, renderTemplate } from "../template/render.ts";
import type { Handler, Result } from "./command.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { fileDiff } from "./plan-view.ts";

export const expandTemplate: Handler = async (context, [target], options) => {
  const library = new TemplateLibrary(context.files, context.paths);
  if (options["list"] === true) {
    const targets = library.targets();
    return { exit: ExitCode.done, data: targets, view: () => targets.map((path) => `${path}\n`).join("") };
  }
  if (target === undefined) throw refused("which file?", "USAGE", "known: expand-template --list");
  const template = await library.load(target);
  const snapshot = readSnapshot(context.paths.database);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), findHostName(context));
    const files = renderTemplate(template, templateContext(settings));
    if (options["fragments"] === true)
      return { exit: ExitCode.done, text: files.map(withFragments).join("") };
    if (options["stdout"] === true)
      return { exit: ExitCode.done, text: files.map(({ text = "" }) => text).join("") };
    if (options["diff"] === true) return diff(context, files);
    return write(context, files, options["output-filename"]);
  } finally {
    snapshot.close();
  }
};

/** Each line behind the fragment, and its line, that made it. */
function withFragments({ text = "", lines }: RenderedFile): string {
  const names = lines.map(({ fragment, line }) => `${fragment.slice(fragment.lastIndexOf("/") + 1)}:${line}`);
  const width = Math.max(0, ...names.map(({ length }) => length));
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, index) => `${(names[index] ?? "").padEnd(width)} | ${line}\n`)
    .join("");
}

function planned(context: CommandContext, rendered: RenderedFile) {
  const { files, paths } = context;
  const path = paths.target(rendered.path);
  const status = files.status(path);
  const owners = new Owners(files, paths, process.getuid?.() === 0);
  const before = { status, bytes: status?.kind === "file" ? files.read(path) : undefined };
  return planFile(rendered, before, undefined, owners.find(rendered.metadata.owner, rendered.metadata.group));
}

function diff(context: CommandContext, files: readonly RenderedFile[]): Result {
  const changed = files.map((file) => planned(context, file)).filter(({ state }) => state !== "same");
  return {
    exit: changed.length === 0 ? ExitCode.done : ExitCode.wouldChange,
    data: changed.map(({ rendered, state }) => ({ path: rendered.path, state })),
    view: (style) => changed.map((file) => colourDiff(fileDiff(file), style)).join(""),
  };
}

function write(
  context: CommandContext,
  files: readonly RenderedFile[],
  output: string | boolean | undefined,
): Result {
  const changed = files
    .map((file) => planned(context, file))
    .filter(({ state }) => typeof output === "string" || state !== "same");
  for (const { rendered, bytes, uid, gid } of changed) {
    const path = typeof output === "string" ? output : context.paths.target(rendered.path);
    if (bytes === undefined) {
      context.files.remove(path);
      continue;
    }
    context.files.makeFolder(path.slice(0, path.lastIndexOf("/")) || "/", 0o755);
    context.files.write(path, bytes, { mode: rendered.metadata.mode, uid, gid });
  }
  return { exit: ExitCode.done };
}
