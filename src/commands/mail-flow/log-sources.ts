import { dirname, resolve } from "node:path";
import { MailwrightError, refused } from "../../errors.ts";
import type { LogSource } from "../../log/gather-records.ts";
import { fileBytes, programBytes } from "../../system/byte-source.ts";
import { appendedLines, printedLines } from "../../system/growing-lines.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Files } from "../../system/system.ts";
import type { CommandContext } from "../context.ts";

/** Where rsyslog keeps Postfix's, Dovecot's and Rspamd's lines; the second name is that of other distributions. */
const folder = "/var/log";
const logName = /^(?:mail\.log|maillog)(?:[.-].+)?$/;

const unpackers: Readonly<Record<string, string>> = { gz: "gzip", xz: "xz", zst: "zstd", bz2: "bzip2" };

/**
 * What the journal is asked for where no log files are kept: what syslog's facility mail has, so exactly what rsyslog would
 * write into mail.log, whichever unit or session it came from. Without --all it would leave out lines with control characters.
 */
const journalctl = [
  ...(["journalctl", "--quiet", "--no-pager", "--all", "--output=short-iso-precise"] as const),
  "SYSLOG_FACILITY=2",
] as const;

/** Which logs are read: those of --file, or all that hold something since `since`, in milliseconds since 1970. */
export interface Wanted {
  readonly given: readonly string[];
  readonly since: number;
  /** Hears of a log that cannot be read to its end. */
  readonly told: (problem: string) => void;
}

/** The mail logs that may hold lines of the wanted time, oldest first. */
export function logSources(context: CommandContext, { given, since, told }: Wanted): LogSource[] {
  const { files, paths } = context;
  const places =
    given.length > 0
      ? given
      : files
          .list(paths.target(folder))
          .filter((name) => logName.test(name))
          .map((name) => `${paths.target(folder)}/${name}`);
  const found = places.flatMap((name) => {
    const modified = modifiedOf(files, name);
    if (modified === undefined) {
      throw new MailwrightError(`there is no log ${name}`, { code: "NO_LOG", hint: "see: ls /var/log" });
    }
    return modified < since ? [] : [{ name, modified, open: () => openLog(context, name, told) }];
  });
  found.sort((one, other) => one.modified - other.modified);
  if (places.length > 0) return found;
  if (paths.root !== "/")
    throw new MailwrightError(`there is no mail log in ${paths.target(folder)}`, {
      code: "NO_LOG",
      hint: "accepted: mail.log and maillog, older ones of them too; or --file FILE",
    });
  return [{ name: "journal", modified: Date.now(), open: () => openJournal(context, since, told) }];
}

/** Links that are followed, as by the kernel (path_resolution(7)). */
const mostLinks = 40;

/** When a log was last written, which a link to it does not tell; `undefined` where there is none. */
function modifiedOf(files: Files, path: string): number | undefined {
  let at = path;
  for (let links = 0; links < mostLinks; links++) {
    const status = files.status(at);
    if (status?.link === undefined) return status?.modified;
    at = resolve(dirname(at), status.link);
  }
  return Date.now();
}

/** The lines that are logged from now on: of the last file that is given, of the first log that there is, or of the journal. */
export async function followedLines(
  context: CommandContext,
  given: readonly string[],
): Promise<AsyncGenerator<string[]>> {
  const { files, paths } = context;
  const { clock, processes } = realSystem(paths.root, "none");
  const file =
    given.at(-1) ??
    ["mail.log", "maillog"]
      .map((name) => `${paths.target(folder)}/${name}`)
      .find((name) => files.status(name) !== undefined);
  if (file !== undefined && unpackerOf(file) !== undefined)
    throw refused(`${file} is compressed: nothing is written to it`, "USAGE", "accepted: --file mail.log");
  if (file !== undefined) return appendedLines(file, clock);
  needed(processes.find("journalctl"), "journalctl", "the journal");
  const { stdout } = await processes.inspect([...journalctl, "--lines=1", "--show-cursor"]);
  const [, cursor] = /^-- cursor: (\S+)$/m.exec(stdout) ?? [];
  const start = cursor === undefined ? ["--lines=0"] : [`--after-cursor=${cursor}`];
  return printedLines([...journalctl, "--follow", ...start]);
}

const unpackerOf = (name: string): string | undefined => unpackers[name.slice(name.lastIndexOf(".") + 1)];

type Told = Wanted["told"];

function openLog({ paths }: CommandContext, name: string, told: Told): ReturnType<LogSource["open"]> {
  const unpacker = unpackerOf(name);
  if (unpacker === undefined) return fileBytes(name);
  needed(realSystem(paths.root, "none").processes.find(unpacker), unpacker, name);
  return programBytes([unpacker, "-dc", "--", name], (reason) =>
    told(`${name} cannot be read to its end, and what it held there is not told: ${reason}`),
  );
}

function openJournal({ paths }: CommandContext, since: number, told: Told): ReturnType<LogSource["open"]> {
  needed(realSystem(paths.root, "none").processes.find("journalctl"), "journalctl", "the journal");
  const from = since > 0 ? [`--since=@${Math.floor(since / 1000)}`] : [];
  return programBytes([...journalctl, ...from], (reason) => told(`the journal cannot be read: ${reason}`));
}

function needed(path: string | undefined, program: string, what: string): void {
  if (path !== undefined) return;
  throw new MailwrightError(`${program} is not installed, which ${what} needs`, {
    code: "NO_LOG",
    hint:
      program === "journalctl"
        ? "there is neither /var/log/mail.log nor a journal"
        : `apt install ${program}`,
  });
}
