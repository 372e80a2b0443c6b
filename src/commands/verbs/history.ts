import { type Change, netChanges, undo } from "../../db/history.ts";
import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { dateTime } from "../../format/times.ts";
import type { ReadHandler, WriteHandler } from "../verb.ts";
import { masked, pastTypes } from "./secrets.ts";
import { done } from "./shared.ts";
import { transition } from "./transition.ts";

/** All changes of this database, or of one key, newest first. */
export const history: ReadHandler = ({ settings, database }, [key]) => {
  const all = settings.snapshot.changes(0).filter((change) => change.database === database);
  const past = pastTypes(all);
  const chosen = all
    .filter((change) => key === undefined || change.key === key)
    .map((change) => masked(settings, change, past));
  chosen.reverse();
  const row = (change: Change, style: Style): string[] => [
    String(change.revision),
    dateTime(change.at, style.isUtc),
    change.key,
    change.name,
    transition(change, style),
    `${change.actor} (${change.via})`,
  ];
  const view = (style: Style): string =>
    chosen.length === 0 ? "Nothing was changed yet.\n" : columns(chosen.map((change) => row(change, style)));
  return { exit: ExitCode.done, data: chosen, view };
};

/** Brings this database back to how it was at a revision; that is a change of its own and can be undone too. */
export const rollback: WriteHandler = ({ writer, database }, [argument = ""]) => {
  const newest = writer.revision - 1;
  if (!/^\d+$/.test(argument))
    throw refused(`${argument} is no revision`, "USAGE", `accepted: a number from 0 to ${newest}`);
  const revision = Number(argument);
  if (revision > newest) {
    throw new MailwrightError(`there is no revision ${revision}`, {
      code: "UNKNOWN_REVISION",
      hint: `The newest is ${newest}. See: db ${database} history. Nothing was stored.`,
    });
  }
  const since = writer.snapshot.changes(revision).filter((change) => change.database === database);
  // Their net effect alone, so that what came back by itself leaves no history.
  undo(writer, netChanges(since));
  return done;
};
