import { describe, expect, it } from "vitest";
import { masksOf, namesOf } from "../../../../src/commands/remote/sync/remote-names.ts";
import type { SyncJob } from "../../../../src/mail/sync-jobs.ts";

describe("the names of an account's folders", () => {
  it("are those of the server, with a sign for a / within them", () => {
    const shown = ["INBOX", "~7etilde", "a~2fb", "Ré/x~2fy", "100%"];
    expect(namesOf(shown, undefined)).toEqual({
      names: ["INBOX", "~tilde", "a_b", "Ré/x_y", "100%"],
      sign: "_",
      belowInbox: false,
    });
  });

  it("never make one of two: another sign is taken then", () => {
    const { names, sign } = namesOf(["a~2fb", "a_b", "a-b"], undefined);
    expect([names, sign]).toEqual([["a+b", "a_b", "a-b"], "+"]);
  });

  it("stand beside INBOX where the server has all below it, and stay so", () => {
    const below = ["INBOX", "INBOX/Sent", "INBOX/INBOX/Sub"];
    expect(namesOf(below, undefined)).toMatchObject({
      names: ["INBOX", "Sent", "INBOX/Sub"],
      belowInbox: true,
    });
    expect(namesOf(below, false).names).toEqual(below);
    expect(namesOf([...below, "Other"], undefined)).toMatchObject({ belowInbox: false });
    expect(namesOf(["INBOX"], undefined).belowInbox).toBeUndefined();
  });

  it("are masks for dsync where they are left out and hold no wildcard", () => {
    const job = { excluded: ["Old", "x*", "INBOX"], copiesTrash: false } as unknown as SyncJob;
    const names = ["INBOX", "INBOX/a", "Old", "Old/b", "Older", "x*", "Trash/c"];
    expect(masksOf(job, { names, sign: "_", belowInbox: false })).toEqual([
      "INBOX",
      "Old",
      "Old/b",
      "Trash/c",
    ]);
  });
});
