import type { Settings } from "./settings.ts";

/** The certificate that all daemons show, as paths. */
interface Certificate extends Readonly<Record<string, unknown>> {
  readonly certificate: string;
  readonly key: string;
}

/** The administrator's, or the self-signed one that Debian's package ssl-cert makes. */
export function certificate(settings: Settings): Certificate {
  const path = (name: string): string => settings.prop("configuration", "pki", name) ?? "";
  return {
    certificate: path("CrtFile") || "/etc/ssl/certs/ssl-cert-snakeoil.pem",
    key: path("KeyFile") || "/etc/ssl/private/ssl-cert-snakeoil.key",
  };
}
