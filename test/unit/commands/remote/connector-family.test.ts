import { expect, it } from "vitest";
import { applyOptions } from "../../../../src/commands/apply-options.ts";
import { families } from "../../../../src/commands/people/people-commands.ts";
import { connectorFamily } from "../../../../src/commands/remote/connector-family.ts";
import { syncFamily } from "../../../../src/commands/remote/sync/sync-family.ts";

it.each([...families, connectorFamily, syncFamily])(
  "no option of a $name is one of the event that it signals, which would hear of it too",
  ({ options }) => {
    const ofEvents = applyOptions.map(({ name }) => name);
    expect(ofEvents).toContain("no-check");
    expect(options.map(({ name }) => name).filter((name) => ofEvents.includes(name))).toEqual([]);
  },
);

it("the hint behind a new one can be pasted, whatever its name", () => {
  expect(connectorFamily.next?.("jd at isp")).toBe(
    "see whether the login works: mailwright fetch --test 'jd at isp'",
  );
});
