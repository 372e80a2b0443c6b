import { MailwrightError } from "../../../errors.ts";
import { mailFolder } from "../../../mail/mail-folders.ts";
import type { SyncJob } from "../../../mail/sync-jobs.ts";
import type { Clock, Processes } from "../../../system/system.ts";
import type { Reason } from "./run-watch.ts";

/** Bytes of the file system on which users' mail lies. */
export interface Room {
  readonly size: number;
  readonly free: number;
}

/** What is left to the mail that arrives: a tenth, but of a large disk no more than this. */
const reserve = { part: 0.1, bytes: 1e9 };

/** An account so many times as large as the user's mailbox may be is rather one that was not meant. */
const farBeyond = 4;

/** Milliseconds between two looks at the disk. */
const pause = 5000;

/** `undefined` where it cannot be told. */
export async function roomForMail(processes: Processes): Promise<Room | undefined> {
  const argv = ["stat", "--file-system", "--format=%S %b %a", "--", mailFolder] as const;
  const { exit, stdout } = await processes.inspect(argv, { timeout: 8000 });
  const [block = 0, all = 0, free = 0] = stdout.split(" ").map(Number);
  return exit === 0 && all > 0 ? { size: block * all, free: block * free } : undefined;
}

/** What the disk can take. */
export function usable({ size, free }: Room): number {
  return free - Math.min(size * reserve.part, reserve.bytes);
}

/** Refuses an account of so many bytes that the disk does not take, or, unless `force`, far more than the user's quota. */
export function refuseTooLarge(
  { user, host }: SyncJob,
  bytes: number,
  {
    room,
    quota,
    force,
  }: { readonly room: Room | undefined; readonly quota: number | undefined; readonly force: boolean },
): void {
  const exclude = `leave folders out: mailwright sync modify ${user} --exclude FOLDER`;
  if (room !== undefined && bytes > usable(room))
    throw new MailwrightError(
      `${host} has ${amount(bytes)} of mail, and the disk has room for ${amount(Math.max(0, usable(room)))}`,
      { code: "SYNC", hint: `Make room, or ${exclude}` },
    );
  if (!force && quota !== undefined && bytes > quota * farBeyond)
    throw new MailwrightError(
      `${host} has ${amount(bytes)} of mail, and the mailbox of ${user} takes ${amount(quota)}`,
      {
        code: "SYNC",
        hint: `Give more room: mailwright user modify ${user} --quota 10G; or ${exclude}; or copy what fits: mailwright sync run ${user} --force`,
      },
    );
}

/** Ends a run before the disk is full, looking at it now and then. */
export function beforeDiskIsFull(processes: Processes, clock: Clock): Reason {
  let next = 0;
  return async () => {
    if (clock.ticks() < next) return undefined;
    next = clock.ticks() + pause;
    const room = await roomForMail(processes);
    if (room === undefined || usable(room) > 0) return undefined;
    return new MailwrightError(
      `the disk is nearly full: ${amount(room.free)} are left for mail that arrives`,
      {
        code: "SYNC",
        hint: "Make room, then run it again: it goes on from here.",
      },
    );
  };
}

function amount(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${Math.round(bytes / 1e8) / 10} GB`;
}
