import { MailwrightError, refused } from "../../../errors.ts";
import { ExitCode } from "../../../exit-codes.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { Handler, OptionValues } from "../../command.ts";
import { longWork } from "../../long-work.ts";
import { openSettings } from "../../open-settings.ts";
import { agreed } from "../../people/delete-handler.ts";
import { filterOff, isFilterEnabled } from "../filter-status.ts";
import { type Answer, type Class, type Teacher, teacher } from "./controller.ts";
import { isMail, type Message, messagesOf } from "./messages.ts";
import { forgetAll, learnedCounts, noStatistics } from "./statistics.ts";

/** What became of all messages. */
interface Tally {
  readonly counts: Readonly<Record<Answer["kind"], number>>;
  /** Of those that were not learned, a line each. */
  readonly problems: readonly string[];
}

const noMail = "it is no mail: it begins with no header of one";

/** More problems than these are counted only. */
const shownProblems = 20;

/** Learns the messages of files and folders, and tells how many were new. */
export const learn: Handler = async (context, names, options) => {
  const as = classOf(options);
  const { processes } = realSystem(context.paths.root, "none");
  const messages = messagesOf(context, names.length === 0 ? ["-"] : names);
  if ((await learnedCounts(processes)) === undefined) throw noStatistics();
  const password = await openSettings(context, (settings) => {
    if (!isFilterEnabled(settings))
      throw new MailwrightError(filterOff("learns nothing"), { code: "NO_RSPAMD" });
    return settings.prop("configuration", "rspamd", "Password") ?? "";
  });
  const { counts, problems } = await longWork(
    context,
    "learn",
    () => learnMessages(teacher(password), as, messages),
    ({ counts: { learned, known } }) => `${learned} learned as ${as}, ${known} known already`,
  );
  if ((await learnedCounts(processes)) === undefined) throw noStatistics();
  const skipped = counts.unusable + counts.failed;
  const isInVain = skipped > 0 && counts.learned + counts.known === 0;
  const rest = problems.length - shownProblems;
  return {
    exit: counts.failed > 0 || isInVain ? ExitCode.failed : ExitCode.done,
    data: { as, ...counts },
    notices: [...problems.slice(0, shownProblems), ...(rest > 0 ? [`and ${rest} more`] : [])],
    view: () =>
      `${counts.learned} learned as ${as}, ${counts.known} known already${skipped === 0 ? "" : `, ${skipped} skipped`}\n`,
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
  const answerFor = async (message: Message): Promise<Answer> => {
    if ("problem" in message) return { kind: "failed", reason: message.problem };
    return isMail(message.bytes) ? learnOne(as, message.bytes) : { kind: "unusable", reason: noMail };
  };
  for (const message of messages) {
    const { name } = message;
    try {
      const answer = await answerFor(message);
      counts[answer.kind]++;
      if ("reason" in answer) problems.push(`${name} is not learned: ${answer.reason}`);
    } catch (error) {
      if (!(error instanceof MailwrightError)) throw error;
      // What was learned before stands, and is told.
      counts.failed++;
      problems.push(`${name}, and what follows, is not learned: ${error.message} (${error.hint})`);
      break;
    }
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
