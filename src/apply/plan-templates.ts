import { dirname } from "node:path";
import { isUnfinished, type Ledger } from "../db/ledger.ts";
import { MailwrightError } from "../errors.ts";
import type { Settings } from "../mail/settings.ts";
import type { Paths } from "../paths.ts";
import { collectGarbage } from "../system/memory.ts";
import type { System } from "../system/system.ts";
import type { TemplateLibrary } from "../template/library.ts";
import { absentFile, type RenderedFile, renderTemplate } from "../template/render.ts";
import { templateContext } from "./context.ts";
import { makeDkimKeys } from "./dkim-keys.ts";
import { Owners } from "./owners.ts";
import { withPem } from "./pem-files.ts";
import { type PlannedFile, planFile } from "./plan.ts";

/** What templates are rendered from, and compared with. */
export interface PlanEnvironment {
  readonly system: System;
  readonly paths: Paths;
  readonly settings: Settings;
  readonly ledger: Ledger;
  /** Whether files may change owner: only root may. */
  readonly isRoot: boolean;
}

/** Whether what is left behind when the file is made, or compared, is worth the time of looking for it. */
function isLarge({ text = "" }: RenderedFile): boolean {
  return text.length > 1_000_000;
}

/**
 * Renders templates and compares their files with the disk. Files that a template made once and makes no more,
 * such as that of a deleted record, are to be removed. Reads, and changes nothing but the
 * self-signed certificate and the keys of DKIM, which are made where a file needs them.
 */
export async function planTemplates(
  environment: PlanEnvironment,
  library: TemplateLibrary,
  targets: readonly string[],
  notice: (text: string) => void,
): Promise<PlannedFile[]> {
  const { system, paths, settings, ledger } = environment;
  const context = templateContext(settings);
  const lastWritten = ledger.managedFiles();
  const rendered = new Map<string, RenderedFile>();
  const owners = new Owners(system.files, paths, environment.isRoot);
  for (const target of targets) {
    const template = await library.load(target);
    for (const note of library.notes(template)) notice(note);
    makeDkimKeys({ ...environment, owners, notice }, template, context);
    const wished = await withPem(environment, template, context, renderTemplate(template, context), notice);
    if (wished.some(isLarge)) collectGarbage();
    const lacks = lacking(environment, wished);
    if (lacks !== undefined) notice(`${target} is left out: there is no ${lacks}`);
    const files = lacks === undefined ? wished : [];
    const made = new Set(files.map(({ path }) => path));
    const left = [...lastWritten.values()].filter((file) => file.template === target && !made.has(file.path));
    for (const file of [...files, ...left.map(({ path }) => absentFile(template, path))]) {
      const other = rendered.get(file.path);
      if (other?.text !== undefined && file.text !== undefined) throw madeTwice(file, other);
      if (other === undefined || file.text !== undefined) rendered.set(file.path, file);
    }
  }
  return [...rendered.values()].map((file) => {
    if (isLarge(file)) collectGarbage();
    const { owner, group } = file.metadata;
    const { uid, gid, missing } = owners.find(owner, group);
    if (missing.length > 0 && file.text !== undefined) {
      notice(`${missing.join(" and ")} does not exist here: ${file.path} belongs to root`);
    }
    return planFile(file, onDisk(environment, file.path), lastWritten.get(file.path), { uid, gid });
  });
}

/**
 * The templates of files of which a commit or a restore was cut off, of whatever event: the next apply makes them whole,
 * before it lets a daemon read them. One that is gone makes nothing any more.
 */
export async function unfinishedTemplates(library: TemplateLibrary, ledger: Ledger): Promise<string[]> {
  const targets = new Set(
    [...ledger.managedFiles().values()].filter(isUnfinished).map(({ template }) => template),
  );
  const found = await Promise.all(
    [...targets].map(async (target) => ((await library.find(target)) ? target : [])),
  );
  return found.flat();
}

/** What files that are wished for need and this system has not. */
function lacking({ system, paths }: PlanEnvironment, wished: readonly RenderedFile[]): string | undefined {
  const needs = wished.find(({ text }) => text !== undefined)?.metadata.needs;
  return needs === undefined || system.files.status(paths.target(needs)) !== undefined ? undefined : needs;
}

/** What stands where the file is to be; throws where nothing can be written in its place. */
function onDisk({ system: { files }, paths }: PlanEnvironment, target: string) {
  const path = paths.target(target);
  const status = files.status(path);
  if (status?.kind === "directory") throw inTheWay(path, "a folder");
  let parent = dirname(path);
  while (files.status(parent) === undefined) parent = dirname(parent);
  if (files.status(parent)?.kind === "file") throw inTheWay(parent, "a file");
  return { status, bytes: status?.kind === "file" ? files.read(path) : undefined };
}

function inTheWay(path: string, what: string): MailwrightError {
  return new MailwrightError(`${path} is ${what}`, {
    code: "IN_THE_WAY",
    hint: `It stands in the way of a file. Nothing was touched. Move it away and signal the event again.`,
  });
}

function madeTwice(file: RenderedFile, other: RenderedFile): MailwrightError {
  return new MailwrightError(
    `${file.path} is made twice, from the templates of ${other.template} and ${file.template}`,
    {
      code: "TEMPLATE",
      hint: "Nothing was touched. One file can have the content of one template, and of one record, only.",
    },
  );
}
