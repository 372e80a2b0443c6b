import { describe, expect, it } from "vitest";
import { isTooMuch, lossOf } from "../../../../src/commands/remote/sync/loss.ts";
import type { Message } from "../../../../src/commands/remote/sync/merge.ts";

const message = (guid: string, identity = guid): Message => ({ uid: 1, guid, flags: [], identity });
const known = (...guids: string[]) => guids.map((guid) => ({ guid, copy: guid, flags: [], identity: guid }));

describe("what would be lost with what is gone at the server", () => {
  it("is what is here still, and nowhere in the account any more", () => {
    const mirror = new Map([
      ["INBOX", [message("a")]],
      ["Archive", [message("moved-anew", "b")]],
    ]);
    const mailbox = new Map([["INBOX", [message("a"), message("b"), message("c"), message("own")]]]);
    const before = new Map([["INBOX", known("a", "b", "c", "deleted-here")]]);
    expect(lossOf(mirror, mailbox, before)).toEqual({ lost: 1, copied: 3 });
  });

  it.each([
    [0, 0, false],
    [1, 1, true],
    [3, 4, false],
    [11, 22, false],
    [11, 21, true],
    [500, 1001, false],
    [501, 1001, true],
  ])("%d of %d: too much is %s", (lost, copied, isIt) => {
    expect(isTooMuch({ lost, copied })).toBe(isIt);
  });
});
