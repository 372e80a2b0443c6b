import { describe, expect, it } from "vitest";
import { type RuleLists, rules, verdict } from "../../../src/mail/rules.ts";
import { settings } from "./some-settings.ts";

const none: RuleLists = { "allow-from": [], "allow-to": [], "block-from": [] };
const neutral = "someone@neutral.example";

/** The verdict on a message of which one thing is told. */
const blocks = (rule: string, sender: string) =>
  verdict({ ...none, "block-from": [rule] }, { sender, recipients: [neutral], authors: [neutral] });

describe("a rule", () => {
  it.each([
    ["bad.example", "x@bad.example"],
    ["bad.example", "x@BAD.Example"],
    ["bad.example", "x@a.b.bad.example"],
    ["Bad.Example", "x@bad.example"],
    ["john@a.example", "John@A.example"],
    ["john@a.example", "john+tag@a.example"],
    ["john@a.example", "john+a+b@a.example"],
    ["john+tag@a.example", "john+TAG@a.example"],
    ["john@a.example", '"john"@a.example'],
    ["two words@a.example", '"two words"@a.example'],
    ["bücher.example", "x@xn--bcher-kva.example"],
    ["bücher.example", "x@sub.BÜCHER.example"],
    ["xn--bcher-kva.example", "x@bücher.example"],
    ["jöhn@bücher.example", "JÖHN@xn--bcher-kva.example"],
  ])("%s covers %s", (rule, sender) => {
    expect(blocks(rule, sender)).toBe("blocked sender");
  });

  it.each([
    ["bad.example", "x@notbad.example"],
    ["bad.example", "x@bad.example.net"],
    ["bad.example", "bad.example@neutral.example"],
    ["sub.bad.example", "x@bad.example"],
    ["john@a.example", "x@a.example"],
    ["john@a.example", "john@sub.a.example"],
    ["john@a.example", "xjohn@a.example"],
    ["john+tag@a.example", "john@a.example"],
    ["john+tag@a.example", "john+tags@a.example"],
    ["a.example", ""],
  ])("%s does not cover %s", (rule, sender) => {
    expect(blocks(rule, sender)).toBe("none");
  });
});

describe("the verdict", () => {
  const lists: RuleLists = {
    "allow-from": ["friend@a.example", "both.example"],
    "allow-to": ["open@domain.org"],
    "block-from": ["bad.example", "both.example", "friend@a.example"],
  };
  const of = (sender: string, recipients: readonly string[], authors: readonly string[] = [neutral]) =>
    verdict(lists, { sender, recipients, authors });

  it("is that of an Allow rule where both fit", () => {
    expect(of("x@both.example", ["john@domain.org"])).toBe("allowed sender");
    expect(of("friend@a.example", ["john@domain.org"], ["x@bad.example"])).toBe("allowed sender");
    expect(of("x@bad.example", ["open@domain.org"])).toBe("allowed recipient");
  });

  it("allows for all recipients what one of them allows", () => {
    expect(of(neutral, ["john@domain.org", "Open+tag@domain.org"])).toBe("allowed recipient");
    expect(of(neutral, ["john@domain.org"])).toBe("none");
  });

  it("blocks by the header From, and never allows by it", () => {
    expect(of(neutral, ["john@domain.org"], ["x@sub.bad.example"])).toBe("blocked sender");
    expect(of("", ["john@domain.org"], [neutral, "x@bad.example"])).toBe("blocked sender");
    expect(of(neutral, ["john@domain.org"], ["friend@a.example"])).toBe("blocked sender");
    expect(
      verdict({ ...lists, "block-from": [] }, { sender: "", recipients: [], authors: ["x@both.example"] }),
    ).toBe("none");
  });

  it("of a Block rule does not need a list of Allow rules", () => {
    expect(blocks("bad.example", "x@bad.example")).toBe("blocked sender");
  });
});

describe("the table", () => {
  it("has each rule once, in lower case, and a domain beyond ASCII in both forms", () => {
    const rspamd = {
      SenderWhiteList: "John@A.Example, john@a.example",
      RecipientWhiteList: "",
      SenderBlackList: "Bücher.example,Two Words@xn--bcher-kva.example",
    };
    expect(rules(settings({}, {}, { "rspamd service": rspamd })).entries).toEqual([
      { kind: "allow-from", match: "john@a.example" },
      { kind: "block-from", match: "xn--bcher-kva.example" },
      { kind: "block-from", match: "bücher.example" },
      { kind: "block-from", match: "two words@xn--bcher-kva.example" },
      { kind: "block-from", match: "two words@bücher.example" },
    ]);
    expect(rules(settings({})).entries).toEqual([]);
  });
});
