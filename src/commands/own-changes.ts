import type { EventCall } from "../apply/event.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { type Change, netChangesBy, undoUntouched } from "../db/history.ts";
import type { Snapshot } from "../db/record.ts";
import { writeTransaction } from "../db/store.ts";
import type { Writer } from "../db/writer.ts";
import { MailwrightError } from "../errors.ts";
import { changedSnapshot, type RecordChange } from "../mail/changed-snapshot.ts";
import { Settings } from "../mail/settings.ts";
import { changesVia } from "../system/author.ts";
import { restoredRecords } from "./backup/settings-file.ts";
import { type CommandContext, findHostName } from "./context.ts";
import type { EventRun } from "./event-run.ts";
import { publicMailboxChanges } from "./public-mailbox/changes.ts";

/** What an event changes of the settings, by its arguments; it refuses those that it does not accept. */
type OwnChange = (
  settings: Settings,
  args: readonly string[],
  context: CommandContext,
) => readonly RecordChange[];

/** By the name that `changes` in event.yaml has for it. */
const known: Readonly<Record<string, OwnChange>> = {
  ...publicMailboxChanges,
  restore: (settings, _args, context) => restoredRecords(settings.snapshot, context),
};

/** What an event has stored, and by which way. */
export interface StoredChanges {
  readonly via: string;
  readonly changes: readonly Change[];
}

/** Changes the settings for one event, of one or many that are carried out. */
interface Step extends EventCall {
  readonly change: OwnChange;
}

function stepsOf({ event, args }: EventRun): Step[] {
  return event.changes.map(({ name, call = { event: event.name, args } }) => {
    const change = Object.hasOwn(known, name) ? known[name] : undefined;
    if (change !== undefined) return { ...call, change };
    throw new MailwrightError(`the event ${call.event} changes what nobody knows: ${name}`, {
      code: "EVENT_MANIFEST",
      hint: `known: ${Object.keys(known).join(", ")}`,
    });
  });
}

/** The settings as the event has them when it makes files, for a dry run. */
export function withOwnChanges(
  context: CommandContext,
  catalogue: Catalogue,
  run: EventRun,
  stored: Snapshot,
): Snapshot {
  return stepsOf(run).reduce((snapshot, { change, args }) => {
    const settings = new Settings(snapshot, catalogue, () => findHostName(context));
    return changedSnapshot(snapshot, change(settings, args, context));
  }, stored);
}

/**
 * Stores what the event changes before it makes files, in one transaction for each event. `note` is told at once of what was
 * stored, so that it can be taken back whatever comes then.
 */
export function storeOwnChanges(
  context: CommandContext,
  catalogue: Catalogue,
  run: EventRun,
  actor: string,
  note: (stored: StoredChanges) => void,
): void {
  for (const { event, args, change } of stepsOf(run)) {
    const via = `${changesVia} ${event}`;
    const store = (writer: Writer): void => {
      const settings = new Settings(writer.still(), catalogue, () => findHostName(context));
      for (const { database, key, record } of change(settings, args, context)) {
        if (record === undefined) writer.deleteRecord(database, key);
        else writer.setRecord(database, record);
      }
    };
    const changes = writeTransaction(context.paths.database, { actor, via }, (writer) =>
      netChangesBy(writer, () => store(writer)),
    );
    note({ via, changes });
  }
}

/** When the event has failed and left everything as it was; what somebody else has set since stays. */
export function takeBack(path: string, stored: readonly StoredChanges[], actor: string): void {
  for (const { via, changes } of stored.toReversed()) {
    if (changes.length > 0)
      writeTransaction(path, { actor, via }, (writer) => undoUntouched(writer, changes));
  }
}
