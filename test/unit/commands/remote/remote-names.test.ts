import { describe, expect, it } from "vitest";
import { masksOf, type Naming, namesOf } from "../../../../src/commands/remote/sync/remote-names.ts";
import type { SyncJob } from "../../../../src/mail/sync-jobs.ts";

const none: Naming = { sign: undefined, belowInbox: undefined };

describe("the names of an account's folders", () => {
  it("are those of the server, with a sign for a / within them", () => {
    const shown = ["INBOX", "~7etilde", "a~2fb", "Ré/x~2fy", "100%"];
    expect(namesOf(shown, none)).toEqual({
      names: ["INBOX", "~tilde", "a_b", "Ré/x_y", "100%"],
      sign: "_",
      belowInbox: false,
      renamed: new Map(),
    });
  });

  it("never make one of two: another sign is taken then", () => {
    const { names, sign } = namesOf(["a~2fb", "a_b", "a-b"], none);
    expect([names, sign]).toEqual([["a+b", "a_b", "a-b"], "+"]);
  });

  it("keep their sign, but for one that makes one name of two by now: then each has a new name", () => {
    const shown = ["a~2fb", "x/c~2fd", "a-b", "e"];
    const before = namesOf(shown, none);
    expect(before.sign).toBe("_");
    const earlier = { sign: "-", belowInbox: false };
    expect(namesOf(["a~2fb", "a_b"], earlier)).toMatchObject({
      names: ["a-b", "a_b"],
      sign: "-",
      renamed: new Map(),
    });
    expect(namesOf([...shown, "a_b"], before)).toMatchObject({
      names: ["a+b", "x/c+d", "a-b", "e", "a_b"],
      renamed: new Map([
        ["a_b", "a+b"],
        ["x/c_d", "x/c+d"],
      ]),
    });
  });

  it("stand beside INBOX where the server has all below it, and stay so", () => {
    const below = ["INBOX", "INBOX/Sent", "INBOX/INBOX/Sub"];
    expect(namesOf(below, none)).toMatchObject({
      names: ["INBOX", "Sent", "INBOX/Sub"],
      belowInbox: true,
    });
    expect(namesOf(below, { ...none, belowInbox: false }).names).toEqual(below);
    expect(namesOf([...below, "Other"], none)).toMatchObject({ belowInbox: false });
    expect(namesOf(["INBOX"], none).belowInbox).toBeUndefined();
  });

  it("are masks for dsync where they are left out and hold no wildcard", () => {
    const job = { excluded: ["Old", "x*", "INBOX"], copiesTrash: false } as unknown as SyncJob;
    const names = ["INBOX", "INBOX/a", "Old", "Old/b", "Older", "x*", "Trash/c"];
    expect(masksOf(job, { names })).toEqual(["INBOX", "Old", "Old/b", "Trash/c"]);
  });
});
