import type { Command } from "../command.ts";
import { dkimCommand } from "./dkim-command.ts";

/** The commands for what the mail filter does, in the order in which help shows them. */
export const filterCommands: readonly Command[] = [dkimCommand];
