import type { Change } from "../db/history.ts";
import type { AppliedFile, ApplyRecord, Ledger } from "../db/ledger.ts";
import { readLedger, readSnapshot } from "../db/store.ts";
import { MailwrightError, refused } from "../errors.ts";
import { Settings } from "../mail/settings.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import { masked, pastTypes } from "./verbs/secrets.ts";

/** One revision of the server: a change of settings, or an apply. Nothing in it is secret. */
export type Revision =
  | { readonly kind: "change"; readonly revision: number; readonly changes: readonly Change[] }
  | {
      readonly kind: "apply";
      readonly revision: number;
      readonly apply: ApplyRecord;
      readonly files: readonly AppliedFile[];
    };

/** All revisions after one, oldest first. */
export async function revisionsAfter(context: CommandContext, after: number): Promise<Revision[]> {
  const { paths } = context;
  const snapshot = readSnapshot(paths.database);
  const ledger = readLedger(paths.database);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    return [...changed(settings, after), ...applied(ledger, after)].sort(
      (left, right) => left.revision - right.revision,
    );
  } finally {
    snapshot.close();
    ledger.close();
  }
}

function changed(settings: Settings, after: number): Revision[] {
  const past = pastTypes(settings.snapshot.changes(0));
  const byRevision = new Map<number, Change[]>();
  for (const change of settings.snapshot.changes(after)) {
    const own = byRevision.get(change.revision) ?? [];
    own.push(masked(settings, change, past));
    byRevision.set(change.revision, own);
  }
  return [...byRevision].map(([revision, changes]) => ({ kind: "change", revision, changes }));
}

function applied(ledger: Ledger, after: number): Revision[] {
  return ledger.applies(after).map((apply) => ({
    kind: "apply",
    revision: apply.revision,
    apply,
    files: ledger.appliedFiles(apply.revision),
  }));
}

/** The revision that an argument names; `newest` is the greatest that there is. */
export function parseRevision(argument: string, newest: number): number {
  if (!/^\d+$/.test(argument))
    throw refused(
      `${argument === "" ? '""' : argument} is no revision`,
      "USAGE",
      `accepted: a number from 0 to ${newest}`,
    );
  const revision = Number(argument);
  if (revision <= newest) return revision;
  throw new MailwrightError(`there is no revision ${revision}`, {
    code: "UNKNOWN_REVISION",
    hint: `The newest is ${newest}. See: mailwright history`,
  });
}
