import { describe, expect, it } from "vitest";
import { chosen } from "../../../../src/commands/filter/quarantine/chosen.ts";
import { heldOf, matching, named } from "../../../../src/commands/filter/quarantine/held.ts";

const day = 86_400_000;
const now = 100 * day;

function row(id: string, uid: number, daysAgo: number, more: Readonly<Record<string, string>> = {}) {
  return {
    "mailbox-guid": "f",
    uid: String(uid),
    "date.received.unixtime": String((now - daysAgo * day) / 1000),
    "size.physical": "10",
    "hdr.from.utf8": "Bulk <b@example.net>",
    "hdr.subject.utf8": "Grüße",
    "hdr.x-quarantine-id": id,
    "hdr.x-quarantine-sender": "<bulk@example.net>",
    "hdr.x-quarantine-recipients": "<john@example.org>,\n\t<mary@example.org>",
    "hdr.x-quarantine-reason": "reject, score 25.00",
    ...more,
  };
}

const all = heldOf([row("A1", 3, 1), row("B2", 2, 40, { "hdr.x-quarantine-sender": "<>" }), row("C3", 4, 9)]);
const ids = (held: readonly { readonly id: string }[]) => held.map(({ id }) => id);

describe("what is held", () => {
  it("is what has the notes of the quarantine, oldest first", () => {
    expect(ids(heldOf([...all.map((one) => row(one.id, one.uid, 1)), row("", 9, 1)])).length).toBe(3);
    expect(ids(all)).toEqual(["B2", "C3", "A1"]);
    expect(all[0]).toMatchObject({ sender: "", recipients: ["john@example.org", "mary@example.org"] });
    expect(heldOf([row("X", 1, 1, { "hdr.x-quarantine-sender": "forged" })])).toEqual([]);
    expect(heldOf([row("X\u001b[31m", 1, 1)])).toEqual([]);
  });

  it("has ids that are of one message each", () => {
    const twice = heldOf([row("A1", 1, 2), row("A1", 2, 1), row("B2", 3, 0)]);
    expect(ids(twice)).toEqual(["A1.1", "A1.2", "B2"]);
    expect(ids(named(twice, ["a1.2", "B2", "B2"]))).toEqual(["A1.2", "B2"]);
    expect(ids(named(twice, ["B2", "b2"]))).toEqual(["B2"]);
    expect(() => named(twice, ["A1"])).toThrow("there is no message A1");
    expect(() => named(twice, ["C3"])).toThrow(expect.objectContaining({ exit: 1, code: "UNKNOWN_KEY" }));
  });
});

it("of two ids that differ in capitals alone, each is the one that is meant", () => {
  const alike = heldOf([row("4bcDf", 1, 2), row("4Bcdf", 2, 1)]);
  expect(named(alike, ["4Bcdf"])).toMatchObject([{ uid: 2 }]);
  expect(() => named(alike, ["4bcdf"])).toThrow(
    expect.objectContaining({ exit: 1, hint: "more than one: 4bcDf, 4Bcdf" }),
  );
});

describe("a choice", () => {
  it.each([
    [{}, ["B2", "C3", "A1"]],
    [{ from: "BULK@" }, ["C3", "A1"]],
    [{ from: "b@example" }, ["B2", "C3", "A1"]],
    [{ to: "MARY" }, ["B2", "C3", "A1"]],
    [{ to: "paul" }, []],
    [{ since: "10d" }, ["C3", "A1"]],
    [{ older: "30d" }, ["B2"]],
    [{ since: "2w", older: "36h" }, ["C3"]],
  ])("%j", (options, found) => {
    expect(ids(matching(all, options, now))).toEqual(found);
  });

  it("is by ids or by options, and never of all by mistake", () => {
    expect(ids(chosen(all, ["A1"], {}, now))).toEqual(["A1"]);
    expect(ids(chosen(all, [], { all: true }, now))).toEqual(["B2", "C3", "A1"]);
    expect(ids(chosen(all, [], { older: "30d" }, now))).toEqual(["B2"]);
    expect(() => chosen(all, [], {}, now)).toThrow("which messages?");
    expect(() => chosen(all, ["A1"], { older: "30d" }, now)).toThrow("either messages by their ids");
    expect(() => chosen(all, [], { older: "30" }, now)).toThrow("it is no time");
  });
});
