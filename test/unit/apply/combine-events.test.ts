import { describe, expect, it } from "vitest";
import { combineEvents, type LoadedCall, necessaryCalls } from "../../../src/apply/combine-events.ts";
import type { Event } from "../../../src/apply/event.ts";

const event = (name: string, others: Partial<Event> = {}): Event => ({
  ...{
    name,
    description: "",
    carriesOut: [name],
    templates: [],
    services: new Map(),
    changes: [],
    isIrreversible: false,
    scripts: [],
    skipped: [],
  },
  ...others,
});
const call = (name: string, args: readonly string[] = [], others: Partial<Event> = {}): LoadedCall => ({
  event: event(name, others),
  args,
});
const script = (path: string) => ({ name: path.slice(path.lastIndexOf("/") + 1), path });
const names = (calls: readonly LoadedCall[]): string[] =>
  calls.map(({ event: { name }, args }) => [name, ...args].join(" "));

describe("combineEvents", () => {
  it("settings are changed with the event and arguments that they belong to, and what is irreversible is", () => {
    const modify = call("modify", ["Old", "New"], { changes: [{ name: "rename" }], isIrreversible: true });
    const combined = combineEvents("apply", "", [call("save"), modify]);
    expect(combined.changes).toEqual([{ name: "rename", call: { event: "modify", args: ["Old", "New"] } }]);
    expect(combined.isIrreversible).toBe(true);
    expect(combineEvents("apply", "", [call("save")]).isIrreversible).toBe(false);
  });
});

describe("necessaryCalls", () => {
  it.each<[what: string, calls: LoadedCall[], necessary: string[]]>([
    ["nothing of nothing", [], []],
    ["one alone", [call("a")], ["a"]],
    ["those that have nothing to do with each other, in their order", [call("b"), call("a")], ["b", "a"]],
    ["not one that a later one carries out", [call("a"), call("b", [], { carriesOut: ["b", "a"] })], ["b"]],
    [
      "not one that an earlier one carries out",
      [call("b", [], { carriesOut: ["b", "a"] }), call("a")],
      ["b"],
    ],
    ["the first of two alike", [call("a"), call("b"), call("a")], ["a", "b"]],
    [
      "not one that is carried out over two steps",
      [call("a"), call("b", [], { carriesOut: ["b", "a"] }), call("c", [], { carriesOut: ["c", "b", "a"] })],
      ["c"],
    ],
    [
      "each with arguments, for its record",
      [
        call("user-create", ["john"]),
        call("user-create", ["anna"]),
        call("user-modify", ["john"], { carriesOut: ["user-modify", "user-create"] }),
      ],
      ["user-create john", "user-create anna", "user-modify john"],
    ],
    [
      "not one without arguments that one with arguments carries out",
      [call("save"), call("user-create", ["john"], { carriesOut: ["user-create", "save"] })],
      ["user-create john"],
    ],
    [
      "one of two that carry out each other",
      [call("a", [], { carriesOut: ["a", "b"] }), call("a", [], { carriesOut: ["a", "b"] })],
      ["a"],
    ],
  ])("leaves %s", (_, calls, necessary) => {
    expect(names(necessaryCalls(calls))).toEqual(necessary);
  });
});

describe("combineEvents", () => {
  it("has every template and every event once, in the order of the calls", () => {
    const combined = combineEvents("apply", "all", [
      call("b", [], { carriesOut: ["b", "base"], templates: ["/etc/2", "/etc/1"] }),
      call("a", [], { carriesOut: ["a", "base"], templates: ["/etc/1", "/etc/3"] }),
    ]);
    expect(combined).toMatchObject({ name: "apply", description: "all" });
    expect(combined.carriesOut).toEqual(["b", "base", "a"]);
    expect(combined.templates).toEqual(["/etc/2", "/etc/1", "/etc/3"]);
  });

  it.each([
    ["reload", "restart", "restart"],
    ["restart", "reload", "restart"],
    ["reload", "reload", "reload"],
  ] as const)("of %s and %s asked for one service it has %s", (first, second, stronger) => {
    const { services } = combineEvents("apply", "", [
      call("a", [], { services: new Map([["postfix", first]]) }),
      call("b", [], {
        services: new Map([
          ["postfix", second],
          ["dovecot", "reload"],
        ]),
      }),
    ]);
    expect([...services]).toEqual([
      ["postfix", stronger],
      ["dovecot", "reload"],
    ]);
  });

  it("has a script once for each list of arguments, with the event and arguments that it belongs to", () => {
    const shared = script("/events/base/S10-base");
    const { scripts } = combineEvents("apply", "", [
      call("user-create", ["john"], { scripts: [shared, script("/events/user-create/S20-make")] }),
      call("user-create", ["anna"], { scripts: [shared, script("/events/user-create/S20-make")] }),
      call("a", [], { scripts: [shared] }),
      call("b", [], { scripts: [shared] }),
    ]);
    expect(scripts.map(({ name, call: own }) => [name, own?.event, ...(own?.args ?? [])].join(" "))).toEqual([
      "S10-base user-create john",
      "S20-make user-create john",
      "S10-base user-create anna",
      "S20-make user-create anna",
      "S10-base a",
    ]);
  });

  it("tells of a script that is left out once", () => {
    const skipped = [script("/events/base/S10-no")];
    const combined = combineEvents("apply", "", [call("a", [], { skipped }), call("b", [], { skipped })]);
    expect(combined.skipped.map(({ path }) => path)).toEqual(["/events/base/S10-no"]);
  });

  it("of nothing makes no file and runs nothing", () => {
    expect(combineEvents("apply", "", [])).toEqual(event("apply", { carriesOut: [], description: "" }));
  });
});
