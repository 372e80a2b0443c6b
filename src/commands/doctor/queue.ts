import { counted } from "../../format/counted.ts";
import { plainReason } from "../../log/summarize.ts";
import { type QueuedMail, queuedMail } from "../mail-flow/queued-mail.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";

const many = 1000;

/** Deferred for one and the same reason: more than one host elsewhere that is slow. */
const manyAlike = 100;

const tooMany = 10_000;
const hour = 3_600_000;

/** Milliseconds for which a message may wait until it is taken up, and to be tried again. */
const untried = 2 * hour;
const deferred = 72 * hour;

/** Milliseconds in which Postfix must tell what is in its queue, within the limit of the check. */
const patience = 8000;

export const queue: Check = {
  name: "queue",
  about: "the queue is short, nothing waits in it for long, and not much for one reason",
  isOfMachine: true,
  look: async ({ context, system }) => {
    if (system.processes.find("postqueue") === undefined) return [];
    const problems: Finding[] = [];
    const told = (problem: string): void => {
      problems.push(warning(problem, "queue", "postqueue -j"));
    };
    const mail = await queuedMail(context, { limit: patience, told });
    return [...problems, ...judgeQueue(mail, system.clock.now())];
  },
};

/** Parts of the queue in which a message waits for one of Postfix's daemons; in `active` an old one may be just tried again. */
const untouched = ["maildrop", "incoming"];

/** What is held waits for somebody, who knows of it. */
export function judgeQueue(mail: readonly QueuedMail[], now: number): Finding[] {
  const waiting = mail.filter((message) => message.queue !== "hold");
  const olderThan = (age: number, isOne: (message: QueuedMail) => boolean): number =>
    waiting.filter((message) => isOne(message) && now - message.arrival > age).length;
  const stuck = olderThan(untried, (message) => untouched.includes(message.queue));
  const old = olderThan(deferred, (message) => message.queue === "deferred");
  const [reason, alike] = commonReason(waiting.filter((message) => message.queue === "deferred"));
  const findings: (Finding | false)[] = [
    waiting.length >= many &&
      (waiting.length >= tooMany ? critical : warning)(
        `${waiting.length} messages are in the queue${alike === 0 ? "" : `, ${alike} of them for: ${reason}`}`,
        "queue",
        "mailwright queue list --summary",
      ),
    waiting.length < many &&
      alike >= manyAlike &&
      warning(`${alike} messages are deferred for: ${reason}`, "queue", "mailwright queue list --summary"),
    stuck > 0 &&
      critical(
        `${counted(stuck, "message")} in the queue for over two hours, and not tried once`,
        "queue",
        "mailwright queue list --older 2h",
      ),
    old > 0 &&
      warning(
        `${counted(old, "message")} deferred for over three days`,
        "queue",
        "mailwright queue list --queue deferred --older 3d",
      ),
  ];
  return findings.filter((finding) => finding !== false);
}

/** Why most of these wait, and how many. */
function commonReason(deferred: readonly QueuedMail[]): readonly [reason: string, count: number] {
  const counts = new Map<string, number>();
  for (const { recipients } of deferred) {
    const reason = plainReason(recipients[0]?.reason ?? "");
    if (reason !== "") counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), ["", 0] as const);
}
