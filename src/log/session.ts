import type { LogRecord, Told } from "./log-record.ts";

/** Dovecot's session, of a delivery to a mailbox here. */
export function sessionOf(record: LogRecord): string | undefined {
  if (record.kind === "delivery") return /^250 2\.0\.0 (?:<.*?> )?(\S+) Saved/.exec(record.reply)?.[1];
  // A reason why it is refused may hold words of its sender.
  if (record.kind === "fetched" && record.result !== "refused" && record.result !== "kept")
    return /(?:^|; )250 2\.0\.0 (?:<[^>]*> )?(\S+) Saved$/.exec(record.reply)?.[1];
  return undefined;
}

/**
 * Of the sessions that stand in Dovecot's answers the one in whose course `session` was: itself, or what it begins with up to
 * a colon. The answer for the first recipient of a transaction has the transaction's own, such as `a`, and that for the next
 * one `a:2`.
 */
export function answeredSession(
  session: string,
  answered: Pick<ReadonlyMap<string, unknown>, "has">,
): string | undefined {
  for (let name = session; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(":"))))
    if (answered.has(name)) return name;
  return undefined;
}

/** What Dovecot did, by the sessions of its answers. */
export function filingsBySession(
  records: readonly LogRecord[],
): ReadonlyMap<string, readonly Told<"filed">[]> {
  const found = new Map<string, Told<"filed">[]>();
  for (const record of records) {
    const session = sessionOf(record);
    if (session !== undefined) found.set(session, []);
  }
  for (const record of records) {
    if (record.kind !== "filed") continue;
    const answered = answeredSession(record.session, found);
    if (answered !== undefined) found.get(answered)?.push(record);
  }
  return found;
}
