import { MailwrightError } from "../../errors.ts";
import type { LogSource } from "../../log/gather-records.ts";
import { fileBytes, programBytes } from "../../system/byte-source.ts";
import { realSystem } from "../../system/real-system.ts";
import type { CommandContext } from "../context.ts";

/** Where rsyslog keeps Postfix's, Dovecot's and Rspamd's lines; the second name is that of other distributions. */
const folder = "/var/log";
const logName = /^(?:mail\.log|maillog)(?:[.-].+)?$/;

const unpackers: Readonly<Record<string, string>> = { gz: "gzip", xz: "xz", zst: "zstd", bz2: "bzip2" };

/** What the journal is asked for where no log files are kept. */
const units = ["postfix@-", "postfix", "dovecot", "rspamd"].flatMap((unit) => ["-u", unit]);

/** The mail logs that may hold lines since a time, in milliseconds since 1970, oldest first. */
export function logSources(context: CommandContext, given: readonly string[], since: number): LogSource[] {
  const { files, paths } = context;
  const places =
    given.length > 0
      ? given
      : files
          .list(paths.target(folder))
          .filter((name) => logName.test(name))
          .map((name) => `${paths.target(folder)}/${name}`);
  const found = places.flatMap((name) => {
    const modified = files.status(name)?.modified;
    if (modified === undefined) {
      throw new MailwrightError(`there is no log ${name}`, { code: "NO_LOG", hint: "see: ls /var/log" });
    }
    return modified < since ? [] : [{ name, modified, open: () => openLog(context, name) }];
  });
  found.sort((one, other) => one.modified - other.modified);
  if (places.length > 0) return found;
  if (paths.root !== "/")
    throw new MailwrightError(`there is no mail log in ${paths.target(folder)}`, {
      code: "NO_LOG",
      hint: "accepted: mail.log and maillog, older ones of them too; or --file FILE",
    });
  return [{ name: "journal", modified: Date.now(), open: () => openJournal(context, since) }];
}

function openLog({ paths }: CommandContext, name: string): ReturnType<LogSource["open"]> {
  const unpacker = unpackers[name.slice(name.lastIndexOf(".") + 1)];
  if (unpacker === undefined) return fileBytes(name);
  needed(realSystem(paths.root, "none").processes.find(unpacker), unpacker, name);
  return programBytes([unpacker, "-dc", "--", name]);
}

function openJournal({ paths }: CommandContext, since: number): ReturnType<LogSource["open"]> {
  needed(realSystem(paths.root, "none").processes.find("journalctl"), "journalctl", "the journal");
  const from = since > 0 ? ["--since", `@${Math.floor(since / 1000)}`] : [];
  return programBytes(["journalctl", "--quiet", "--no-pager", "-o", "short-iso-precise", ...units, ...from]);
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
