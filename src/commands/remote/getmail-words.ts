import { harmless } from "../../format/harmless.ts";

/** What getmail 6.18 and Python say of a run that failed, and what that means. */
const meanings: readonly (readonly [RegExp, (host: string, words: string) => string])[] = [
  [
    /CERTIFICATE_VERIFY_FAILED.*?: ([^(]*)/,
    (host, why) => `the certificate of ${host} is not trusted: ${why}`,
  ],
  [/hostname .* doesn't match/, (host) => `the certificate of ${host} is of another host`],
  [/WRONG_VERSION_NUMBER|record layer failure/, (host) => `${host} does not speak TLS on this port`],
  [
    /credential\/login error \((.*)\)|login refused error \((.*)\)|POP error \((.*-ERR \[?(?:AUTH|auth|Auth|login|Login|Invalid|invalid).*)\)/,
    (host, why) => `${host} refuses the login: ${why}`,
  ],
  [
    /does not uniquely identify messages/,
    (host) => `${host} gives several messages one name (UIDL), so that none is fetched: try IMAP`,
  ],
  [
    /failed to identify message index|not support the UIDL|UIDL \(.*-ERR/,
    (host) => `${host} has no names for its messages (UIDL), so that none is fetched: try IMAP`,
  ],
  [
    /Retrieval error: failed to retrieve msgid \S+; server said (.*)/,
    (host, why) => `${host} does not hand out a message: ${why}`,
  ],
  [/error resolving name|Name or service not known/, (host) => `there is no host ${host}`],
  [/Connection refused/, (host) => `${host} refuses the connection`],
  [/timed? ?out/i, (host) => `${host} does not answer`],
  [/No route to host|Network is unreachable/, (host) => `${host} cannot be reached`],
  [/EOF occurred|Connection reset|socket error|unexpected eof/i, (host) => `${host} has cut the connection`],
];

/** The reason of a failed run in clear words, of what getmail wrote to standard error; the last line where it is unknown. */
export function plainFailure(stderr: string, host: string): string {
  const lines = stderr
    .split("\n")
    .map(harmless)
    .filter((line) => line.trim() !== "");
  for (const [pattern, meaning] of meanings) {
    for (const line of lines) {
      const found = pattern.exec(line);
      if (found === null) continue;
      const words = found.slice(1).find((word) => word !== undefined) ?? "";
      return meaning(host, words.replace(/^b?['"]+|['"]+\)*$/g, "").trim());
    }
  }
  return lines.at(-1)?.trim() ?? "getmail has failed, and says nothing";
}
