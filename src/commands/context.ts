import { join } from "node:path";
import type { ProgressSink } from "../apply/progress.ts";
import { type Catalogue, shippedCatalogue, withSiteKeys } from "../catalogue/catalogue.ts";
import type { Author } from "../db/store.ts";
import type { HostName } from "../mail/settings.ts";
import type { Paths } from "../paths.ts";
import { findAuthor } from "../system/author.ts";
import type { Files } from "../system/system.ts";

/** Whoever can be asked: somebody at a terminal. The command line does it; a handler only says what. */
export interface Asker {
  /** Whether the answer to `question` is yes. */
  confirm(question: string): Promise<boolean>;
  /** What is typed, unseen. */
  secret(prompt: string): Promise<string>;
}

/** What every command gets. Nothing is read before it is asked for. */
export interface CommandContext {
  /** The command as it was called, such as `config` or `mailwright apply`, for messages. */
  readonly program: string;
  readonly paths: Paths;
  readonly files: Files;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Options of every command. */
  readonly json: boolean;
  /** Told of each step of an apply while it goes on. */
  readonly report: ProgressSink;
  /** Absent where nobody can be asked. */
  readonly asker?: Asker | undefined;
  /** All of standard input, which must be text. */
  stdin(): string;
  /** The same, whatever it is. */
  stdinBytes(): Uint8Array;
}

/** The shipped catalogue with what the site adds in `catalogue.d`. */
export async function loadCatalogue(context: CommandContext): Promise<Catalogue> {
  const folder = join(context.paths.site, "catalogue.d");
  const names = context.files.list(folder).filter((name) => /\.ya?ml$/.test(name));
  if (names.length === 0) return shippedCatalogue;
  const { parseSiteKeys } = await import("../catalogue/site-keys.ts");
  const entries = names.flatMap((name) => {
    const path = join(folder, name);
    return parseSiteKeys(context.files.readText(path) ?? "", path);
  });
  return withSiteKeys(shippedCatalogue, entries);
}

/** The names of the machine that the root stands for: its host name, whole where /etc/hosts knows it so. */
export function findHostName({ files, paths }: CommandContext): HostName {
  const stored = files.readText(paths.target("/etc/hostname"))?.trim();
  const running = paths.root === "/" ? files.readText("/proc/sys/kernel/hostname")?.trim() : undefined;
  const name = running || stored || "localhost";
  const hosts = files.readText(paths.target("/etc/hosts")) ?? "";
  const names = hosts.split("\n").flatMap((line) => line.replace(/#.*/, "").trim().split(/\s+/).slice(1));
  const whole = name.includes(".") ? name : (names.find((known) => known.startsWith(`${name}.`)) ?? name);
  const [systemName = "localhost", ...domain] = whole.split(".");
  return { systemName, domainName: domain.join(".") || "localdomain" };
}

export function authorOf(context: CommandContext): Author {
  return findAuthor(context.environment, context.files);
}
