import { expect, it } from "vitest";
import { fullnessOf } from "../../../../src/commands/remote/fetch-account.ts";

it.each([
  [undefined, undefined],
  ["DUNNO", undefined],
  ["552 5.2.2 The mailbox is full", "the mailbox of john is full"],
  [
    "DEFER_IF_PERMIT Temporary internal error",
    "Dovecot cannot find out whether the mailbox of john is full: Temporary internal error",
  ],
])("a mailbox is full by the word of Dovecot alone: %s", (action, expected) => {
  expect(fullnessOf("john", action)).toBe(expected);
});
