import { refused } from "../../errors.ts";
import { parseAge } from "../../format/times.ts";
import type { OptionValues } from "../command.ts";
import type { QueuedMail } from "./queued-mail.ts";

/** Which messages are meant: those for which all that is given is true. */
export interface Selection {
  readonly ids: readonly string[];
  readonly all: boolean;
  /** Milliseconds since 1970. */
  readonly before: number | undefined;
  /** An address, or a domain as `@DOMAIN`; `<>` as a sender is the null address. */
  readonly to: string | undefined;
  readonly from: string | undefined;
  /** A part of what Postfix says of the delay, without regard to case. */
  readonly reason: string | undefined;
  readonly queue: string | undefined;
  /** Whether messages that wait for others too are meant. */
  readonly shared: boolean;
}

export const queueNames = ["active", "deferred", "hold", "incoming", "maildrop"] as const;

export function selectionOf(ids: readonly string[], options: OptionValues, now: number): Selection {
  const text = (name: string): string | undefined => {
    const value = options[name];
    if (value === "") throw refused(`--${name} is empty`, "USAGE");
    return value === undefined ? undefined : String(value);
  };
  const older = text("older");
  const queue = text("queue");
  if (queue !== undefined && !queueNames.some((name) => name === queue))
    throw refused(`--queue: ${queue} is refused`, "USAGE", `accepted: ${queueNames.join(", ")}`);
  return {
    ...{ ids, all: options["all"] === true, before: older === undefined ? undefined : now - ageOf(older) },
    ...{
      to: text("to"),
      from: text("from"),
      reason: text("reason"),
      queue,
      shared: options["shared"] === true,
    },
  };
}

function ageOf(text: string): number {
  const age = parseAge(text);
  if (age !== undefined) return age;
  throw refused(`--older: ${text} is refused`, "USAGE", "accepted: an age such as 30m, 12h, 2d or 1w");
}

/** Whether anything says which messages are meant. */
export function isSelective({ ids, all, before, to, from, reason, queue }: Selection): boolean {
  return ids.length > 0 || all || [before, to, from, reason, queue].some((one) => one !== undefined);
}

export interface Selected {
  readonly mail: readonly QueuedMail[];
  /** Those that `--to` or `--reason` is true of for some of their recipients alone. */
  readonly shared: readonly QueuedMail[];
}

/** The messages that are meant, in their order. */
export function select(queue: readonly QueuedMail[], selection: Selection): Selected {
  const ids = new Set(selection.ids);
  const mail: QueuedMail[] = [];
  const shared: QueuedMail[] = [];
  for (const message of queue) {
    if (ids.size > 0 && !ids.has(message.id)) continue;
    if (selection.before !== undefined && message.arrival >= selection.before) continue;
    if (selection.queue !== undefined && message.queue !== selection.queue) continue;
    if (selection.from !== undefined && !isAddress(message.from, selection.from)) continue;
    const meant = message.recipients.filter((recipient) => isRecipient(recipient, selection));
    // One without recipients, as it is for a moment while it comes, waits for nobody and for no reason.
    const isOfRecipients = selection.to !== undefined || selection.reason !== undefined;
    if (meant.length === 0 && (message.recipients.length > 0 || isOfRecipients)) continue;
    (meant.length === message.recipients.length || selection.shared ? mail : shared).push(message);
  }
  return { mail, shared };
}

function isRecipient(
  { address, reason }: QueuedMail["recipients"][number],
  { to, reason: part }: Selection,
): boolean {
  if (to !== undefined && !isAddress(address, to)) return false;
  return part === undefined || reason.toLowerCase().includes(part.toLowerCase());
}

function isAddress(address: string, wanted: string): boolean {
  if (wanted === "<>") return address === "";
  const [one, other] = [address.toLowerCase(), wanted.toLowerCase()];
  return other.startsWith("@") ? one.endsWith(other) : one === other;
}
