/**
 * What a property's value may be. Plain data; `check-value.ts` reads it. Every kind may say `empty: true`:
 * then the empty string is accepted as well (switched off, or not set). `words` are accepted beside the kind's
 * own form, such as `unlimited` for a quota.
 */
export type Kind = (
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "integer"; readonly min?: number; readonly max?: number; readonly unit?: string }
  | { readonly kind: "number"; readonly min?: number; readonly max?: number }
  | {
      readonly kind: "string";
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly multiline?: true;
    }
  /** Comma-separated in the database; items are trimmed by readers. */
  | { readonly kind: "list"; readonly of: Kind }
  /** One of several forms, such as an address or a domain. */
  | { readonly kind: "either"; readonly of: readonly Kind[] }
  /** The pattern is anchored by its author and has no flag but `u`; `plural` names several, for lists. */
  | {
      readonly kind: "pattern";
      readonly pattern: RegExp;
      readonly accepted: string;
      readonly plural?: string;
    }
  /** `local@domain` (RFC 5321, and RFC 6531 for UTF-8); `alone`: the part that is accepted alone as well. */
  | { readonly kind: "address"; readonly alone?: "name" | "name@" | "@domain" }
  /**
   * Labels between dots (RFC 1035), in letters of any script (U-labels of RFC 5890). `ascii`: letters, digits
   * and hyphens alone; `fqdn`: the same, and at least two labels, as a HELO name must be (RFC 5321, 2.3.5).
   */
  | { readonly kind: "domain"; readonly form?: "ascii" | "fqdn" }
  /** A host name or an IP address. */
  | { readonly kind: "host" }
  | { readonly kind: "port" }
  /**
   * An IPv4 or IPv6 address, with an optional prefix length beyond which no bit may be set (Postfix refuses
   * such a pattern); `plain`: the address alone.
   */
  | { readonly kind: "network"; readonly plain?: true }
  /** An absolute path. */
  | { readonly kind: "path" }
  /** Dovecot's `15d`, `2w`, `36h`, `10m`, `30s`; never zero, which Dovecot reads as "no limit". */
  | { readonly kind: "duration" }
  /** The name of a user or group record, short (`john`) or whole (`john@example.org`). */
  | { readonly kind: "account" }
) & { readonly empty?: true; readonly words?: readonly string[] };
