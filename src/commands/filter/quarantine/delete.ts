import { ExitCode } from "../../../exit-codes.ts";
import type { Handler } from "../../command.ts";
import { agreed } from "../../people/delete-handler.ts";
import { chosen, counted } from "./chosen.ts";
import { expunge, heldIn, holdingMailbox } from "./mailbox.ts";

/** Removes held messages for good, after whoever is at the terminal has agreed. */
export const deleteHeld: Handler = async (context, ids, options) => {
  const mailbox = await holdingMailbox(context);
  const held = chosen(await heldIn(context, mailbox), ids, options, Date.now());
  if (held.length > 0) await agreed(context, options, `${counted(held.length)} will be gone for good.`);
  await expunge(context, mailbox, held);
  return {
    exit: ExitCode.done,
    data: { deleted: held.map(({ id }) => id) },
    view: () => `${counted(held.length)} deleted.\n`,
  };
};
