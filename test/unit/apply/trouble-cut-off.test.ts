import { describe, expect, it } from "vitest";
import { Machine } from "./harness.ts";

/** A machine on which the event was carried out for the value `old`, and shall be for `new`. */
async function machineWith(event: string): Promise<Machine> {
  const machine = new Machine();
  machine.set("trouble", { Value: "old" }, "thing");
  machine.template("/etc/file", "value {{config.trouble.Value}}\n", "services: [rspamd]\n");
  machine.event(event, "templates: [/etc/file]\nservices: {rspamd: reload}\n");
  machine.services.units.set("rspamd", { load: "loaded", active: true, enabled: true });
  await machine.apply(event);
  machine.set("trouble", { Value: "new" }, "thing");
  return machine;
}

/** Kills an apply when all is done and verified, before its end is noted. */
async function killAtTheEnd(machine: Machine, event: string): Promise<void> {
  const { ledger } = machine;
  const endApply = ledger.endApply.bind(ledger);
  const recordApplied = ledger.recordApplied.bind(ledger);
  const die = (): never => {
    throw new Error("killed");
  };
  ledger.endApply = die;
  ledger.recordApplied = die;
  await expect(machine.apply(event)).rejects.toThrow("killed");
  ledger.endApply = endApply;
  ledger.recordApplied = recordApplied;
}

describe("an apply that is killed when all is done but its end not noted", () => {
  it("is noted as done by the same event, which finds nothing to do", async () => {
    const machine = await machineWith("go");
    await killAtTheEnd(machine, "go");
    expect(machine.ledger.lastApply()).toMatchObject({ event: "go", outcome: "running" });
    await machine.apply("go");
    expect(machine.ledger.applies(0).map(({ outcome }) => outcome)).toEqual(["done", "done"]);
    expect(machine.services.verbs).toEqual([]);
  });

  it("is noted by an event that carries it out as well, and by no other", async () => {
    const machine = await machineWith("go");
    machine.event("more", "extends: [go]\n");
    machine.event("other", "templates: []\n");
    await killAtTheEnd(machine, "go");
    await machine.apply("other");
    expect(machine.ledger.lastApply()).toMatchObject({ outcome: "running" });
    await machine.apply("more");
    expect(machine.ledger.lastApply()).toMatchObject({ event: "go", outcome: "done" });
  });
});
