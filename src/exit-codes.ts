/** What a process of mailwright ends with. The table of the manual page mailwright(1) is this one. */
export const ExitCode = {
  /** Done; for a dry run: nothing would change. */
  done: 0,
  /** No such key, property, message or file, or an action or a service failed. */
  failed: 1,
  /** A dry run, and something would change. */
  wouldChange: 2,
  /** The value or the command line was refused, or what is to be made is there already; nothing was stored. */
  refused: 3,
  /** A daemon refused the configuration; nothing was touched. */
  invalidConfiguration: 4,
  /** Applied, failed its verification, and restored: everything is as it was before. */
  restored: 5,
  /** Another process holds the lock. */
  locked: 6,
  /** A bug; its stack is shown. */
  bug: 70,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
