import { ExitCode } from "../../../exit-codes.ts";
import { harmless } from "../../../format/harmless.ts";
import type { Style } from "../../../format/style.ts";
import { columns } from "../../../format/table.ts";
import { dateTime } from "../../../format/times.ts";
import { visibleLength } from "../../../format/wrap.ts";
import type { Handler } from "../../command.ts";
import { noneText } from "./chosen.ts";
import { type Held, matching } from "./held.ts";
import { type HoldingMailbox, heldIn, holdingMailbox } from "./mailbox.ts";

/** What is held, oldest first. */
export const listHeld: Handler = async (context, _args, options) => {
  const mailbox = await holdingMailbox(context);
  const all = await heldIn(context, mailbox);
  const held = matching(all, options, Date.now());
  return {
    exit: ExitCode.done,
    data: held.map(heldData),
    notices: noticesOf(mailbox),
    view: (style) => (held.length === 0 ? `${noneText(all)}\n` : table(held, style)),
  };
};

/** A held message for programs. */
export function heldData({ folder, uid, received, ...held }: Held): object {
  return { ...held, received: new Date(received).toISOString() };
}

export function noticesOf({ active }: HoldingMailbox): string[] {
  return active ? [] : ["the quarantine is disabled: nothing new is held"];
}

/** An envelope sender for people. */
export const senderText = (sender: string): string => (sender === "" ? "<>" : harmless(sender));

/** What a column may take; all of it is shown by `show`. */
const longest = 48;

function table(held: readonly Held[], style: Style): string {
  const titles = ["id", "held since", "sender", "recipients", "subject", "reason"].map(style.faint);
  const rows = held.map(({ id, received, sender, recipients, subject, reason }) => [
    style.strong(id),
    dateTime(received, style.isUtc).replace(/:\d\d(?=Z?$)/, ""),
    short(senderText(sender)),
    short(`${recipients[0] ?? ""}${recipients.length > 1 ? ` +${recipients.length - 1}` : ""}`),
    short(subject),
    short(reason),
  ]);
  return columns([titles, ...rows]);
}

function short(text: string): string {
  const characters = [...harmless(text)];
  if (visibleLength(characters.join("")) <= longest) return characters.join("");
  let kept = "";
  for (const character of characters) {
    if (visibleLength(kept + character) >= longest) break;
    kept += character;
  }
  return `${kept}…`;
}
