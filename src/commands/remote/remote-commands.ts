import type { Command } from "../command.ts";
import { syncCommand } from "./sync/sync-command.ts";

/** The commands for mail that lies at a provider, in the order in which help shows them. */
export const remoteCommands: readonly Command[] = [syncCommand];
