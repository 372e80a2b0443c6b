import { combineEvents, type LoadedCall } from "../../apply/combine-events.ts";
import { type EventCall, EventLibrary } from "../../apply/event.ts";
import { netChanges, undo } from "../../db/history.ts";
import type { DbRecord } from "../../db/record.ts";
import { rehearseTransaction, writeTransaction } from "../../db/store.ts";
import type { Writer } from "../../db/writer.ts";
import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { changedSnapshot } from "../../mail/changed-snapshot.ts";
import { Settings } from "../../mail/settings.ts";
import { applyEvent, hasChanged } from "../apply-event.ts";
import type { OptionValues, Result } from "../command.ts";
import { authorOf, type CommandContext, findHostName, loadCatalogue } from "../context.ts";
import { locked } from "../locked.ts";
import { doomedBy } from "../managed-event.ts";
import { callText } from "../pending-changes.ts";
import { rehearseEvent } from "../rehearse-event.ts";
import { lastApply, withoutWaiting } from "../taken-back.ts";
import type { WriteSession } from "../verb.ts";
import { alsoApplied } from "./also-applied.ts";

/** A change of one record, and the events that carry it out, one after the other. */
export interface RecordChange {
  /** As it is called where it is noted: `user add`. */
  readonly what: string;
  readonly database: string;
  readonly key: string;
  /** Stores it; throws what is said against it. */
  store(session: WriteSession): void;
  readonly calls: readonly EventCall[];
  /** Where there are several calls: what is so when the first has done its work, and a later one has failed. */
  readonly unfinished?: string;
}

/**
 * Changes the record and signals its events, as one: where an event is refused, or fails and everything goes back, the
 * record is as it was, too. Where files are written before a script fails, it stays, and waits as after any event.
 */
export async function changeRecord(
  context: CommandContext,
  change: RecordChange,
  options: OptionValues,
): Promise<Result> {
  const events = await loaded(context, change.calls);
  if (options["dry-run"] === true) return rehearsed(context, change, options);
  return locked(context, options, `${context.program} ${change.key}`, async (author) => {
    const { database } = context.paths;
    const session = await sessionOf(context, change.database);
    const before = lastApply(database);
    const also = await alsoApplied(context, events);
    const stored = writeTransaction(database, author, (writer) => {
      const { newestRevision } = writer.snapshot;
      change.store(session(writer));
      return netChanges(writer.snapshot.changes(newestRevision));
    });
    let done = 0;
    try {
      for (const text of also) context.report({ kind: "notice", event: change.what, text });
      for (const call of events) {
        await applyEvent(context, call, options, author);
        done += 1;
      }
    } catch (error) {
      if (done > 0) throw unfinished(error, change, change.calls.slice(done));
      if (hasChanged(before, lastApply(database))) throw kept(error, change);
      const failed = { ...author, via: `${change.what} that failed` };
      writeTransaction(database, failed, (writer) => undo(writer, stored));
      if (!(error instanceof MailwrightError)) throw error;
      throw withoutWaiting(error, `Nothing was stored: ${change.key} is as it was.`);
    }
    return { exit: ExitCode.done };
  });
}

/** Throws what would be said against the change; stores nothing. Returns the record as it would be. */
export async function tryChange(
  context: CommandContext,
  change: RecordChange,
): Promise<DbRecord | undefined> {
  const session = await sessionOf(context, change.database);
  return rehearseTransaction(context.paths.database, authorOf(context), (writer) => {
    change.store(session(writer));
    return writer.snapshot.record(change.database, change.key);
  });
}

async function rehearsed(
  context: CommandContext,
  change: RecordChange,
  options: OptionValues,
): Promise<Result> {
  const record = await tryChange(context, change);
  const calls = await loaded(context, change.calls);
  const also = await alsoApplied(context, calls);
  const [only] = calls;
  const run =
    calls.length === 1 && only !== undefined
      ? only
      : {
          event: combineEvents(change.what, "a change of a record", calls),
          args: calls.map((call) => callText({ event: call.event.name, args: call.args })),
          doomed: doomedBy(calls),
        };
  const result = await rehearseEvent(context, run, options, (snapshot) =>
    changedSnapshot(snapshot, [{ database: change.database, key: change.key, record }]),
  );
  return { ...result, notices: [...also, ...(result.notices ?? [])] };
}

/** The events with all that they do; one that is not there is an error before anything is stored. */
function loaded({ files, paths }: CommandContext, calls: readonly EventCall[]): Promise<LoadedCall[]> {
  const library = new EventLibrary(files, paths);
  return Promise.all(calls.map(async ({ event, args }) => ({ event: await library.load(event), args })));
}

async function sessionOf(
  context: CommandContext,
  database: string,
): Promise<(writer: Writer) => WriteSession> {
  const catalogue = await loadCatalogue(context);
  return (writer) => ({
    ...{ database, context, writer, storedOnly: false, yaml: false, force: false, input: "" },
    settings: new Settings(writer.snapshot, catalogue, () => findHostName(context)),
  });
}

/** The failure of an event that was carried out in part; a bug of the program is told as it is. */
function kept(error: unknown, { key }: RecordChange): unknown {
  if (!(error instanceof MailwrightError)) return error;
  const { message, code, exit, hint, cause } = error;
  const said = `The settings of ${key} are stored. See: mailwright status; go on with: mailwright apply`;
  return new MailwrightError(message, { code, exit, hint: [hint, said].filter(Boolean).join("\n"), cause });
}

/** The failure of an event behind another that did its work, which stays; `mailwright apply` knows nothing of the rest. */
function unfinished(error: unknown, change: RecordChange, rest: readonly EventCall[]): unknown {
  if (!(error instanceof MailwrightError)) return error;
  const calls = rest.map((call) => `signal-event ${callText(call)}`).join("; ");
  return withoutWaiting(error, `${change.unfinished ?? "Part of it is done."}\nGo on with: ${calls}`);
}
