import type { Command } from "../../command.ts";
import { familyCommand } from "../../people/people-commands.ts";
import { syncFamily } from "./sync-family.ts";

const more: readonly Command[] = [
  {
    name: "list",
    synopsis: "",
    summary: "list them, with what the last run came to",
    description: [
      'With --json it prints a list of {"name", "type", "props", "lastRun"}; lastRun is what status calls last.',
    ],
    options: [],
    arguments: [],
    count: [0, 0],
    examples: [
      ["mailwright sync list", "a line each"],
      ["mailwright sync list --json", "for programs"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../../deferred.ts")).deferred.listSyncJobs,
  },
  {
    name: "run",
    synopsis: "[USER]",
    summary: "copy now; a run that was stopped goes on where it was",
    description: [
      "The account is first copied by dsync into a mirror beside the mailbox, and from there into the folders of the same names. A message is copied once: what the user deletes or moves does not come back, nor where a run was ended half-way; only of one that was killed while it copied is nothing noted. Flags, keywords and times of arrival are kept. No name is mapped to another: Sent Items stays Sent Items. Only where the server has all folders below INBOX they stand beside it here, and a / within a name becomes _, or another sign where that name is taken; where a new folder takes it later, the copied ones are renamed. Names below Public and Shared, where this server has the mailboxes of others, are left out, and said.",
      "A run whose connection breaks goes on where it was as long as it comes further. A folder of which the server does not give a message is told with the message's UID, and all others are copied. With DeleteDestination, a run that would remove all that was copied, or more than ten messages and more than half, removes nothing and says so: a server that comes back empty takes nothing away.",
      "An account that the disk has no room for is not begun, nor, without --force, one of more than four times what the mailbox takes; a run ends before the disk is full. The timer runs four jobs at a time, the longest waiting first, each for six hours at most, and one that failed again an hour later. A job whose settings are not applied does not run.",
      'On a terminal a bar shows how far it is; elsewhere there is a line every ten seconds. With --json a line for each job: {"user", "status", "folders", "messages", "copied", "removed", "problem", "seconds", "ofOthers"}; ofOthers are the folders left out below Public and Shared, status is done, failed, or running where another run is at the job, which is no failure of --all; folders and messages are those at the server, and where a job could not begin or broke off only user, status and problem are there.',
    ],
    options: [
      { name: "all", summary: "all jobs, one after the other" },
      { name: "force", summary: "remove what is gone there, however much; copy what fits" },
      { name: "due", summary: "those whose time has come, as the timer does" },
    ],
    arguments: ["sync"],
    count: [0, 1],
    examples: [
      ["mailwright sync run john", "shows how far it is; also: mailwright sync john"],
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
    description: [
      'With --json it prints a list of {"user", "host", "running", "hours", "last"}: hours between two runs by the timer, 0 for none; last is null, or {"started", "ended", "status", "problem", "folders", "messages", "copied", "removed"} with times in milliseconds since 1970.',
    ],
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
    summary: "end a run; what is copied stays, and others' go on",
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

export const syncCommand: Command = {
  ...familyCommand(syncFamily, more),
  description: ["mailwright sync USER is mailwright sync run USER."],
  bare: "run",
};
