import type { Section } from "./page.ts";

/** How a distant server is changed so that a mistake mends itself; src/commands/confirm.ts. */
export const distantServer: Section = {
  title: "CHANGING A DISTANT SERVER",
  blocks: [
    "A setting that locks you out, such as one of the network or of the ports that daemons listen on, is applied so that it goes back by itself:",
    {
      code: [
        "mailwright apply --dry-run            # what will be done",
        "mailwright apply --confirm 10m        # do it, for ten minutes",
        "mailwright confirm                    # from a new login: it stays",
      ],
    },
    "Log in anew before you confirm: the connection that you have may outlive what would keep the next one out. Where the time passes, the files are put back as they were before, modes, owners and links too, the services are brought back to them and looked at, and the settings that were applied become what they were, as a change of their own in the history. A setting that was given another value meanwhile keeps it, and waits. `mailwright confirm --restore` does the same at once.",
    "While one apply waits, no other can be started with --confirm. One without it joins the first: both stay, or both go back.",
    "Where systemd runs, the deadline is a timer of it, which outlives a reboot: what passed while the machine was off is made good when it is up. Elsewhere a process waits for it; where that was ended, the next event goes back before it does anything else.",
  ],
};

/** What src/apply/verify.ts and restore.ts do, as an administrator meets it. */
export const restoring: Section = {
  title: "WHEN A DAEMON DOES NOT RUN",
  blocks: [
    "A unit that was started, reloaded or restarted is looked at: it and its parts must be active, live on for a second with the same main process, have taken the new files, and then answer within 30 seconds on each port that its files name; see `listens` in mailwright-template(5). Where one does not, the files of the event become what they were, the units are brought back to how they were and looked at again, and the exit status is 5. What the unit logged, and the fragment behind a line that it complains of, are shown.",
    "The settings stay as they were set, and wait: `config changes` lists them. So they can be mended and applied again. That is where a failure differs from a confirmation that did not come, which takes the settings back as well, for nobody may be there to mend them.",
    "Where something could not be brought back, the exit status is 1, and what it is is said. `mailwright status` shows what is left to do.",
  ],
};

/** What src/db/ledger.ts keeps. */
export const remembered: Section = {
  title: "WHAT IS REMEMBERED",
  blocks: [
    "Beside the settings the database holds a ledger, of which each entry is durable before the next thing is done. Whatever ends a process, from kill(1) to a failing power supply, the next one finishes or goes back; nothing has to be repaired by hand, and signalling the event again is always safe.",
    {
      terms: [
        [
          "Written files",
          "A hash of what was written, the mode and the owner. A file that holds something else was edited by hand.",
        ],
        [
          "Kept files",
          "What stood in the place of each file, and how the units were, from before the first file is renamed until the daemons are seen to run with the new ones; with --confirm until the confirmation. They are put back from there, and are of no use afterwards.",
        ],
        [
          "Services",
          "What files that are written still ask of a unit. The next event does it, whichever it is, and `mailwright apply`, also where nothing else waits. For a unit that is masked or not installed it is remembered until it is there.",
        ],
        [
          "Applies",
          "Each one with who, when and by what way in, what became of it, and the differences that it made to files, without secrets: `mailwright history` and `mailwright diff`. An outcome is done; refused, where nothing was touched; failed, where files are written and something after that was not done; restored; unconfirmed and then confirmed; or running, which of an apply that is not at work means that it was cut off.",
        ],
        [
          "Replaced fragments",
          "The shipped text that a fragment of the site took the place of when it was saved, so that `mailwright status` can show what both have changed since.",
        ],
      ],
    },
    "Copies in /var/lib/mailwright/edited are another thing: what files held that somebody had edited, also after an apply that goes back then, or that were there before mailwright made them. They are never read again, nor removed; delete them when you have moved what you need into fragments.",
  ],
};
