import { MailwrightError } from "../../errors.ts";
import { counted } from "../../format/counted.ts";
import { programBytes } from "../../system/byte-source.ts";
import { realSystem } from "../../system/real-system.ts";
import { readWholeLines } from "../../system/whole-lines.ts";
import type { CommandContext } from "../context.ts";

/** A message in Postfix's queue, as `postqueue -j` tells of it (postqueue(1)). */
export interface QueuedMail {
  readonly id: string;
  /** `active`, `deferred`, `hold`, `incoming` or `maildrop`. */
  readonly queue: string;
  /** When it arrived, in milliseconds since 1970. */
  readonly arrival: number;
  /** Bytes. */
  readonly size: number;
  /** The envelope sender; empty for a notification. */
  readonly from: string;
  /** Those to whom it is still to be delivered. */
  readonly recipients: readonly { readonly address: string; readonly reason: string }[];
}

/** How the queue is asked for. */
interface Asking {
  /** Milliseconds after which it is not waited for any longer; for ever unless given. */
  readonly limit?: number;
  /** Hears, once, of messages that are in the queue and of which `postqueue -j` says what nobody can read. */
  readonly told?: (problem: string) => void;
}

/** Every message in the queue, oldest first. */
export async function queuedMail(
  context: CommandContext,
  { limit, told }: Asking = {},
): Promise<QueuedMail[]> {
  const program = programOf(context, "postqueue");
  const found: QueuedMail[] = [];
  let unread = 0;
  try {
    await readWholeLines(programBytes([program, "-j"], undefined, limit), (line) => {
      if (line === "") return;
      const message = parseQueued(line);
      if (message === undefined) unread++;
      else found.push(message);
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new MailwrightError("Postfix does not tell what is in its queue", {
      code: "NO_QUEUE",
      hint: `${cause}\nsee: systemctl status postfix`,
    });
  }
  if (unread > 0)
    told?.(`${counted(unread, "message")} left out, of which postqueue -j says what cannot be read`);
  return found.sort((one, other) => one.arrival - other.arrival);
}

/** The path of one of Postfix's programs. */
export function programOf({ paths }: CommandContext, name: string): string {
  const program = realSystem(paths.root, "none").processes.find(name);
  if (program !== undefined) return program;
  throw new MailwrightError(`${name} is not installed`, { code: "NO_QUEUE", hint: "apt install postfix" });
}

interface Line {
  readonly queue_name: string;
  readonly queue_id: string;
  readonly arrival_time: number;
  readonly message_size: number;
  readonly sender: string;
  readonly recipients: readonly { readonly address: string; readonly delay_reason?: string }[];
}

/** A line of `postqueue -j`; `undefined` for one that tells of no message. */
export function parseQueued(line: string): QueuedMail | undefined {
  const told = parsed(line);
  if (told === undefined) return undefined;
  return {
    id: told.queue_id,
    queue: told.queue_name,
    arrival: told.arrival_time * 1000,
    size: told.message_size,
    // postqueue(1) writes the null address as MAILER-DAEMON.
    from: told.sender === "MAILER-DAEMON" ? "" : told.sender,
    recipients: recipientsOf(told),
  };
}

/** Of so many recipients none is told of twice. */
const alwaysOnce = 1;

/** Those behind the first thousand are told of twice, with a reason and without (duplicate_filter_limit of postconf(5)). */
function recipientsOf({ recipients }: Line): QueuedMail["recipients"] {
  if (recipients.length <= alwaysOnce)
    return recipients.map(({ address, delay_reason }) => ({ address, reason: delay_reason ?? "" }));
  const reasons = new Map<string, string>();
  for (const { address, delay_reason } of recipients)
    reasons.set(address, reasons.get(address) || (delay_reason ?? ""));
  return [...reasons].map(([address, reason]) => ({ address, reason }));
}

function parsed(line: string): Line | undefined {
  try {
    const told = JSON.parse(line) as Partial<Line> | null;
    return typeof told?.queue_id === "string" && Array.isArray(told.recipients) ? (told as Line) : undefined;
  } catch {
    return undefined;
  }
}
