import type { Command } from "../command.ts";
import { familyCommand } from "../people/people-commands.ts";
import { connectorFamily } from "./connector-family.ts";
import { fetchCommand } from "./fetch-command.ts";
import { syncCommand } from "./sync/sync-command.ts";

const listCommand: Command = {
  name: "list",
  synopsis: "",
  summary: "list them, with what the last run came to",
  description: [
    'With --json it prints a list of {"name", "account", "retriever", "server", "port", "username", "status", "lastRun"}; lastRun is null, or {"at", "seconds", "delivered", "spam", "refused", "kept", "problem", "succeeded"}, where succeeded is when a run last had no problem.',
  ],
  options: [],
  arguments: [],
  count: [0, 0],
  examples: [
    ["mailwright connector list", "a line each"],
    ["mailwright connector list --json", "for programs"],
  ],
  takesOptionsAnywhere: true,
  load: async () => (await import("../deferred.ts")).deferred.listConnectors,
};

/** The commands for mail that lies at a provider, in the order in which help shows them. */
export const remoteCommands: readonly Command[] = [
  familyCommand(connectorFamily, [listCommand]),
  fetchCommand,
  syncCommand,
];
