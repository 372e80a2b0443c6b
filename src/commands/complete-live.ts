import { MailwrightError } from "../errors.ts";
import type { CommandContext } from "./context.ts";
import { senderText } from "./filter/quarantine/list.ts";
import { heldIn, holdingMailbox } from "./filter/quarantine/mailbox.ts";
import { queuedMail } from "./mail-flow/queued-mail.ts";
import { publicFolders } from "./people/public-mailboxes.ts";
import { bytesText } from "./people/sizes.ts";

/** What may stand next on a command line. */
export type Candidate = readonly [word: string, meaning: string];

/** More of them would not fit on a screen. */
const offeredMessages = 50;

/** Milliseconds for which somebody waits who has pressed the key. */
const patience = 3000;

/** The newest messages that are held; none where the mailbox is not to be opened now. */
export async function heldMessages(context: CommandContext): Promise<Candidate[]> {
  try {
    const held = await heldIn(context, await holdingMailbox(context));
    return held
      .slice(-offeredMessages)
      .reverse()
      .map(({ id, sender, subject }) => [id, `${senderText(sender)} ${subject}`]);
  } catch (error) {
    if (error instanceof MailwrightError) return [];
    throw error;
  }
}

/** All of them; none where Dovecot does not tell. */
export async function publicMailboxes(context: CommandContext): Promise<Candidate[]> {
  const { found } = await publicFolders(context);
  return found.map(({ name, bytes }) => [name, bytesText(bytes)]);
}

/** The newest messages in Postfix's queue; none where there is none that tells. */
export async function queuedMessages(context: CommandContext): Promise<Candidate[]> {
  const queue = await queuedMail(context, { limit: patience }).catch(() => []);
  return queue
    .slice(-offeredMessages)
    .reverse()
    .map(({ id, from, recipients: [first] }) => [id, `${from || "<>"} to ${first?.address ?? ""}`]);
}
