/** A quota rule of Dovecot that sets no limit. */
export const noLimit = "*:storage=0";

/**
 * The quota rule, as Dovecot's quota plugin reads it, of a limit in units of 0.1 GiB: 15 is 1536 MiB. What is no number
 * of units, such as `unlimited`, is no limit.
 */
export function quotaRule(size: string): string {
  const units = Number(size);
  return units > 0 ? `*:storage=${Math.round(units * 102.4)}M` : noLimit;
}
