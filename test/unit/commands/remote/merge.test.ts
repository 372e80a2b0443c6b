import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Known, type Message, mergeFolder, uidSet } from "../../../../src/commands/remote/sync/merge.ts";

const message = (uid: number, guid: string, flags: string[] = [], identity = `id-${guid}`): Message => ({
  uid,
  guid,
  flags,
  identity,
});
const known = (guid: string, flags: string[] = [], copy = guid, identity = `id-${guid}`): Known => ({
  guid,
  copy,
  flags,
  identity,
});

describe("a folder that follows its mirror", () => {
  it("gets what is new, once", () => {
    const mirror = [message(1, "a"), message(2, "b", ["\\Seen"])];
    const first = mergeFolder(mirror, [], [], false);
    expect(first.copies).toEqual(mirror);
    const second = mergeFolder(mirror, [message(7, "a"), message(8, "b", ["\\Seen"])], first.known, false);
    expect(second).toMatchObject({ copies: [], marks: [], removals: [] });
  });

  it("does not get again what its user has deleted or moved", () => {
    expect(mergeFolder([message(1, "a")], [], [known("a")], true)).toMatchObject({
      copies: [],
      removals: [],
    });
  });

  it("keeps what a killed run has copied and not noted", () => {
    const { copies, known: after } = mergeFolder(
      [message(1, "a"), message(2, "b")],
      [message(5, "a")],
      [],
      false,
    );
    expect(copies.map(({ guid }) => guid)).toEqual(["b"]);
    expect(after).toEqual([known("a"), known("b")]);
  });

  it("gives what a killed run has copied the keywords whose names Dovecot had not written down", () => {
    const mirror = [message(1, "a", ["\\Seen", "important"]), message(2, "b", ["important"])];
    const mailbox = [message(5, "a", ["\\Seen", "unknown-0"]), message(6, "b", ["important"])];
    const marks = [{ uid: 5, add: ["important"], remove: ["unknown-0"] }];
    expect(mergeFolder(mirror, mailbox, [], false)).toMatchObject({ copies: [], marks });
    // Killed earlier, its copies have GUIDs of their own.
    const unnamed = mailbox.map((one) => ({ ...one, guid: `own-${one.guid}` }));
    expect(mergeFolder(mirror, unnamed, [], false)).toMatchObject({ copies: [], marks });
  });

  it("takes the same message that was there before for its copy, as many as there are", () => {
    const twins = [message(1, "a", [], "same"), message(2, "b", [], "same")];
    const { copies, known: after } = mergeFolder(twins, [message(5, "own", [], "same")], [], false);
    expect(copies.map(({ guid }) => guid)).toEqual(["b"]);
    expect(after[0]).toEqual(known("a", [], "own", "same"));
  });

  it("knows a message again when the mirror was made anew", () => {
    const before = [known("old", [], "copy", "same")];
    const now = mergeFolder([message(1, "new", [], "same")], [message(5, "copy", [], "same")], before, true);
    expect(now).toMatchObject({ copies: [], removals: [] });
    expect(now.known).toEqual([known("new", [], "copy", "same")]);
  });

  it("loses what is gone at the server only where that is wanted, and what it had itself never", () => {
    const mailbox = [message(5, "a"), message(6, "own")];
    expect(mergeFolder([], mailbox, [known("a")], false)).toMatchObject({
      removals: [],
      known: [known("a")],
    });
    expect(mergeFolder([], mailbox, [known("a")], true)).toMatchObject({ removals: [5], known: [] });
  });

  it("gets flags that were added at the server, and loses them only where that is wanted", () => {
    const mirror = [message(1, "a", ["\\Answered"])];
    const mailbox = [message(5, "a", ["\\Seen", "mine"])];
    const before = [known("a", ["\\Seen"])];
    const add = ["\\Answered"];
    expect(mergeFolder(mirror, mailbox, before, false).marks).toEqual([{ uid: 5, add, remove: [] }]);
    expect(mergeFolder(mirror, mailbox, before, true).marks).toEqual([{ uid: 5, add, remove: ["\\Seen"] }]);
  });

  it("does not undo flags that the user has changed", () => {
    const mirror = [message(1, "a", ["\\Seen"])];
    expect(mergeFolder(mirror, [message(5, "a")], [known("a", ["\\Seen"])], true).marks).toEqual([]);
  });

  it("has each message of the server once, wherever a run is killed", () => {
    const messages = fc.array(fc.record({ identity: fc.constantFrom("x", "y", "z"), done: fc.boolean() }));
    fc.assert(
      fc.property(messages, (all) => {
        const mirror = all.map(({ identity }, index) => message(index + 1, `g${index}`, [], identity));
        const copied = mirror.filter((_, index) => all[index]?.done);
        const { copies, known: after, removals } = mergeFolder(mirror, copied, [], true);
        expect([...copied, ...copies].map(({ guid }) => guid).sort()).toEqual(
          mirror.map(({ guid }) => guid).sort(),
        );
        expect(after.length).toBe(mirror.length);
        expect(removals).toEqual([]);
      }),
    );
  });
});

describe("a set of UIDs", () => {
  it("is as short as IMAP has it", () => {
    expect(uidSet([7, 1, 2, 3])).toBe("1:3,7");
    expect(uidSet([])).toBe("");
  });
});
