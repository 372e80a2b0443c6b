import { describe, expect, it } from "vitest";
import { masksOf, type Naming, namesOf } from "../../../../src/commands/remote/sync/remote-names.ts";
import type { SyncJob } from "../../../../src/mail/sync-jobs.ts";

const none: Naming = { sign: undefined, belowInbox: undefined, signed: [] };

describe("the names of an account's folders", () => {
  it("are those of the server, with a sign for a / within them", () => {
    const shown = ["INBOX", "~7etilde", "a~2fb", "Ré/x~2fy", "100%"];
    expect(namesOf(shown, none)).toEqual({
      names: ["INBOX", "~tilde", "a_b", "Ré/x_y", "100%"],
      sign: "_",
      signed: ["a_b", "Ré/x_y"],
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
    const earlier = { sign: "-", belowInbox: false, signed: ["a-b"] };
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

  it("are not those of folders that have the sign by themselves", () => {
    const before = namesOf(["x~2fy", "a_b"], none);
    expect([before.sign, before.signed]).toEqual(["_", ["x_y"]]);
    expect(namesOf(["x~2fy", "a_b", "a~2fb"], before)).toMatchObject({
      names: ["x-y", "a_b", "a-b"],
      signed: ["x-y", "a-b"],
      renamed: new Map([["x_y", "x-y"]]),
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
