import { ExitCode } from "../../../exit-codes.ts";
import { deletedText } from "../../../log/quarantine-record.ts";
import { openLog } from "../../../system/log.ts";
import type { Handler } from "../../command.ts";
import { agreed } from "../../people/delete-handler.ts";
import { chosen, counted, noneText } from "./chosen.ts";
import { expunge, heldIn, holdingMailbox } from "./mailbox.ts";

/** Removes held messages for good, after whoever is at the terminal has agreed. */
export const deleteHeld: Handler = async (context, ids, options) => {
  const mailbox = await holdingMailbox(context);
  const all = await heldIn(context, mailbox);
  const held = chosen(all, ids, options, Date.now());
  if (held.length > 0) await agreed(context, options, `${counted(held.length)} will be gone for good.`);
  await expunge(context, mailbox, held);
  const log = openLog("mailwright-quarantine");
  for (const { id } of held) log.write(deletedText(id), false);
  await log.close();
  return {
    exit: ExitCode.done,
    data: { deleted: held.map(({ id }) => id) },
    view: () => `${counted(held.length)} deleted.${held.length === 0 ? ` ${noneText(all)}` : ""}\n`,
  };
};
