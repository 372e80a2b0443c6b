import { dirname, join, resolve } from "node:path/posix";
import type { FileStatus, Files } from "../../system/system.ts";
import type { PlannedFile } from "../plan.ts";
import type { Checker } from "./checker.ts";
import type { NamedFile } from "./places.ts";
import { type Redirect, redirected, redirectedLink } from "./redirect.ts";
import type { Stage } from "./stage.ts";

/**
 * Stages the checker's whole tree with the planned files laid over it, as far as they lie in it or its files name
 * them. Whole paths in configuration, and links, lead into the stage, so that nothing is judged by a live file that
 * is about to change. Line numbers stay. Returns the planned files that are laid, with what words may call them.
 */
export function layOver(stage: Stage, checker: Checker, changed: readonly PlannedFile[]): NamedFile[] {
  const { tree, writes = [] } = checker;
  if (tree === undefined) {
    for (const file of stage.planned) lay(stage, file);
    return stage.planned.map((file) => named(checker, file, []));
  }
  copyTree(stage, tree);
  for (const path of writes) stage.makeFolder(dirname(`${path}x`));
  const within = changed.filter(({ rendered }) => rendered.path.startsWith(`${tree}/`));
  const beyond = changed.filter((file) => !within.includes(file));
  const redirects = [tree, ...writes.map(withoutSlash), ...beyond.map(({ rendered }) => rendered.path)].map(
    (from): Redirect => ({ from, to: stage.path(from) }),
  );
  const found = new Set<string>();
  const adapted: Adapted = {
    stage,
    tree,
    adapt: (bytes) => redirected(bytes, redirects, (from) => found.add(from)),
  };
  const links: { readonly link: string; readonly path: string }[] = [];
  const planned = new Set(within.map(({ rendered }) => stage.path(rendered.path)));
  for (const [path, status] of allIn(stage.system.files, stage.path(tree))) {
    if (planned.has(path)) continue;
    if (status.kind === "link") {
      adaptLink(adapted, path, status.link ?? "");
      links.push({ link: path, path: behindLinks(stage.system.files, path) });
    } else adaptFile(adapted, path, status);
  }
  for (const file of within) lay(stage, file, adapted.adapt);
  const others = beyond.filter((file) => stage.planned.includes(file) || found.has(file.rendered.path));
  for (const file of others) lay(stage, file, adapted.adapt);
  return [...within, ...others].map((file) => {
    const ways = links.filter(({ path }) => path === stage.path(file.rendered.path));
    return named(
      checker,
      file,
      ways.map(({ link }) => stage.lives(link)),
    );
  });
}

/** A file by its path, by the links that lead to it, and by what else the checker calls it. */
function named(checker: Checker, { rendered: file }: PlannedFile, links: readonly string[]): NamedFile {
  return { file, names: [file.path, ...links, ...(checker.names?.(file) ?? [])] };
}

/** What copied files are adapted to. */
interface Adapted {
  readonly stage: Stage;
  readonly tree: string;
  readonly adapt: (bytes: Uint8Array) => Uint8Array | undefined;
}

const withoutSlash = (path: string): string => path.replace(/\/$/, "");

function copyTree(stage: Stage, tree: string): void {
  const { files } = stage.system;
  stage.makeFolder(dirname(tree));
  const live = behindLinks(files, stage.paths.target(tree));
  if (files.status(live)?.kind === "directory") copyFolder(files, live, stage.path(tree));
  else stage.makeFolder(tree);
}

/** Sockets and pipes are left out: there is nothing in them to copy. */
function copyFolder(files: Files, from: string, to: string): void {
  files.copyFolder(from, to, (path) => files.status(path)?.kind === "other");
}

function adaptLink({ stage, tree }: Adapted, path: string, link: string): void {
  const at = dirname(path.slice(stage.folder.length));
  const into: Redirect = { from: tree, to: stage.path(tree) };
  const other = redirectedLink(link, at, into, (target) => stage.paths.target(target));
  if (other !== undefined) stage.system.files.replaceAll([{ path, link: other }]);
}

function adaptFile({ stage, adapt }: Adapted, path: string, { mode, modified }: FileStatus): void {
  const bytes = adapt(stage.system.files.read(path) ?? new Uint8Array());
  if (bytes !== undefined) stage.write(path.slice(stage.folder.length), bytes, mode);
  else if (modified > stage.settledAt) stage.settle(path);
}

function lay(stage: Stage, { rendered, bytes }: PlannedFile, adapt?: Adapted["adapt"]): void {
  const { path, metadata } = rendered;
  unlinkFolders(stage, dirname(path));
  if (bytes === undefined) stage.system.files.remove(stage.path(path));
  else stage.write(path, adapt?.(bytes) ?? bytes, 0o600 | metadata.mode);
}

/** A copied folder that is a link out of the stage becomes a copy, lest a planned file be written behind it. */
function unlinkFolders(stage: Stage, folder: string): void {
  const { files } = stage.system;
  if (folder === "/") return;
  unlinkFolders(stage, dirname(folder));
  const staged = stage.path(folder);
  const live = behindLinks(files, staged);
  if (live === staged || live.startsWith(`${stage.folder}/`)) return;
  files.remove(staged);
  if (files.status(live)?.kind === "directory") copyFolder(files, live, staged);
}

/** Links that follow each other; more are a circle. */
const longestChain = 16;

/** What a path leads to where it is a link, perhaps to a link. */
function behindLinks(files: Files, path: string, left = longestChain): string {
  const link = files.status(path)?.link;
  return link === undefined || left === 0 ? path : behindLinks(files, resolve(dirname(path), link), left - 1);
}

/** Every file and link below a folder. */
function* allIn(files: Files, folder: string): Generator<readonly [string, FileStatus]> {
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    const status = files.status(path);
    if (status?.kind === "directory") yield* allIn(files, path);
    else if (status !== undefined) yield [path, status];
  }
}
