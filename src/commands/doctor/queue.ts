import { type QueuedMail, queuedMail } from "../mail-flow/queued-mail.ts";
import type { Check } from "./check.ts";
import { critical, type Finding, warning } from "./finding.ts";

const many = 1000;
const tooMany = 10_000;
const hour = 3_600_000;

/** Milliseconds for which a message may wait to be tried at all, and to be tried again. */
const untried = 2 * hour;
const deferred = 72 * hour;

export const queue: Check = {
  name: "queue",
  about: "the queue is short, and nothing waits in it for long",
  isOfMachine: true,
  look: async ({ context, system }) => {
    if (system.processes.find("postqueue") === undefined) return [];
    return judgeQueue(await queuedMail(context), system.clock.now());
  },
};

/** What is held waits for somebody, who knows of it. */
export function judgeQueue(mail: readonly QueuedMail[], now: number): Finding[] {
  const waiting = mail.filter((message) => message.queue !== "hold");
  const olderThan = (age: number, isOne: (message: QueuedMail) => boolean): number =>
    waiting.filter((message) => isOne(message) && now - message.arrival > age).length;
  const stuck = olderThan(untried, (message) => message.queue !== "deferred");
  const old = olderThan(deferred, (message) => message.queue === "deferred");
  const findings: (Finding | false)[] = [
    waiting.length >= many &&
      (waiting.length >= tooMany ? critical : warning)(
        `${waiting.length} messages are in the queue`,
        "queue",
        "mailwright queue list --summary",
      ),
    stuck > 0 &&
      critical(
        `${stuck} messages wait for over two hours and are not tried`,
        "queue",
        "mailwright log summary",
      ),
    old > 0 &&
      warning(
        `${old} messages are deferred for over three days`,
        "queue",
        "mailwright queue list --queue deferred --older 3d",
      ),
  ];
  return findings.filter((finding) => finding !== false);
}
