import { applyOptions, serviceManagerOption } from "./apply-options.ts";
import type { Command } from "./command.ts";

const everyArgument = { arguments: [], count: [0, 0] } as const;

/** The commands about the state of the server: what waits, what was done, and the way back. */
export const applyCommands: readonly Command[] = [
  {
    name: "apply",
    synopsis: "",
    summary: "apply all settings that wait, as one plan",
    description: [
      "Finds the events that apply what config changes lists, for all databases, leaves out those that others carry out as " +
        "well, and carries them out as one, in the order in which the settings were changed: every file is made and checked " +
        "once, and every service adjusted once.",
    ],
    options: applyOptions,
    ...everyArgument,
    examples: [
      ["mailwright apply --dry-run", "what would be done"],
      ["mailwright apply --confirm 10m", "and back again, unless you confirm within ten minutes"],
    ],
    reports: true,
    load: async () => (await import("./deferred.ts")).deferred.applyPending,
  },
  {
    name: "confirm",
    synopsis: "",
    summary: "keep what was applied with --confirm",
    description: [
      "An apply with --confirm TIME goes back when the time is over: the files, the services and the settings that it carried " +
        "out are as they were before it. So a mistake that locks you out of a distant machine mends itself. Type this command " +
        "in time, and all stays. Later applies join the one that waits.",
      "The timer is one of systemd and survives a reboot. Where systemd does not run it is a process of its own; what it misses " +
        "in a reboot, the next event makes good.",
    ],
    options: [
      { name: "restore", summary: "go back now" },
      {
        name: "deadline",
        value: "MILLISECONDS",
        summary: "wait until then, and go back: what the timer runs",
      },
      {
        name: "wait",
        value: "TIME",
        summary: "wait so long for an apply at work (default 60s)",
      },
      serviceManagerOption,
    ],
    ...everyArgument,
    examples: [
      ["mailwright confirm", "all stays"],
      ["mailwright confirm --restore", "all goes back at once"],
    ],
    reports: true,
    load: async () => (await import("./deferred.ts")).deferred.confirm,
  },
  {
    name: "status",
    synopsis: "[FILE]",
    summary: "show what waits, differs or does not run",
    description: [
      "Settings that are not applied, services that do not run with the files as they are, units that failed, files edited by " +
        "hand, fragments of the site whose shipped originals have changed (with both changes merged, as diff3(1) does), an apply " +
        "that was cut off, failed half-way or waits to be confirmed, records whose deletion was not carried out. The exit status is 2 where there is any of them.",
      "Accounts from which mail could not be fetched or copied are named in a line, and do not count for the exit status.",
      "A unit that is not installed, as in the image of another machine, waits for nothing.",
      "With --prometheus it prints metrics for Prometheus, or writes them to FILE, which the node exporter reads from the folder " +
        "of its textfile collector: what waits or differs, units, Postfix's queue and why mail is deferred, when the certificate " +
        "expires, the last apply, DKIM keys, the virus scanner's signatures, what the quarantine holds and the filter has learned, and the last runs of fetch and sync. The file is replaced at once, and the exit status is 0 whatever they say. " +
        "A daemon that does not answer has no sample.",
    ],
    options: [
      { name: "prometheus", summary: "metrics for Prometheus, to standard output or FILE" },
      serviceManagerOption,
    ],
    arguments: ["file"],
    count: [0, 1],
    examples: [
      ["mailwright status", "what needs somebody"],
      ["mailwright status --prometheus /var/lib/prometheus/node-exporter/mailwright.prom", "for cron(8)"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.status,
  },
  {
    name: "verify",
    synopsis: "",
    summary: "compare all made files with the settings",
    description: [
      "Renders every file that mailwright makes and compares it with the disk: content, mode and owner. Prints the differences; " +
        "the exit status is 2 where there is one. Nothing is touched and no daemon is asked.",
    ],
    options: [],
    ...everyArgument,
    examples: [
      ["mailwright verify", "differences, or none"],
      ["mailwright verify --json", "the files that differ, and how"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.verify,
  },
  {
    name: "history",
    synopsis: "",
    summary: "list all changes and applies, newest first",
    description: [
      "Changes of settings and applies share one count of revisions. Each says when, what, who, and over which way in; an apply " +
        "also what became of it. An event that found nothing to do has no entry.",
    ],
    options: [],
    ...everyArgument,
    examples: [
      ["mailwright history", "all of it"],
      ["mailwright history --json", "for programs"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.allHistory,
  },
  {
    name: "diff",
    synopsis: "REVISION",
    summary: "show what a revision changed",
    description: [
      "The properties that were set, or the differences that an apply made to files. Secrets are not shown.",
    ],
    options: [],
    arguments: ["revision"],
    count: [1, 1],
    examples: [
      ["mailwright diff 12", "what revision 12 changed"],
      ["mailwright diff --json 12", "the same for programs"],
    ],
    load: async () => (await import("./deferred.ts")).deferred.diff,
  },
  {
    name: "rollback",
    synopsis: "REVISION",
    summary: "bring settings and files back to a revision",
    description: [
      "The settings of all databases become what they were after the revision, and every file is made from them, through the " +
        "same checks as an event. Where that is refused or fails, and nothing but settings has changed yet, they are as they " +
        "were; where a script fails after the files are written, settings and files are those of the revision, and the rest waits.",
      "Secrets that events have made since stay. A rollback is a change of its own and can be rolled back.",
    ],
    options: applyOptions,
    arguments: ["revision"],
    count: [1, 1],
    examples: [
      ["mailwright rollback --dry-run 12", "what would be as it was after revision 12"],
      ["mailwright rollback --confirm 10m 12", "do it, and go back unless you confirm"],
    ],
    reports: true,
    load: async () => (await import("./deferred.ts")).deferred.rollBackAll,
  },
];
