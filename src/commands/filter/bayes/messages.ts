import { join } from "node:path";
import { refused } from "../../../errors.ts";
import type { Files } from "../../../system/system.ts";
import type { CommandContext } from "../../context.ts";

/** A message and where it stands, for people. */
export interface Message {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The messages of files, each one message or an mbox (mbox(5)); of folders, those of a Maildir or else all their files; and
 * of standard input, named `-`. Each is read when it is asked for. Throws for what is not there, before anything is read.
 */
export function messagesOf(context: Source, names: readonly string[]): Iterable<Message> {
  const paths = names.flatMap((name) => pathsOf(context.files, name));
  return read(context, paths);
}

type Source = Pick<CommandContext, "stdinBytes"> & { readonly files: Files };

function* read({ files, stdinBytes }: Source, paths: readonly string[]): Iterable<Message> {
  for (const path of paths) {
    const bytes = path === "-" ? stdinBytes() : files.read(path);
    // A client of the Maildir may have renamed or removed it since.
    if (bytes !== undefined) yield* split(path, bytes);
  }
}

function pathsOf(files: Files, name: string): string[] {
  if (name === "-") return [name];
  const status = files.status(name);
  if (status === undefined) throw refused(`there is no file ${name}`, "NO_FILE", "Nothing was learned.");
  if (status.kind !== "directory") return [name];
  const parts = ["cur", "new"].filter((part) => files.status(join(name, part))?.kind === "directory");
  const folders = parts.length === 0 ? [name] : parts.map((part) => join(name, part));
  return folders
    .flatMap((folder) => files.list(folder).map((entry) => join(folder, entry)))
    .filter((path) => files.status(path)?.kind === "file");
}

/** Parts an mbox at its From lines. Pure. */
export function split(name: string, bytes: Uint8Array): Message[] {
  // Each byte is one character, so that every charset passes as it is.
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.startsWith("From ")) return [{ name, bytes }];
  return text.split(/^From .*\r?\n/m).flatMap((part, number) => {
    if (number === 0) return [];
    const message = part.replace(/^>(>*From )/gm, "$1");
    return [{ name: `${name}, message ${number}`, bytes: Buffer.from(message, "latin1") }];
  });
}
