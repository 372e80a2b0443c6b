import { refused } from "../../../errors.ts";
import { ExitCode } from "../../../exit-codes.ts";
import { harmless } from "../../../format/harmless.ts";
import { columns } from "../../../format/table.ts";
import { releasedText } from "../../../log/quarantine-record.ts";
import { handOver } from "../../../system/hand-over.ts";
import { openLog } from "../../../system/log.ts";
import type { GivenOptions, Handler } from "../../command.ts";
import type { CommandContext } from "../../context.ts";
import { locked } from "../../locked.ts";
import { agreed } from "../../people/delete-handler.ts";
import { chosen, counted, noneText } from "./chosen.ts";
import type { Held } from "./held.ts";
import { expunge, type HoldingMailbox, heldIn, holdingMailbox, storedText } from "./mailbox.ts";
import { asItCame } from "./stored-message.ts";

/** Where Postfix takes what is released; only root and Postfix may enter the folder. */
const socket = "/var/spool/postfix/private/release";

interface Released {
  readonly id: string;
  readonly queueId: string;
  readonly recipients: readonly string[];
}

/**
 * Sends held messages on, as they came, to those who were to get them, or to others. Each leaves the quarantine when it is
 * in Postfix's queue; what a kill interrupts between the two is there twice, and not lost.
 */
export const releaseHeld: Handler = async (context, ids, options, given) => {
  const mailbox = await holdingMailbox(context);
  const others = sendTo(given);
  const all = await heldIn(context, mailbox);
  const held = chosen(all, ids, options, Date.now());
  if (ids.length === 0 && held.length > 0)
    await agreed(context, options, `${counted(held.length)} will be sent on.`);
  const released: Released[] = [];
  const log = openLog("mailwright-quarantine");
  const notices: string[] = [];
  for (const message of held) {
    const recipients = others.length > 0 ? others : message.recipients;
    // Of two who release the same message, the second finds it gone.
    const receipt = await locked(context, options, `${context.program} ${message.id}`, async () => {
      const answer = await sendOn(context, mailbox, message, recipients);
      if ("queueId" in answer) await expunge(context, mailbox, [message]);
      return answer;
    });
    if ("queueId" in receipt) {
      released.push({ id: message.id, queueId: receipt.queueId, recipients });
      log.write(releasedText(message.id, receipt.queueId), false);
      continue;
    }
    notices.push(`${message.id} stays in the quarantine: ${receipt.refusals.map(harmless).join("; ")}`);
    if (receipt.isUnreachable === true) break;
  }
  await log.close();
  return {
    exit: notices.length === 0 ? ExitCode.done : ExitCode.failed,
    data: { released },
    notices,
    view: ({ strong }) =>
      (held.length === 0 ? `0 messages sent on. ${noneText(all)}\n` : "") +
      columns(
        released.map(({ id, queueId, recipients }) => [
          strong(id),
          `queued as ${queueId} for ${recipients.map(harmless).join(", ")}`,
        ]),
      ),
  };
};

/** Why a message was not sent on; where Postfix does not answer, no other will be. */
interface Failure {
  readonly refusals: readonly string[];
  readonly isUnreachable?: true;
}

async function sendOn(
  context: CommandContext,
  mailbox: HoldingMailbox,
  held: Held,
  recipients: readonly string[],
): Promise<{ readonly queueId: string } | Failure> {
  const stored = await storedText(context, mailbox, held);
  if (stored === undefined) return { refusals: ["it has gone meanwhile"] };
  if (recipients.length === 0) return { refusals: ["no recipient is noted: name one with --send-to"] };
  try {
    return await handOver(socket, { sender: held.sender, recipients, message: asItCame(stored) });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return {
      refusals: [`Postfix does not take it (${words})`, "see: systemctl status postfix@-; mailwright apply"],
      isUnreachable: true,
    };
  }
}

/** The addresses of --send-to. */
function sendTo(given: GivenOptions): string[] {
  const addresses = given.flatMap(([name, value]) => (name === "send-to" ? [value] : []));
  const wrong = addresses.find((address) => !/^[^\p{Cc}]+@[^\p{Cc}@<> ]+$/u.test(address));
  if (wrong === undefined) return addresses;
  throw refused(`--send-to ${wrong}: it is no address`, "USAGE", "accepted: such as john@example.org");
}
