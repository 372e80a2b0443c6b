import { ExitCode } from "../../../exit-codes.ts";
import { messageIdentifier } from "../../../log/message-identifier.ts";
import { trainingText } from "../../../log/training-record.ts";
import { type Log, openLog } from "../../../system/log.ts";
import { realSystem } from "../../../system/real-system.ts";
import type { System } from "../../../system/system.ts";
import type { Handler } from "../../command.ts";
import type { CommandContext } from "../../context.ts";
import { openSettings } from "../../open-settings.ts";
import { type Answer, type Teacher, teacher } from "./controller.ts";
import { removeCutOff, type Waiting, waiting } from "./spool.ts";
import { learnedCounts, noStatistics } from "./statistics.ts";

/** Milliseconds before what failed is tried again. */
const pause = 10_000;

/** Milliseconds after which a message that Rspamd cannot learn is given up, while it learns others. */
const longest = 3_600_000;

/** Messages between two looks whether Redis is there: without it Rspamd 3.4 takes some for learned that are not. */
const batch = 50;

/** Learns what users moved until nothing waits, however long Rspamd or Redis are away. */
export const trainFilter: Handler = async (context) => {
  const system = realSystem(context.paths.root, "none");
  removeCutOff(system.files, system.clock.now());
  const log = openLog("mailwright-training");
  try {
    await learnAll(context, system, new Trouble(log));
  } finally {
    await log.close();
  }
  return { exit: ExitCode.done };
};

async function learnAll(context: CommandContext, system: System, trouble: Trouble): Promise<void> {
  for (;;) {
    const { isEnabled, password } = await openSettings(context, (settings) => ({
      isEnabled: settings.prop("configuration", "rspamd", "status") === "enabled",
      password: settings.prop("configuration", "rspamd", "Password") ?? "",
    }));
    const messages = waiting(system.files);
    if (!isEnabled || messages.length === 0) return;
    const problem = await learnBatch(system, teacher(password), messages.slice(0, batch), (text) =>
      trouble.log.write(text, false),
    );
    trouble.told(problem, messages.length);
    if (problem !== undefined) await system.clock.sleep(pause);
  }
}

/** Learns these, tells of each, and removes what is done with. Returns why some are left. */
export async function learnBatch(
  { files, processes, clock }: System,
  { learn, isThere }: Teacher,
  messages: readonly Waiting[],
  told: (text: string) => void = () => undefined,
): Promise<string | undefined> {
  if ((await learnedCounts(processes)) === undefined) return noStatistics().message;
  const answers: (readonly [Waiting, Answer, string])[] = [];
  for (const message of messages) {
    const bytes = files.read(message.path);
    if (bytes === undefined) continue;
    const id = messageIdentifier(Buffer.from(bytes).toString("latin1"));
    try {
      answers.push([message, await learn(message.as, bytes), id]);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!(await isThere())) return error.message;
      // One on which Rspamd takes too long, or ends, must not hold up all behind it.
      answers.push([message, { kind: "failed", reason: error.message }, id]);
    }
  }
  if ((await learnedCounts(processes)) === undefined) return noStatistics().message;
  const given = clock.now() - longest;
  let problem: string | undefined;
  for (const [{ path, since, as }, answer, id] of answers) {
    if (answer.kind === "failed" && since > given) problem = answer.reason;
    else {
      files.remove(path);
      told(trainingText(id, outcomeOf(as, answer)));
    }
  }
  return problem;
}

function outcomeOf(as: string, answer: Answer): string {
  if ("reason" in answer) return `not learned: ${answer.reason}`;
  return answer.kind === "learned" ? `learned as ${as}` : `was known as ${as}`;
}

/** Tells of a problem once, and when it is over. */
class Trouble {
  private last: string | undefined;

  constructor(readonly log: Log) {}

  told(problem: string | undefined, waits: number): void {
    if (problem !== this.last) {
      const text =
        problem === undefined ? "what waited is learned now" : `${problem}: ${waits} messages wait`;
      this.log.write(text, problem !== undefined);
    }
    this.last = problem;
  }
}
