import { X509Certificate } from "node:crypto";
import { dirname } from "node:path";
import { isDomain } from "../catalogue/mail-names.ts";
import { MailwrightError } from "../errors.ts";
import type { System } from "../system/system.ts";

/** Days. A client asks its user once, and again when there is another one. */
const lifetime = 3650;

/** Longer ones are no common name (RFC 5280, ub-common-name); the alternative name holds the whole. */
const longestName = 64;

/**
 * Key and self-signed certificate for the host's name, as PEM. What the file holds is kept while it is valid and for
 * that name; else another one is made and stored, for nobody but root. `undefined` where there is no openssl(1).
 */
export async function selfSignedCertificate(
  system: System,
  path: string,
  hostname: string,
): Promise<string | undefined> {
  // Another name, stored by force, means something else to openssl.
  const name = isDomain(hostname) ? hostname : "localhost";
  const stored = system.files.readText(path);
  if (stored !== undefined && isGood(stored, name, system.clock.now())) return stored;
  const openssl = system.processes.find("openssl");
  if (openssl === undefined) return undefined;
  // It writes to its standard output alone, so that a dry run sees what would be made.
  const { exit, stdout, stderr } = await system.processes.inspect([
    ...[openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", String(lifetime)],
    ...["-subj", `/CN=${name.slice(0, longestName)}`, "-addext", `subjectAltName=DNS:${name}`],
    ...["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", "-"],
  ] as [string, ...string[]]);
  if (exit !== 0) {
    throw new MailwrightError(`openssl makes no certificate for ${name}`, {
      code: "CERTIFICATE",
      hint: `${stderr.trim()}\nNothing was touched.`,
    });
  }
  system.files.makeFolder(dirname(path), 0o755);
  system.files.write(path, Buffer.from(stdout), { mode: 0o600 });
  return stdout;
}

function isGood(pem: string, hostname: string, now: number): boolean {
  try {
    const certificate = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----")));
    return Date.parse(certificate.validTo) > now && certificate.checkHost(hostname) !== undefined;
  } catch {
    return false;
  }
}
