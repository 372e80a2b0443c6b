import { takeLock } from "../db/lock.ts";
import type { Author } from "../db/store.ts";
import type { OptionValues } from "./command.ts";
import { authorOf, type CommandContext } from "./context.ts";
import { milliseconds } from "./event-run.ts";

/** Does work that no two processes may do at a time; `what` is told to those who wait for it. */
export async function locked<T>(
  context: CommandContext,
  options: OptionValues,
  what: string,
  work: (author: Author) => Promise<T>,
): Promise<T> {
  // An action script would wait for the event that runs it, which waits for the script.
  const isWithin = context.environment["MAILWRIGHT_EVENT"] !== undefined;
  const wait = isWithin ? 0 : milliseconds("wait", options["wait"] ?? "60s");
  const author = authorOf(context);
  const holder = `${what} (process ${process.pid}, ${author.actor}, ${author.via})`;
  const lock = await takeLock(context.paths.lock, wait, holder);
  try {
    return await work(author);
  } finally {
    lock.release();
  }
}
