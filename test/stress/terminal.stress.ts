import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { PrivateMachine } from "./private-machine.ts";
import { needs, outcomeOf } from "./private-mounts.ts";

const python = (name: string): string[] => ["python3", fileURLToPath(new URL(name, import.meta.url))];

/** Where an apply is when something happens to its terminal, and what an interrupted one then says. */
const points = [
  { point: "postmap", at: "a check is at work", program: "/usr/local/sbin/postmap", isWritten: false },
  {
    point: "S04-before",
    at: "a script before the commit is at work",
    program: "S04-before",
    isWritten: false,
  },
  { point: "S20-after", at: "a script after the commit is at work", program: "S20-after", isWritten: true },
  { point: "reload", at: "a verb of a service is at work", program: "service", isWritten: true },
] as const;

describe("an event on a terminal", () => {
  let machine: PrivateMachine;

  beforeEach(async () => {
    needs("python3");
    machine = new PrivateMachine();
    await machine.start();
    for (const name of ["S04-before", "S20-after"]) machine.script(name);
    await machine.setting(2);
  });

  /** Does something to the event's terminal when it has come to a point. */
  async function onTerminal(
    point: string,
    what: "interrupt" | "close",
  ): Promise<{ exit: number; shown: string }> {
    machine.hold(point);
    const argv = [...python("terminal.py"), ...machine.event()];
    const child = machine.place.spawn(argv, { ...machine.environment, TERM: "xterm" });
    await machine.comesTo(point);
    child.stdin?.write(`${what}\n`);
    // A program that goes on is let go when the event has had time to end for it.
    const letGo = sleep(what === "close" ? 300 : 0).then(() => what === "close" && machine.letGo(point));
    const { stdout, stderr } = await outcomeOf(child);
    await letGo;
    expect(stderr).toBe("");
    return JSON.parse(stdout);
  }

  /** What the system's log is told from now on. */
  async function journal(): Promise<() => string> {
    const file = join(machine.trial.share, "journal");
    const child = machine.place.spawn([...python("journal.py"), "/run/systemd/journal/stdout", file]);
    onTestFinished(() => void child.stdin?.end());
    if (child.stdout !== null) await once(child.stdout, "data");
    return () => readFileSync(file, "utf8");
  }

  for (const { point, at, program, isWritten } of points) {
    it(`Ctrl-C while ${at}: ends both, and says what is left`, async () => {
      const { exit, shown } = await onTerminal(point, "interrupt");
      machine.letGo(point);
      expect(exit, shown).toBe(1);
      expect(shown).toMatch(new RegExp(`interrupted \\(SIGINT\\) while \\S*${program} was at work`));
      expect(shown).toContain(isWritten ? "The files are written; what services" : "Nothing was touched.");
      expect(machine.values()).toEqual(Array(6).fill(isWritten ? 2 : 1));
      expect(machine.leftovers()).toEqual([]);
      expect(JSON.parse((await machine.status("--json")).stdout).services).toHaveLength(isWritten ? 1 : 0);
      expect(await machine.apply()).toEqual({ exit: 0, stdout: "", stderr: "" });
      expect(machine.values()).toEqual(Array(6).fill(2));
      expect(await machine.status()).toMatchObject({ exit: 0 });
    });

    it(`closed while ${at}: the event goes on to its end, and the log and the history say so`, async () => {
      const told = await journal();
      const reloads = machine.reloads();
      expect(await onTerminal(point, "close")).toMatchObject({ exit: 0 });
      expect(machine.values()).toEqual(Array(6).fill(2));
      expect(machine.done().slice(-2)).toEqual(["S04-before", "S20-after"]);
      expect(machine.reloads()).toBe(reloads + 1);
      expect(told()).toMatch(/^<5>go: commit done in .*: 7 files$/m);
      expect(told()).toMatch(/^<5>go: services done in .*: trouble reload$/m);
      expect(told()).toMatch(/^<5>go: success$/m);
      const history = JSON.parse((await machine.run("mailwright", "history", "--json")).stdout);
      expect(history[0]).toMatchObject({ kind: "apply", event: "go", outcome: "done" });
      expect(await machine.status()).toMatchObject({ exit: 0 });
    });
  }
});
