import { createPrivateKey, X509Certificate } from "node:crypto";
import { certificate as certificateTable } from "../../mail/certificate.ts";
import type { System } from "../../system/system.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";

/** The certificate that the daemons read, first in its file, and what is known of it. */
export interface CertificateFacts {
  readonly path: string;
  readonly hostname: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly validFrom: number;
  readonly validTo: number;
  readonly fitsHost: boolean;
  readonly fitsKey: boolean;
  /** Why clients would not trust it, in openssl(1)'s words; empty where they would. */
  readonly distrust: string;
  /** Whether it is the one that was made here, since the settings name none. */
  readonly isOwn: boolean;
}

const day = 86_400_000;

/** Days before its end at which somebody should look why it was not renewed. */
const ahead = 14;

const ownFile =
  "config setprop pki CrtFile FILE KeyFile FILE ChainFile FILE && signal-event certificate-update";

export const certificate: Check = {
  name: "certificate",
  about: "the certificate is valid for two more weeks, names the host, fits its key, and clients trust it",
  isOfMachine: false,
  look: async ({ context: { paths }, system, settings }) => {
    const { certificate: name, sources } = certificateTable(settings);
    const path = paths.target(name);
    const text = system.files.readText(path);
    if (text === undefined) return [];
    const parsed = parse(text);
    if (parsed === undefined)
      return [critical(`${path} holds no certificate with its key`, path, "signal-event certificate-update")];
    return judgeCertificate({
      ...{ path, hostname: settings.hostname, now: system.clock.now() },
      validFrom: Date.parse(parsed.certificate.validFrom),
      validTo: Date.parse(parsed.certificate.validTo),
      fitsHost: parsed.certificate.checkHost(settings.hostname) !== undefined,
      fitsKey: parsed.fitsKey,
      distrust: await distrustOf(system, path),
      isOwn: sources.length === 1,
    });
  },
};

export function judgeCertificate(facts: CertificateFacts): Finding[] {
  const { path, hostname, now, validFrom, validTo, fitsHost, fitsKey, distrust, isOwn } = facts;
  const days = Math.floor((validTo - now) / day);
  const renew = isOwn
    ? "rm /var/lib/mailwright/self-signed.pem && signal-event certificate-update"
    : "signal-event certificate-update, once the files that config show pki names are renewed";
  const end = new Date(validTo).toISOString().slice(0, 10);
  const findings: (Finding | false)[] = [
    validTo <= now && critical(`the certificate has expired on ${end}`, path, renew),
    validTo > now &&
      days < ahead &&
      warning(`the certificate expires on ${end}, in ${days} days`, path, renew),
    validFrom > now &&
      critical(
        `the certificate is not valid before ${new Date(validFrom).toISOString().slice(0, 10)}`,
        path,
        "timedatectl",
      ),
    !fitsHost && critical(`the certificate does not name ${hostname}`, path, ownFile),
    !fitsKey && critical("the certificate is of another key", path, "signal-event certificate-update"),
    distrust !== "" &&
      warning(`clients do not trust the certificate: ${distrust}`, path, isOwn ? ownFile : "config show pki"),
  ];
  return findings.filter((finding) => finding !== false);
}

function parse(text: string): { certificate: X509Certificate; fitsKey: boolean } | undefined {
  const certificate = firstCertificate(text);
  try {
    return certificate && { certificate, fitsKey: certificate.checkPrivateKey(createPrivateKey(text)) };
  } catch {
    return undefined;
  }
}

/** The first of a text, which is the one that the daemons show; `undefined` where there is none, or it is damaged. */
export function firstCertificate(text: string): X509Certificate | undefined {
  const [block] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text) ?? [];
  try {
    return block === undefined ? undefined : new X509Certificate(block);
  } catch {
    return undefined;
  }
}

/** Asks openssl(1), against the authorities that this machine trusts; dates are judged above. */
async function distrustOf({ processes }: System, path: string): Promise<string> {
  if (processes.find("openssl") === undefined) return "";
  const argv = ["openssl", "verify", "-no_check_time", "-untrusted", path, path] as const;
  const { exit, stdout, stderr } = await processes.inspect(argv, { timeout: 5000 });
  if (exit === 0) return "";
  return (
    /^error \d+ at .*lookup: *(.*)$/m.exec(`${stdout}\n${stderr}`)?.[1] ?? "its chain cannot be followed"
  );
}
