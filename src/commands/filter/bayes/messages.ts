import { join } from "node:path";
import { MailwrightError } from "../../../errors.ts";
import { readContent } from "../../../system/message-files.ts";
import type { Files } from "../../../system/system.ts";
import type { CommandContext } from "../../context.ts";

/** A message and where it stands, for people; or a file that cannot be read, and why. */
export type Message =
  | { readonly name: string; readonly bytes: Uint8Array }
  | { readonly name: string; readonly problem: string };

/**
 * The messages of files, each one message or an mbox (mbox(5)); of folders, those of a Maildir or else all their files; and
 * of standard input, named `-`. Each is read when it is asked for. Throws for what is not there or cannot be read, before
 * any of them is given.
 */
export function messagesOf(context: Source, names: readonly string[]): Iterable<Message> {
  const paths = names.flatMap((name) => pathsOf(context.files, name));
  return read(context, paths);
}

type Source = Pick<CommandContext, "stdinBytes"> & { readonly files: Files };

function* read({ stdinBytes }: Source, paths: readonly string[]): Iterable<Message> {
  for (const path of paths) {
    const content = path === "-" ? { kind: "file" as const, bytes: stdinBytes() } : readContent(path);
    if (content.kind === "file") yield* split(path, content.bytes);
    // A client of the Maildir may have renamed or removed it since.
    else if (content.kind === "unreadable" && content.isThere) yield { name: path, problem: content.reason };
  }
}

function pathsOf(files: Files, name: string): string[] {
  if (name === "-") return [name];
  const content = readContent(name);
  if (content.kind === "file") return [name];
  if (content.kind === "unreadable")
    throw content.isThere
      ? new MailwrightError(`${name}: ${content.reason}`, {
          code: "NO_FILE",
          hint: "accepted: files, folders, and - for standard input. Nothing was learned.",
        })
      : noFile(name);
  try {
    const parts = ["cur", "new"].filter((part) => files.status(join(name, part))?.kind === "directory");
    const folders = parts.length === 0 ? [name] : parts.map((part) => join(name, part));
    return folders
      .flatMap((folder) => files.list(folder).map((entry) => join(folder, entry)))
      .filter((path) => files.status(path)?.kind === "file");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MailwrightError(`the folder ${name} cannot be read: ${reason}`, {
      ...{ code: "FILE", cause, hint: "Run the command as root. Nothing was learned." },
    });
  }
}

function noFile(name: string): MailwrightError {
  return new MailwrightError(`there is no file ${name}`, { code: "NO_FILE", hint: "Nothing was learned." });
}

/** Parts an mbox at its From lines. Pure. */
export function split(
  name: string,
  bytes: Uint8Array,
): { readonly name: string; readonly bytes: Uint8Array }[] {
  // Each byte is one character, so that every charset passes as it is.
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.startsWith("From ")) return [{ name, bytes }];
  return text.split(/^From .*\r?\n/m).flatMap((part, number) => {
    if (number === 0) return [];
    const message = part.replace(/^>(>*From )/gm, "$1");
    return [{ name: `${name}, message ${number}`, bytes: Buffer.from(message, "latin1") }];
  });
}

/** Fields of which mail has at least one: RFC 5322 asks for Date and From, and each delivery adds one of the others. */
const mailField =
  /^(?:from|to|cc|subject|date|received|return-path|delivered-to|message-id|mime-version|content-type)[ \t]*:/im;

/** Whether it begins with header fields, among them one of mail: other files have lines with a colon too. Pure. */
export function isMail(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.subarray(0, headerSize)).toString("latin1");
  const [header = ""] = text.split(/\r?\n\r?\n/, 1);
  return /^[!-9;-~]+[ \t]*:/.test(header) && mailField.test(header);
}

/** Servers take no longer headers. */
const headerSize = 131_072;
