import { expect, it } from "vitest";
import { beforeDiskIsFull, refuseTooLarge, usable } from "../../../../src/commands/remote/sync/room.ts";
import type { SyncJob } from "../../../../src/mail/sync-jobs.ts";
import type { Clock, Processes } from "../../../../src/system/system.ts";

const job = { user: "john", host: "h" } as SyncJob;

it("a tenth of the disk is left to mail that arrives, and of a large one 1 GB", () => {
  expect(usable({ size: 1e9, free: 3e8 })).toBe(2e8);
  expect(usable({ size: 1e12, free: 3e9 })).toBe(2e9);
});

it("an account is refused that the disk does not take, and one far beyond the quota unless it is wanted", () => {
  const room = { size: 1e12, free: 21e9 };
  const judge =
    (bytes: number, quota?: number, force = false) =>
    () =>
      refuseTooLarge(job, bytes, { room, quota, force });
  expect(judge(20e9)).not.toThrow();
  expect(judge(21e9)).toThrow("h has 21 GB of mail, and the disk has room for 20 GB");
  expect(judge(21e9, undefined, true)).toThrow("the disk");
  expect(judge(4e9, 1e9)).not.toThrow();
  expect(judge(5e9, 1e9)).toThrow("h has 5 GB of mail, and the mailbox of john takes 1 GB");
  expect(judge(5e9, 1e9, true)).not.toThrow();
});

it("a run ends before the disk is full, which is looked at now and then", async () => {
  let ticks = 0;
  let looks = 0;
  const inspect: Processes["inspect"] = async () => {
    looks += 1;
    return { exit: 0, stdout: `4096 1000000 ${looks < 3 ? 300_000 : 50_000}\n`, stderr: "", timedOut: false };
  };
  const reason = beforeDiskIsFull({ inspect } as Processes, { ticks: () => ticks } as Clock);
  expect(await reason()).toBeUndefined();
  expect(await reason()).toBeUndefined();
  expect(looks).toBe(1);
  ticks += 5000;
  expect(await reason()).toBeUndefined();
  ticks += 5000;
  expect(String(await reason())).toContain("nearly full: 205 MB are left");
});
