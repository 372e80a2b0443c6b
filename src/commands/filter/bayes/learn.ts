import { refused } from "../../../errors.ts";
import { ExitCode } from "../../../exit-codes.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { Handler, OptionValues } from "../../command.ts";
import { openSettings } from "../../open-settings.ts";
import { agreed } from "../../people/delete-handler.ts";
import { type Answer, type Class, type Teacher, teacher } from "./controller.ts";
import { type Message, messagesOf } from "./messages.ts";
import { forgetAll, learnedCounts, noStatistics } from "./statistics.ts";

/** What became of all messages. */
interface Tally {
  readonly counts: Readonly<Record<Answer["kind"], number>>;
  /** Of those that were not learned, a line each. */
  readonly problems: readonly string[];
}

/** More problems than these are counted only. */
const shownProblems = 20;

/** Learns the messages of files and folders, and tells how many were new. */
export const learn: Handler = async (context, names, options) => {
  const as = classOf(options);
  const { processes } = realSystem(context.paths.root, "none");
  const messages = messagesOf(context, names.length === 0 ? ["-"] : names);
  if ((await learnedCounts(processes)) === undefined) throw noStatistics();
  const password = await openSettings(
    context,
    (settings) => settings.prop("configuration", "rspamd", "Password") ?? "",
  );
  const { counts, problems } = await learnMessages(teacher(password), as, messages);
  if ((await learnedCounts(processes)) === undefined) throw noStatistics();
  const rest = problems.length - shownProblems;
  return {
    exit: counts.failed === 0 ? ExitCode.done : ExitCode.failed,
    data: { as, ...counts },
    notices: [...problems.slice(0, shownProblems), ...(rest > 0 ? [`and ${rest} more`] : [])],
    view: () => `${counts.learned} learned as ${as}, ${counts.known} known already\n`,
  };
};

/** One after the other: Rspamd's controller is one process. */
export async function learnMessages(
  { learn: learnOne }: Teacher,
  as: Class,
  messages: Iterable<Message>,
): Promise<Tally> {
  const counts = { learned: 0, known: 0, unusable: 0, failed: 0 };
  const problems: string[] = [];
  for (const { name, bytes } of messages) {
    const answer = await learnOne(as, bytes);
    counts[answer.kind]++;
    if ("reason" in answer) problems.push(`${name} is not learned: ${answer.reason}`);
  }
  return { counts, problems };
}

function classOf({ spam, ham }: OptionValues): Class {
  if (spam !== ham) return spam === true ? "spam" : "ham";
  throw refused("as what are the messages to be learned?", "USAGE", "accepted: one of --spam and --ham");
}

/** Has the filter begin anew, once whoever is at the terminal has agreed. */
export const forget: Handler = async (context, _args, options) => {
  if (options["all"] !== true)
    throw refused(
      "what is to be forgotten?",
      "USAGE",
      "accepted: --all. One message is taken back by learning it as the other kind.",
    );
  const { processes } = realSystem(context.paths.root, "none");
  const learned = await learnedCounts(processes);
  if (learned === undefined) throw noStatistics();
  const loses = `All that the filter has learned is forgotten: ${learned.spam} spam, ${learned.ham} ham.`;
  await agreed(context, options, loses);
  await forgetAll(processes);
  return { exit: ExitCode.done, data: { forgotten: learned } };
};
