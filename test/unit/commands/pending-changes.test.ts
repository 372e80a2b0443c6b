import { describe, expect, it } from "vitest";
import { callText, eventCalls, type PendingChange } from "../../../src/commands/pending-changes.ts";
import { parseRevision } from "../../../src/commands/revisions.ts";

const change = (others: Partial<PendingChange>): PendingChange => ({
  ...{ revision: 1, at: 0, actor: "root", via: "tty1", database: "accounts", key: "john", name: "type" },
  ...{ old: undefined, new: "user", events: [], default: undefined, inEffect: true },
  ...others,
});

const ofUser = ["user-create", "user-modify", "user-delete"];
const ofPassword = ["password-modify", ...ofUser];
const known = [...ofPassword, "filter-save"];

const calls = (changes: readonly PendingChange[], there: readonly string[] = known): (string | undefined)[] =>
  eventCalls(changes, there).map((call) => call && callText(call));

const type = (old: string | undefined, value: string | undefined): PendingChange =>
  change({ old, new: value, events: ofUser });
const password = change({ name: "PasswordHash", new: "{PLAIN}x", events: ofPassword });

describe("the events that apply changes", () => {
  it.each([
    [undefined, "user", "user-create john"],
    ["user", undefined, "user-delete john"],
    ["user", "group", "user-modify john"],
  ])("a type that was %s and is %s: %s", (old, value, text) => {
    expect(calls([type(old, value)])).toEqual([text]);
  });

  it("a property alone: the first that is there, or the one that modifies the record", () => {
    expect(calls([password])).toEqual(["password-modify john"]);
    expect(calls([password], ofUser)).toEqual(["user-modify john"]);
    expect(calls([change({ key: "rspamd", name: "P", events: ["gone-save", "filter-save"] })])).toEqual([
      "filter-save",
    ]);
  });

  it("a property of a record that was made, or deleted: what makes or deletes the record", () => {
    expect(calls([type(undefined, "user"), password])).toEqual(["user-create john", "user-create john"]);
    const gone = change({ name: "PasswordHash", old: "{PLAIN}x", new: undefined, events: ofPassword });
    expect(calls([gone, type("user", undefined)])).toEqual(["user-delete john", "user-delete john"]);
  });

  it("but not of another record, nor where that event does not apply the property", () => {
    const other = change({ ...password, key: "anna" });
    expect(calls([type(undefined, "user"), other])).toEqual(["user-create john", "password-modify anna"]);
    const apart = change({ name: "Quota", events: ["filter-save"] });
    expect(calls([type(undefined, "user"), apart])).toEqual(["user-create john", "filter-save"]);
  });

  it("none where no event of it is here, or where it has no effect", () => {
    expect(calls([type(undefined, "user")], ["filter-save"])).toEqual([undefined]);
    expect(calls([type(undefined, "user"), { ...password, inEffect: false }])).toEqual([
      "user-create john",
      undefined,
    ]);
  });
});

describe("callText", () => {
  it.each([
    [[], "go"],
    [["john@example.org"], "go john@example.org"],
    [["a b"], "go 'a b'"],
    [["it's"], "go 'it'\\''s'"],
    [[""], "go ''"],
    [["$(id)", "-x"], "go '$(id)' -x"],
    [["Zürich"], "go 'Zürich'"],
  ])("%j is fit to be pasted", (args, text) => {
    expect(callText({ event: "go", args })).toBe(text);
  });
});

describe("parseRevision", () => {
  it.each([
    ["0", 0],
    ["7", 7],
    ["007", 7],
  ])("%s", (text, revision) => {
    expect(parseRevision(text, 7)).toBe(revision);
  });

  it.each(["", "x", "-1", "1.5", "0x1", " 1", "1 ", "١"])("%j is refused with what is accepted", (text) => {
    expect(() => parseRevision(text, 7)).toThrow(
      expect.objectContaining({ exit: 3, hint: "accepted: a number from 0 to 7" }),
    );
  });

  it.each(["8", "99999999999999999999"])("%s is not there", (text) => {
    expect(() => parseRevision(text, 7)).toThrow(
      expect.objectContaining({ exit: 1, code: "UNKNOWN_REVISION" }),
    );
  });
});
