import { join } from "node:path";
import { expect, it } from "vitest";
import { builtExecutable } from "../built-executable.ts";
import { Trial } from "./trial.ts";

it("what a shipped script of an event stores is part of the event; what a site's one stores waits like any change", async () => {
  const trial = new Trial();
  trial.event("go", "");
  const folder = join(builtExecutable("config"), "..");
  const set = (value: number): string => `PATH=${folder}:$PATH config setprop rspamd SpamKillLevel ${value}`;
  trial.script("go", "S20-own", set(12));
  await trial.applied("go");
  expect(await trial.config("changes")).toBe("Nothing is waiting to be applied.\n");
  expect(await trial.config("history", "rspamd")).toContain("(event go)");
  trial.script("go", "S30-mine", set(13), "site");
  await trial.applied("go");
  const changes = await trial.config("changes");
  expect(changes).toContain("12 → 13");
  expect(changes).toContain("script of go");
});
