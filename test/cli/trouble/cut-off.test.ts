import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { Trial } from "../events/trial.ts";

it("an apply of all that was cut off when all was done is noted as done by the next one, which has nothing to do", async () => {
  const trial = new Trial();
  trial.template("/etc/file", { "10.hbs": "kill {{config.rspamd.SpamKillLevel}}\n" });
  trial.event("nethserver-mail-filter-save", "templates: [/etc/file]\n");
  const mailwright = (...args: string[]) => trial.run("mailwright", args);
  await trial.config("setprop", "rspamd", "SpamKillLevel", "12");
  expect(await mailwright("apply")).toMatchObject({ exit: 0 });
  const database = new DatabaseSync(trial.at("/var/lib/mailwright/mailwright.db"));
  database.exec("UPDATE apply SET result='running'");
  database.close();

  const { exit, stdout } = await mailwright("status");
  expect(exit).toBe(2);
  expect(stdout).toContain("was cut off");
  expect(await mailwright("apply")).toMatchObject({ exit: 0, stderr: "" });
  expect(await mailwright("status")).toMatchObject({ exit: 0 });
  const [last] = JSON.parse((await mailwright("history", "--json")).stdout);
  expect(last).toMatchObject({ event: "apply", outcome: "done" });
});
