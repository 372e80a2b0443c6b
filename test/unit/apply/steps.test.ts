import { expect, it } from "vitest";
import { Concealer } from "../../../src/apply/conceal.ts";
import type { Progress } from "../../../src/apply/progress.ts";
import { Steps } from "../../../src/apply/steps.ts";
import { FakeClock } from "./fakes.ts";
import { Machine } from "./harness.ts";

it("no secret is in notices, lines of scripts, failures, or what a repair tells", async () => {
  const machine = new Machine();
  machine.set("rspamd", { Password: "S3cretValue99" });
  const told: Progress[] = [];
  const steps = new Steps(
    { event: "go", args: [], total: 1 },
    {
      clock: new FakeClock(),
      concealer: new Concealer(machine.settings),
      report: (progress) => told.push(progress),
      interrupted: async () => undefined,
    },
  );
  const words = "it is S3cretValue99 here";
  steps.notice(words);
  steps.output("S20", words);
  await steps.run("restore", async () => ({ value: 1, detail: words }), { repairs: true });
  await expect(steps.run("check", () => Promise.reject(new Error(words)))).rejects.toThrow(
    "it is •••••• here",
  );
  expect(told).toHaveLength(7);
  expect(JSON.stringify(told)).not.toContain("S3cret");
});
