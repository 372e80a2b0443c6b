import { dirname } from "node:path";
import type { Paths } from "../../paths.ts";
import type { System } from "../../system/system.ts";
import type { PlannedFile } from "../plan.ts";

/** Milliseconds since the last change after which Postfix believes that main.cf is whole; before, it waits. */
const settled = 10_000;

/**
 * A private folder in which paths of the managed system lie as below a root of its own. Whoever makes one removes it.
 * What is written has long been there, by its time.
 */
export class Stage {
  /** The root. */
  readonly folder: string;
  /** The planned files that are judged here. */
  readonly planned: readonly PlannedFile[];
  private readonly stands: { readonly staged: string; readonly target: string }[] = [];

  constructor(
    readonly system: System,
    readonly paths: Paths,
    planned: readonly PlannedFile[],
  ) {
    this.planned = planned;
    this.folder = system.files.makeTemporaryFolder();
  }

  /** Where a path of the managed system lies in here. */
  path(target: string): string {
    return `${this.folder}${target}`;
  }

  /** The text of a staged file, by its path in the managed system. */
  text(target: string): string | undefined {
    return this.system.files.readText(this.path(target));
  }

  makeFolder(target: string, mode = 0o700): string {
    this.system.files.makeFolder(this.path(target), mode);
    return this.path(target);
  }

  /** Writes a staged file; for nobody else, even where the real one is for all. */
  write(target: string, content: Uint8Array | string, mode = 0o600): string {
    const staged = this.path(target);
    this.makeFolder(dirname(target));
    this.system.files.write(staged, Buffer.from(content), { mode: mode & 0o700 });
    this.settle(staged);
    return staged;
  }

  /** Gives a staged file, by its real path, a time at which it is taken for whole. */
  settle(staged: string): void {
    this.system.files.setModified(staged, this.settledAt);
  }

  /** The time that staged files have at the latest. */
  get settledAt(): number {
    return this.system.clock.now() - settled;
  }

  /** Words about `staged`, a path in here, shall speak of `target`. */
  standsFor(staged: string, target: string): void {
    this.stands.push({ staged: this.path(staged), target });
  }

  /** The path of a program that is installed. */
  program(name: string): string {
    return this.system.processes.find(name) ?? name;
  }

  /** A program's words, with live paths for staged ones, and for those of which it shows the end alone. */
  lives(words: string): string {
    const spoken = this.stands.reduce((text, { staged, target }) => text.replaceAll(staged, target), words);
    return spoken
      .replaceAll(this.folder, "")
      .replace(/\.{3}(\S+)/g, (shown, end: string) => this.behindFolder(end) ?? shown);
  }

  /** What follows the end of this folder's path where a text begins with that: Lua shows 57 characters of a path. */
  private behindFolder(text: string): string | undefined {
    for (let length = 1; length < text.length; length++) {
      if (text[length] === "/" && this.folder.endsWith(text.slice(0, length))) return text.slice(length);
    }
    return undefined;
  }

  remove(): void {
    this.system.files.removeFolder(this.folder);
  }
}
