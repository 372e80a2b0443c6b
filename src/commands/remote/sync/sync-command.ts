import type { Command } from "../../command.ts";
import { familyCommand } from "../../people/people-commands.ts";
import { syncFamily } from "./sync-family.ts";

const more: readonly Command[] = [
  {
    name: "run",
    synopsis: "[USER]",
    summary: "copy now; a run that was stopped goes on where it was",
    description: [
      "The account is first copied by dsync into a mirror beside the mailbox, message by message, and from there into the folders of the same names. A message is copied once: what the user deletes or moves does not come back. Folders, flags, keywords and times of arrival are kept; a / in the name of a folder becomes _.",
      "On a terminal a bar shows how far it is; elsewhere there is a line every ten seconds.",
    ],
    options: [
      { name: "all", summary: "all jobs, one after the other" },
      { name: "due", summary: "those whose time has come, as the timer does" },
    ],
    arguments: ["sync"],
    count: [0, 1],
    examples: [
      ["mailwright sync run john", "shows how far it is"],
      ["mailwright sync run --all", "everybody's"],
    ],
    takesOptionsAnywhere: true,
    isLive: true,
    load: async () => (await import("../../deferred.ts")).deferred.runSync,
  },
  {
    name: "status",
    synopsis: "[USER]",
    summary: "whether jobs are at work, and how their last runs went",
    description: [],
    options: [],
    arguments: ["sync"],
    count: [0, 1],
    examples: [
      ["mailwright sync status", "a line each"],
      ["mailwright sync status john --json", "for programs"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../../deferred.ts")).deferred.syncStatus,
  },
  {
    name: "stop",
    synopsis: "USER",
    summary: "end a run; what is copied stays",
    description: [],
    options: [],
    arguments: ["sync"],
    count: [1, 1],
    examples: [
      ["mailwright sync stop john", "sync run goes on from there"],
      ["mailwright sync stop john --json", "for programs"],
    ],
    takesOptionsAnywhere: true,
    isLive: true,
    load: async () => (await import("../../deferred.ts")).deferred.stopSync,
  },
];

export const syncCommand: Command = familyCommand(syncFamily, more);
