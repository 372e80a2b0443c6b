import type { Command } from "../command.ts";
import { bayesCommand } from "./bayes-command.ts";
import { dkimCommand } from "./dkim-command.ts";
import { quarantineCommand } from "./quarantine-command.ts";
import { ruleCommand } from "./rule-command.ts";
import { scanCommand } from "./scan-command.ts";

/** The commands for what the mail filter does, in the order in which help shows them. */
export const filterCommands: readonly Command[] = [
  ruleCommand,
  scanCommand,
  bayesCommand,
  quarantineCommand,
  dkimCommand,
];
