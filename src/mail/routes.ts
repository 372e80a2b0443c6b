import { parseIp } from "../catalogue/ip.ts";
import type { Settings } from "./settings.ts";

/** Domains whose mail is accepted here and does not stay here. */
interface Routes extends Readonly<Record<string, unknown>> {
  /** What transport(5) says of each: passed on to its server, or thrown away. */
  readonly transports: readonly { readonly domain: string; readonly transport: string }[];
  /** Those whose server is asked for each recipient before its mail is accepted. */
  readonly verified: readonly string[];
}

export function routes(settings: Settings): Routes {
  const transports: { domain: string; transport: string }[] = [];
  const verified: string[] = [];
  for (const { key: domain, type, prop } of settings.records("domains")) {
    if (type !== "domain" || domain === settings.primaryDomain) continue;
    if (prop("TransportType") === "SmtpSink") transports.push({ domain, transport: "discard:" });
    if (prop("TransportType") !== "Relay") continue;
    transports.push({ domain, transport: `relay:${nextHop(prop("RelayHost"), prop("RelayPort"))}` });
    verified.push(domain);
  }
  return { transports, verified };
}

/** A next hop as transport(5) has it: in brackets no MX record is looked for. */
export function nextHop(host: string, port: string): string {
  const isIp6 = parseIp(host)?.length === 16;
  return `[${isIp6 ? "IPv6:" : ""}${host}]:${port}`;
}
