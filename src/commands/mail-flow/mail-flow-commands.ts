import type { Command } from "../command.ts";
import { doctorCommand } from "../doctor/doctor-command.ts";
import { logCommand } from "./log-command.ts";
import { queueCommand } from "./queue-command.ts";

/** The commands for mail on its way, in the order in which help shows them. */
export const mailFlowCommands: readonly Command[] = [queueCommand, logCommand, doctorCommand];
