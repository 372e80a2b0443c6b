import { isUnfinished as isHalf } from "../db/ledger.ts";
import { readLedger, readSnapshot } from "../db/store.ts";
import { ExitCode } from "../exit-codes.ts";
import { Settings } from "../mail/settings.ts";
import { applyEvent } from "./apply-event.ts";
import type { Handler } from "./command.ts";
import { type CommandContext, findHostName, loadCatalogue } from "./context.ts";
import type { EventRun } from "./event-run.ts";
import { locked } from "./locked.ts";
import { doomedBy, pendingCalls, pendingEvent } from "./managed-event.ts";
import { callText } from "./pending-changes.ts";
import { rehearseEvent } from "./rehearse-event.ts";

/** Applies all that is pending, in one plan. */
export const applyPending: Handler = (context, _args, options) => {
  if (options["dry-run"] === true) return dryRun();
  return locked(context, options, "mailwright apply", async (author) => {
    const run = await pendingRun(context);
    if (run === undefined) return nothing;
    await applyEvent(context, run, options, author);
    return { exit: ExitCode.done };
  });

  async function dryRun() {
    const run = await pendingRun(context);
    if (run === undefined) return nothing;
    const result = await rehearseEvent(context, run, options);
    return {
      ...result,
      data: Object.assign({ events: run.args }, result.data),
      notices: [...run.args.map((line) => `would carry out ${line}`), ...(result.notices ?? [])],
    };
  }
};

const nothing = {
  exit: ExitCode.done,
  data: { events: [] },
  view: () => "Nothing is waiting to be applied.\n",
} as const;

/**
 * What is pending as one event, whose arguments say of which it is made; `undefined` where nothing is. Where only
 * services are behind their files, it makes no file.
 */
async function pendingRun(context: CommandContext): Promise<EventRun | undefined> {
  const snapshot = readSnapshot(context.paths.database);
  try {
    const settings = new Settings(snapshot, await loadCatalogue(context), () => findHostName(context));
    const calls = await pendingCalls(context, settings);
    if (calls.length === 0 && !isUnfinished(context)) return undefined;
    const lines = calls.map(({ event, args }) => callText({ event: event.name, args }));
    return { event: pendingEvent(calls), args: lines, doomed: doomedBy(calls) };
  } finally {
    snapshot.close();
  }
}

/** Whether an apply has left something of services to do, was to be confirmed and its time is over, or was cut off. */
function isUnfinished({ paths }: CommandContext): boolean {
  const ledger = readLedger(paths.database);
  try {
    const isBehind = [...ledger.services().values()].some(({ action }) => action !== undefined);
    const isOverdue = (ledger.confirmation()?.deadline ?? Number.POSITIVE_INFINITY) <= Date.now();
    const last = ledger.lastApply();
    const isCutOff = last?.outcome === "running" && last.event === pendingEvent([]).name;
    const hasHalves = [...ledger.managedFiles().values()].some(isHalf);
    const isBroken = last?.outcome === "failed";
    return (
      hasHalves || isBroken || isBehind || isOverdue || isCutOff || ledger.keptFiles("unverified").length > 0
    );
  } finally {
    ledger.close();
  }
}
