import type { Settings } from "./settings.ts";

/** The certificate that all daemons show. */
interface Certificate extends Readonly<Record<string, unknown>> {
  /** The file with key, certificate and chain that the daemons read, whatever of these they are asked for. */
  readonly certificate: string;
  /** The files that it is made of, key first, as paths: the administrator's, or the self-signed one. */
  readonly sources: readonly string[];
}

const bundle = "/etc/ssl/private/mailwright.pem";

/** Key and certificate for the host's name, made where the administrator names none. */
export const selfSigned = "/var/lib/mailwright/self-signed.pem";

/** One file of the content, so that a renewed certificate under the same path is a changed file, which restarts daemons. */
export function certificate(settings: Settings): Certificate {
  const path = (name: string): string => settings.prop("configuration", "pki", name) ?? "";
  const own = [path("KeyFile"), path("CrtFile"), path("ChainFile")].filter((name) => name !== "");
  const isOwn = path("KeyFile") !== "" && path("CrtFile") !== "";
  return { certificate: bundle, sources: isOwn ? own : [selfSigned] };
}
