/** Kinds of reasons for which mail is deferred: few, so that each has a series of its own for ever. */
export const reasonKinds = ["connection", "dns", "tls", "login", "remote", "local", "other"] as const;
export type ReasonKind = (typeof reasonKinds)[number];

/** By the words of smtp(8), lmtp(8) and qmgr(8), the first that fits; what another server answered begins with its code. */
const patterns: readonly (readonly [ReasonKind, RegExp])[] = [
  ["login", /SASL auth(?:entication|entification)? failed|no mechanism available|\b535[ -]/i],
  // Dovecot's LMTP, and what this machine lacks: room, or a table.
  [
    "local",
    /\/run\/dovecot|private\/|mail system configuration error|insufficient system (?:storage|resources)|queue file write error/i,
  ],
  ["tls", /\bTLS\b|certificate/i],
  ["dns", /Host or domain name not found|Name service error|Host not found/i],
  ["remote", /^(?:delivery temporarily suspended: )?(?:host \S+ (?:said|refused)|.*\bsaid: [45]\d\d)/i],
  [
    "connection",
    /^(?:delivery temporarily suspended: )?(?:connect to|lost connection|conversation with|timed out)|connection (?:refused|timed out|reset)/i,
  ],
];

export function kindOfReason(reason: string): ReasonKind {
  return patterns.find(([, pattern]) => pattern.test(reason))?.[0] ?? "other";
}
