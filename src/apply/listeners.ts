import type { ManagedFile } from "../db/ledger.ts";
import { MailwrightError } from "../errors.ts";
import type { Paths } from "../paths.ts";
import type { Address, System } from "../system/system.ts";
import type { TemplateLibrary } from "../template/library.ts";

/** A port that a unit is configured to listen on, and the line that says so. */
export interface Listener extends Address {
  readonly unit: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Where units are configured to listen, as their files that mailwright made say: `listens` of a template.yaml is a
 * pattern whose first group is an address. A socket in the file system is no such place.
 */
export async function findListeners(
  { files }: System,
  paths: Paths,
  library: TemplateLibrary,
  managed: Iterable<ManagedFile>,
  units: ReadonlySet<string>,
): Promise<Listener[]> {
  const services = servicePorts(files.readText(paths.target("/etc/services")) ?? "");
  const found: Listener[] = [];
  for (const { path, template } of managed) {
    const metadata = await metadataOf(library, template);
    if (metadata?.listens === undefined) continue;
    const text = files.readText(paths.target(path)) ?? "";
    for (const unit of metadata.services ?? []) {
      if (!units.has(unit)) continue;
      for (const listener of listenersIn(text, metadata.listens, services))
        found.push({ unit, path, ...listener });
    }
  }
  return found;
}

/** The addresses that a text names, with their lines. Pure. */
export function listenersIn(
  text: string,
  pattern: string,
  services: ReadonlyMap<string, number>,
): (Address & { readonly line: number })[] {
  const matcher = new RegExp(pattern);
  return text.split("\n").flatMap((content, index) => {
    const token = matcher.exec(content)?.[1];
    const address = token === undefined ? undefined : parseAddress(token, services);
    return address === undefined ? [] : [{ ...address, line: index + 1 }];
  });
}

/** `25`, `smtp`, `127.0.0.1:10025`, `[::1]:smtp`, `*:11332`; `undefined` for what is no TCP port, and for port 0. */
export function parseAddress(token: string, services: ReadonlyMap<string, number>): Address | undefined {
  const [, host, name = ""] = /^(?:(.*):)?([^:/\s]+)$/.exec(token) ?? [];
  const port = /^\d+$/.test(name) ? Number(name) : services.get(name);
  if (port === undefined || port === 0) return undefined;
  const address = host?.replace(/^\[(.*)\]$/, "$1");
  return { host: address === "" || address === "*" ? undefined : address, port };
}

/** Names of TCP services and their ports, aliases too, from services(5). */
export function servicePorts(text: string): ReadonlyMap<string, number> {
  const ports = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [name, port, ...aliases] = line.replace(/#.*/, "").trim().split(/\s+/);
    const [, number] = /^(\d+)\/tcp$/.exec(port ?? "") ?? [];
    if (name === undefined || number === undefined) continue;
    for (const known of [name, ...aliases]) ports.set(known, Number(number));
  }
  return ports;
}

/** A template that is gone, or broken, names no port. */
async function metadataOf(library: TemplateLibrary, template: string) {
  try {
    return (await library.load(template)).metadata;
  } catch (error) {
    if (error instanceof MailwrightError) return undefined;
    throw error;
  }
}
