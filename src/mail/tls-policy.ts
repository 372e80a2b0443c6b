import type { Settings } from "./settings.ts";

/** What clients of all mail services may use, in the words of Postfix and of Dovecot. */
interface TlsPolicy extends Readonly<Record<string, unknown>> {
  /** The oldest protocol, as `ssl_min_protocol` of Dovecot and `>=` of Postfix's protocol lists name it. */
  readonly minimum: string;
  /** All from the oldest on, as `ssl_protocols` of nginx lists them. */
  readonly protocols: readonly string[];
  /** Ciphers up to TLS 1.2, as openssl-ciphers(1) has them; those of TLS 1.3 are all good. */
  readonly ciphers: string;
}

/** Forward secrecy first; camellia and plain RSA key exchange for clients of those days. */
const legacy = "EDH+CAMELLIA:EDH+aRSA:EECDH+aRSA+AESGCM:EECDH+aRSA+SHA256:EECDH:CAMELLIA128-SHA:AES128-SHA";
const weak = "!aNULL:!eNULL:!LOW:!3DES:!MD5:!EXP:!PSK:!DSS:!RC4:!SEED:!IDEA";

/** OpenSSL 3 has TLS 1.0 and 1.1 at no higher level of security (SSL_CTX_set_security_level(3)). */
const oldProtocols = "@SECLEVEL=0";

const old = { minimum: "TLSv1", protocols: ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] };

const newest: TlsPolicy = {
  minimum: "TLSv1.2",
  protocols: ["TLSv1.2", "TLSv1.3"],
  ciphers: "EECDH+AESGCM:EECDH+CHACHA20:EDH+AESGCM:EECDH+AES256:EECDH+AES128:!aNULL:!eNULL",
};

/**
 * The policies of NethServer: of March 2018 for RSA certificates alone, of June with those of elliptic curves, of
 * October the same for mail, and of 2020 without TLS 1.0 and 1.1, where the ciphers are those with forward secrecy.
 */
const policies: Readonly<Record<string, TlsPolicy>> = {
  "20180330": { ...old, ciphers: `${legacy}:${weak}:!ECDSA:${oldProtocols}` },
  "20180621": { ...old, ciphers: `${legacy}:${weak}:${oldProtocols}` },
  "20181001": { ...old, ciphers: `${legacy}:${weak}:${oldProtocols}` },
  "20200510": newest,
};

/** An empty policy is the newest, whatever that will be. */
export function tlsPolicy(settings: Settings): TlsPolicy {
  return policies[settings.prop("configuration", "tls", "policy") ?? ""] ?? newest;
}
