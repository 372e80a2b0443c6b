import { expect, it } from "vitest";
import { isEntryOf } from "../../../src/commands/remove-mailbox.ts";

it.each([
  ["user=mary lr", true],
  ["-user=mary w", true],
  ['"user=mary" lr', true],
  ["user=mary2 lr", false],
  ["group=mary lr", false],
  ["user=john lr", false],
  ["owner lr", false],
  ["", false],
])("%j of an access control list is of the user: %j", (line, isHers) => {
  expect(isEntryOf(line, "mary")).toBe(isHers);
});

it("a name with a blank is in quotes, and no pattern", () => {
  expect(isEntryOf('"user=a b" lr', "a b")).toBe(true);
  expect(isEntryOf("user=m.ry lr", "mary")).toBe(false);
});
