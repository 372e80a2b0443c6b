import { describe, expect, it } from "vitest";
import { mirrorAccount } from "../../../../src/commands/remote/sync/mirror.ts";
import type { Outcome } from "../../../../src/system/system.ts";

const outcome = (exit: number, stderr = ""): Outcome => ({ exit, stdout: "", stderr }) as Outcome;
const done = outcome(0);
const cut = outcome(75, "Error: imapc(h:143): Server disconnected unexpectedly: EOF - disconnecting");
const unread = (folder: string, uid: number): Outcome =>
  outcome(75, `Error: Exporting mailbox ${folder} failed: Can't lookup hdr-stream for UID=${uid}: Internal`);

/** Runs it where dsync comes to these in turn, the mirror having so many messages after each. */
async function mirrored(...runs: readonly (readonly [Outcome, number])[]) {
  let at = 0;
  const without: (readonly string[])[] = [];
  const slept: number[] = [];
  let removed = 0;
  const result = await mirrorAccount({
    dsync: async (folders) => {
      without.push([...folders]);
      return runs[at++]?.[0] ?? cut;
    },
    count: () => (at === 0 ? 0 : (runs[at - 1]?.[1] ?? 0)),
    removeMirror: async () => {
      removed++;
    },
    sleep: async (time) => {
      slept.push(time);
    },
  });
  return { ...result, without, slept, removed };
}

describe("dsync is run until the mirror is whole", () => {
  it("goes on after any number of broken connections, as long as each brings more", async () => {
    const cuts = Array.from({ length: 10 }, (_, at) => [cut, (at + 1) * 10] as const);
    const { isWhole, without } = await mirrored(...cuts, [done, 120]);
    expect([isWhole, without.length]).toEqual([true, 11]);
  });

  it("gives up after four that bring nothing, with longer pauses", async () => {
    const { isWhole, failure, without, slept } = await mirrored([cut, 10]);
    expect([isWhole, failure, without.length]).toEqual([false, cut, 5]);
    expect(slept).toEqual([0, 1000, 2000, 3000]);
  });

  it("blames no folder for a broken connection, and tries a server that hangs no more than it must", async () => {
    const broken = outcome(
      75,
      "Error: Server disconnected unexpectedly: EOF\nError: Can't open mailbox A: Internal",
    );
    const { stuck, without } = await mirrored(
      [broken, 10],
      [broken, 10],
      [broken, 10],
      [broken, 10],
      [broken, 10],
    );
    expect([stuck, without.length]).toEqual([[], 5]);
    const hung = outcome(75, "Error: imapc(h:143): Command 'UID FETCH 1' timed out, disconnecting");
    expect((await mirrored([hung, 10], [hung, 10])).without.length).toBe(2);
  });

  it("passes by a folder where it stops twice at one message, or that it twice cannot open", async () => {
    const closed = outcome(75, "Error: Can't open mailbox Calendar: Not a mail folder");
    const { isWhole, failure, stuck, without } = await mirrored(
      [unread("Bad", 8), 7],
      [unread("Bad", 8), 7],
      [closed, 9],
      [closed, 9],
      [done, 20],
    );
    expect([isWhole, failure]).toEqual([false, undefined]);
    expect(stuck).toEqual([
      { folder: "Bad", uid: 8 },
      { folder: "Calendar", uid: undefined },
    ]);
    expect(without.slice(1)).toEqual([[], ["Bad"], ["Bad"], ["Bad", "Calendar"]]);
  });

  it("stops nowhere for good where it stops at another message each time", async () => {
    const { isWhole } = await mirrored([unread("A", 8), 7], [unread("A", 9), 8], [done, 20]);
    expect(isWhole).toBe(true);
  });

  it("makes a mirror anew where the INBOX was, and ends at once with what no second run mends", async () => {
    const renewed = await mirrored([outcome(2, "Warning: INBOX can't be deleted"), 5], [done, 5]);
    expect(renewed).toMatchObject({ isWhole: true, removed: 1 });
    const refused = await mirrored([outcome(77, "Error: Authentication failed"), 0]);
    expect([refused.isWhole, refused.without.length]).toEqual([false, 1]);
  });
});
