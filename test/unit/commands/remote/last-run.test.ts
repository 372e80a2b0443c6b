import { expect, it } from "vitest";
import { failingConnectors } from "../../../../src/commands/remote/failing-connectors.ts";
import { lastRun, rememberRun } from "../../../../src/commands/remote/last-run.ts";
import type { Files } from "../../../../src/system/system.ts";
import { settings } from "../../mail/some-settings.ts";

/** Files in memory, as far as runs are remembered in them. */
function memory(): Pick<Files, "readText" | "write"> {
  const texts = new Map<string, string>();
  return {
    readText: (path) => texts.get(path),
    write: (path, bytes) => void texts.set(path, Buffer.from(bytes).toString("utf8")),
  };
}

const run = (started: number, problem?: string) => ({
  ...{ started, ended: started + 1, delivered: 0, spam: 0, refused: 0, kept: 0, problem },
});

it("an account fails since the first of its runs that failed in a row", () => {
  const files = memory();
  const record = { Account: "john", Server: "s", Username: "u" };
  const all = settings(
    {},
    {},
    {},
    { getmail: { "a getmail": record, "b getmail": { ...record, status: "disabled" } } },
  );
  const failing = () => failingConnectors(all, files);
  expect(failing()).toEqual([]);
  rememberRun(files, "a", run(1));
  expect(failing()).toEqual([]);
  rememberRun(files, "a", run(2, "x"));
  rememberRun(files, "b", run(2, "x"));
  rememberRun(files, "a", run(3, "y"));
  expect(failing()).toEqual([{ key: "a", problem: "y", since: 2 }]);
  rememberRun(files, "a", run(4));
  expect(lastRun(files, "a")).not.toHaveProperty("failingSince");
  rememberRun(files, "a", run(5, "z"));
  expect(failing()).toEqual([{ key: "a", problem: "z", since: 5 }]);
});
