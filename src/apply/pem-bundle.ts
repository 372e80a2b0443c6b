import { createPrivateKey, X509Certificate } from "node:crypto";
import { MailwrightError } from "../errors.ts";

/** A file by its path, and what it holds. */
export interface PemFile {
  readonly path: string;
  readonly text: string;
}

/** A block of RFC 7468 that a TLS server needs; parameters of curves, say, are not. */
const block = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY|CERTIFICATE)-----[^-]+-----END \1-----/g;

/**
 * The key, and the certificates in the order in which the files have them, each once: so a full chain may be given
 * beside a chain. Daemons say little of a key that does not fit before a client comes, so that it is refused here.
 */
export function pemBundle(files: readonly PemFile[]): string {
  const blocks = files.flatMap(({ text }) => text.match(block) ?? []);
  const keys = blocks.filter((one) => !one.startsWith("-----BEGIN CERTIFICATE"));
  const certificates = blocks.filter((one) => one.startsWith("-----BEGIN CERTIFICATE"));
  const [key] = keys;
  const [certificate] = certificates;
  if (key === undefined) throw unfit(files, "there is no private key in");
  if (certificate === undefined) throw unfit(files, "there is no certificate in");
  if (!fits(files, certificate, key)) throw unfit(files, "the first certificate is of another key in");
  return `${[key, ...new Set(certificates)].join("\n")}\n`;
}

function fits(files: readonly PemFile[], certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    // What OpenSSL says may quote the key.
    throw unfit(files, "a key with a passphrase, or what is no key or certificate, is in", cause);
  }
}

function unfit(files: readonly PemFile[], what: string, cause?: unknown): MailwrightError {
  return new MailwrightError(`${what} ${files.map(({ path }) => path).join(", ")}`, {
    code: "CERTIFICATE",
    hint: "accepted: the private key, without a passphrase, of the first certificate, in PEM. Nothing was touched.",
    cause,
  });
}
