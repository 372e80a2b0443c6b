import type { Origin } from "../../template/output.ts";
import type { RenderedFile } from "../../template/render.ts";
import { hintedLines } from "./hinted-lines.ts";
import { literal } from "./literal.ts";

/** A planned file, and what a daemon calls it: its path, perhaps other names. */
export interface NamedFile {
  readonly file: RenderedFile;
  readonly names: readonly string[];
}

/** A line of a planned file, counted from 1. */
export interface Place {
  readonly file: RenderedFile;
  readonly line: number;
}

/**
 * The lines of planned files that a daemon's words point at, each once and in the order of the words. Words with a
 * path and a number point by them; others by the parameter that they name, or by text that stands in one line only.
 * `about`: the file that words without a path speak of.
 */
export function placesIn(
  words: readonly string[],
  files: readonly NamedFile[],
  about?: RenderedFile,
): Place[] {
  const places = words.flatMap((line) => placesOf(withWholePaths(line, files), files, about));
  return distinctPlaces(places);
}

/** Each place once. */
export function distinctPlaces(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.line} ${place.file.path}`, place])).values()];
}

/** Whether words are about one of the files. */
export function namesAny(line: string, files: readonly NamedFile[]): boolean {
  return files.some((file) => mentions(withWholePaths(line, files), file).length > 0);
}

/** `line 7 is from /etc/…/95site.hbs:3 and uses rspamd MaxProcesses`, for each place that a fragment made. */
export function tellOrigins(places: readonly Place[]): string[] {
  const isOneFile = new Set(places.map(({ file }) => file.path)).size < 2;
  return places.flatMap(({ file, line }) => {
    const origin = originOf(file, line);
    if (origin === undefined) return [];
    const uses = origin.uses.map(({ source }) => source).join(", ");
    const where = isOneFile ? `line ${line}` : `line ${line} of ${file.path}`;
    return [`${where} is from ${origin.fragment}:${origin.line}${uses && ` and uses ${uses}`}`];
  });
}

const originOf = (file: RenderedFile, line: number): Origin | undefined => file.lines[line - 1];

function placesOf(line: string, files: readonly NamedFile[], about: RenderedFile | undefined): Place[] {
  const mentioned = files.flatMap((named) => mentions(line, named).map((number) => ({ named, number })));
  const numbered = mentioned.flatMap(({ named: { file }, number }) =>
    number === undefined ? [] : existing(file, number),
  );
  if (numbered.length > 0) return numbered;
  if (mentioned.length > 0) return hinted(line, new Set(mentioned.map(({ named }) => named)));
  if (isAboutAnother(line)) return [];
  const own = about === undefined ? files : files.filter(({ file }) => file === about);
  const number = about === undefined ? undefined : /(?:^|[\s[])line:?\s+(\d+)/.exec(line)?.[1];
  const places = own.flatMap(({ file }) => (number === undefined ? [] : existing(file, Number(number))));
  return places.length > 0 ? places : hinted(line, new Set(own));
}

/** A daemon that expects more than there is names the line behind the last one. */
function existing(file: RenderedFile, line: number): Place[] {
  const last = file.lines.length;
  if (line < 1 || line > last + 1 || last === 0) return [];
  return [{ file, line: Math.min(line, last) }];
}

function hinted(line: string, files: ReadonlySet<NamedFile>): Place[] {
  const named = [...files];
  const texts = named.map(({ file }) => (file.text ?? "").split("\n").slice(0, file.lines.length));
  const known = new Set(named.flatMap(({ names }) => names));
  return hintedLines(line, texts, known).flatMap(({ text, line: number }) => {
    const file = named[text]?.file;
    return file === undefined ? [] : [{ file, line: number }];
  });
}

/** Each place where words name the file, with the number of a line that stands behind it. */
function mentions(line: string, { names }: NamedFile): (number | undefined)[] {
  return names.flatMap((name) =>
    [...line.matchAll(mention(name))].map(([, number]) =>
      number === undefined ? undefined : Number(number),
    ),
  );
}

/** `FILE:7`, `FILE line 7`, `FILE, line 7`, `'FILE', line: 7`, `FILE: line: 7`, `'FILE' [line  7]`, or no number. */
function mention(name: string): RegExp {
  const number = `["']?(?:[:,]?\\s*\\[?line:?\\s+|:)(\\d+)`;
  return new RegExp(`(?<![\\w./-])${literal(name)}(?![\\w-]|\\.\\w)(?:${number})?`, "g");
}

/** Words such as `/etc/postfix/other: …` or `/etc/postfix/other, line 7` about a file that is there and not planned. */
function isAboutAnother(line: string): boolean {
  if (line.endsWith(": No such file or directory")) return false;
  return /(?<![\w./-])\/[^\s"',:()]+(?:,? \[?line:? \d|:\d|: )/.test(
    line.replace(/^\/[\w/-]+: (?=warning|fatal)/, ""),
  );
}

/** Rspamd doubles slashes, and Lua shows the end of a long path alone. */
function withWholePaths(line: string, files: readonly NamedFile[]): string {
  const names = files.flatMap((named) => named.names);
  return line
    .replace(/(?<!:)\/{2,}/g, "/")
    .replace(
      /\.{3}([^\s:"',]{8,})/g,
      (shown, end: string) => names.find((name) => name.endsWith(end)) ?? shown,
    );
}
