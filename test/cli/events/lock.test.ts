import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { takeLock } from "../../../src/db/lock.ts";
import { project } from "../run-cli.ts";
import { trialOf } from "./trial.ts";

describe("while another apply is at work", () => {
  it("waits as long as it is told, then ends with exit status 6 and says who", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    const lock = await takeLock(
      trial.at("/var/lib/mailwright/apply.lock"),
      0,
      "signal-event other (process 12, root, tty1)",
    );
    const start = performance.now();
    const { exit, stderr } = await trial.signal("--wait", "300ms", "go");
    lock.release();
    expect(performance.now() - start).toBeGreaterThan(250);
    expect(exit).toBe(6);
    expect(stderr).toContain("signal-event other (process 12, root, tty1) is at work");
    expect(stderr).toContain("Nothing was touched.");
    expect(trial.read("/etc/file")).toBeUndefined();
  });

  it("goes on as soon as it is free", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    const lock = await takeLock(trial.at("/var/lib/mailwright/apply.lock"), 0, "another");
    setTimeout(() => lock.release(), 200);
    expect(await trial.signal("--wait", "30s", "go")).toMatchObject({ exit: 0 });
  });

  it("one that was killed holds it no longer", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.event("slow", "");
    trial.script("slow", "S20-sleep", 'echo started >"$LOG"; exec sleep 20');
    const holder = spawn(
      process.execPath,
      [join(project, "bin/mailwright.ts"), "signal-event", "--root", trial.root, "slow"],
      { env: { MAILWRIGHT_SHARE: trial.share }, stdio: "ignore" },
    );
    while (trial.log().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const refused = await trial.signal("--wait", "0ms", "go");
    expect(refused).toMatchObject({ exit: 6 });
    expect(refused.stderr).toContain(`signal-event slow (process ${holder.pid}`);
    const gone = once(holder, "exit");
    holder.kill("SIGKILL");
    await gone;
    expect(await trial.signal("--wait", "0ms", "go")).toMatchObject({ exit: 0 });
  });

  it("Ctrl-C ends the script too, then the event, which says so", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script(
      "go",
      "S20-sleep",
      'trap \'echo ended >>"$LOG"; exit 1\' INT; echo started >>"$LOG"; sleep 20 & wait',
    );
    const child = spawn(
      process.execPath,
      [join(project, "bin/mailwright.ts"), "signal-event", "--root", trial.root, "go"],
      { env: { MAILWRIGHT_SHARE: trial.share }, stdio: ["ignore", "ignore", "pipe"] },
    );
    let words = "";
    child.stderr.on("data", (text) => {
      words += text;
    });
    while (trial.log().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    const [exit] = await once(child, "close");
    expect(exit).toBe(1);
    expect(words).toContain("interrupted (SIGINT)");
    expect(trial.log()).toEqual(["started", "ended"]);
    expect(await trial.signal("--wait", "0ms", "--dry-run", "go")).toMatchObject({ exit: 0 });
  });

  for (const time of ["", "soon", "-1s", "1d", "1 s"]) {
    it(`--wait ${JSON.stringify(time)} is refused with what is accepted`, async () => {
      const { exit, stderr } = await trialOf({ "10.hbs": "text\n" }).signal(`--wait=${time}`, "go");
      expect(exit).toBe(3);
      expect(stderr).toContain("accepted: a number with its unit, such as 10s or 5m");
    });
  }
});
