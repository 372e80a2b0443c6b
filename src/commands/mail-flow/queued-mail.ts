import { MailwrightError } from "../../errors.ts";
import { readLines } from "../../log/search-lines.ts";
import { programBytes } from "../../system/byte-source.ts";
import { realSystem } from "../../system/real-system.ts";
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

/** Every message in the queue, oldest first. */
export async function queuedMail(context: CommandContext): Promise<QueuedMail[]> {
  const program = programOf(context, "postqueue");
  const found: QueuedMail[] = [];
  try {
    await readLines(programBytes([program, "-j"]), ({ line }) => {
      if (line !== "") found.push(parseQueued(line));
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new MailwrightError("Postfix does not tell what is in its queue", {
      code: "NO_QUEUE",
      hint: `${cause}\nsee: systemctl status postfix`,
    });
  }
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

/** A line of `postqueue -j`. */
export function parseQueued(line: string): QueuedMail {
  const told = JSON.parse(line) as Line;
  return {
    id: told.queue_id,
    queue: told.queue_name,
    arrival: told.arrival_time * 1000,
    size: told.message_size,
    // postqueue(1) writes the null address as MAILER-DAEMON.
    from: told.sender === "MAILER-DAEMON" ? "" : told.sender,
    recipients: told.recipients.map(({ address, delay_reason }) => ({ address, reason: delay_reason ?? "" })),
  };
}
