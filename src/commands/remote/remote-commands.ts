import type { Command } from "../command.ts";

/** The commands for mail that lies at a provider, in the order in which help shows them. */
export const remoteCommands: readonly Command[] = [];
