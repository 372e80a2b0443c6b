import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../cli/run-cli.ts";
import { PrivateMachine } from "./private-machine.ts";
import { needs, outcomeOf } from "./private-mounts.ts";

const succeeded = { exit: 0, stdout: "", stderr: "" };
const interrupts = ["SIGINT", "SIGTERM"] as const;

/** Programs of an apply that wait at a point, in the order in which they come, and what an interrupted event then says. */
const programs = [
  { point: "postmap", at: "while a check is at work", program: "/usr/local/sbin/postmap", isWritten: false },
  {
    point: "S04-before",
    at: "while a script before the commit is at work",
    program: "S04-before",
    isWritten: false,
  },
  {
    point: "S20-after",
    at: "while a script after the commit is at work",
    program: "S20-after",
    isWritten: true,
  },
  { point: "reload", at: "while a verb of a service is at work", program: "service", isWritten: true },
] as const;

/** Calls of the system in which the signal comes, and before which step the event then ends. */
const calls = [
  // The plan compares what it renders with the file that is there.
  { what: "in the plan", call: "openat", count: 1, file: "/etc/trouble/file3", before: "check" },
  // The check of the table renames two files, the commit six and the table with its text.
  ...(
    [
      ["as the first file is renamed", "rename", 3],
      ["between two files", "rename", 6],
      ["as the last file is renamed", "rename", 10],
      ["as the first file is kept", "link", 1],
    ] as const
  ).map(([what, call, count]) => ({ what: `in the commit, ${what}`, call, count, before: "S20-after" })),
] as const;

describe("an event that gets a signal", () => {
  let machine: PrivateMachine;

  beforeEach(async () => {
    machine = new PrivateMachine();
    await machine.start();
    for (const name of ["S04-before", "S20-after"]) machine.script(name);
    await machine.setting(2);
  });

  /** Runs the event and sends it the signal when it has come to the point. */
  async function signalAt(point: string, signal: NodeJS.Signals): Promise<Outcome> {
    machine.hold(point);
    const child = machine.place.spawn(machine.event(), machine.environment);
    const end = outcomeOf(child);
    await machine.comesTo(point);
    child.kill(signal);
    // A lost terminal lets the program go on, which is what is tried then.
    if (signal === "SIGHUP") setTimeout(() => machine.letGo(point), 200);
    const outcome = await end;
    if (signal !== "SIGHUP") machine.letGo(point);
    return outcome;
  }

  /** Runs the event, which gets the signal in a call of the system. */
  function signalIn(at: (typeof calls)[number], signal: NodeJS.Signals): Promise<Outcome> {
    const { call, count } = at;
    const file = "file" in at ? ["-P", machine.at(at.file)] : [];
    const inject = `inject=${call}:signal=${signal}:when=${count}`;
    return machine.signal("strace", "-o", "/dev/null", ...file, "-e", `trace=${call}`, "-e", inject);
  }

  /** The event was ended: all is old, or all is new and waits for the services; `mailwright apply` does the rest. */
  async function expectInterrupted(outcome: Outcome, words: RegExp, isWritten: boolean): Promise<void> {
    const { exit, stdout, stderr } = outcome;
    expect({ exit, stdout }, stderr).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toMatch(words);
    expect(stderr).toContain(
      isWritten ? "The files are written; what services still need is remembered." : "Nothing was touched.",
    );
    expect(machine.values()).toEqual(Array(6).fill(isWritten ? 2 : 1));
    expect(machine.leftovers()).toEqual([]);
    const { exit: attention, stdout: told } = await machine.status("--json");
    const status = JSON.parse(told);
    expect(attention).toBe(2);
    expect(status.pending).toMatchObject([{ key: "trouble", name: "Value", new: "2" }]);
    expect(status.services).toMatchObject(isWritten ? [{ unit: "trouble", action: "reload" }] : []);
    expect(status).toMatchObject({ edits: [], failed: [], problems: [] });
    expect(status.interrupted).toBeUndefined();
    const reloads = machine.reloads();
    expect(await machine.apply()).toEqual(succeeded);
    await expectDone(reloads + 1);
  }

  async function expectDone(reloads: number): Promise<void> {
    expect(machine.values()).toEqual(Array(6).fill(2));
    expect(readFileSync(machine.at("/etc/trouble/table.cdb"), "utf8")).toContain("value 2\n");
    expect(machine.reloads()).toBe(reloads);
    expect(machine.done().slice(-2)).toEqual(["S04-before", "S20-after"]);
    expect(machine.leftovers()).toEqual([]);
    expect(await machine.status()).toMatchObject({ exit: 0 });
  }

  for (const { point, at, program, isWritten } of programs) {
    it.each(interrupts)(`%s ${at}: ends it and its program`, async (signal) => {
      const outcome = await signalAt(point, signal);
      const words = new RegExp(`interrupted \\(${signal}\\) while \\S*${program} was at work`);
      await expectInterrupted(outcome, words, isWritten);
    });

    it(`SIGHUP ${at}: the event goes on to its end`, async () => {
      const reloads = machine.reloads();
      const { exit, stdout } = await signalAt(point, "SIGHUP");
      expect({ exit, stdout }).toEqual({ exit: 0, stdout: "" });
      await expectDone(reloads + 1);
    });
  }

  for (const at of calls) {
    it.each(interrupts)(`%s ${at.what}: ends it before the next step`, async (signal) => {
      needs("strace");
      const outcome = await signalIn(at, signal);
      const words = new RegExp(`interrupted \\(${signal}\\) before the step ${at.before}`);
      await expectInterrupted(outcome, words, at.before !== "check");
    });

    it(`SIGHUP ${at.what}: the event goes on to its end`, async () => {
      needs("strace");
      const reloads = machine.reloads();
      const { exit, stdout } = await signalIn(at, "SIGHUP");
      expect({ exit, stdout }).toEqual({ exit: 0, stdout: "" });
      await expectDone(reloads + 1);
    });
  }
});
