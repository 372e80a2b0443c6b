import { expect, it } from "vitest";
import { Machine, success } from "./harness.ts";

it("an event with nothing to do starts no program, asks no service and writes nothing, not even to the ledger", async () => {
  const machine = new Machine();
  machine.template("/etc/postfix/table", "a b\n", "check: postfix\nmap: cdb\n");
  machine.template("/etc/file", "{{config.rspamd.MaxProcesses}}\n", "services: [rspamd]\n");
  machine.event(
    "go",
    "templates: [/etc/postfix/table, /etc/file]\nservices: {rspamd: reload, postfix: reload}\n",
  );
  for (const unit of ["rspamd", "postfix"])
    machine.services.units.set(unit, { load: "loaded", active: true, enabled: true });
  machine.processes.programs.set("postmap", (argv) => {
    machine.put(`${argv.at(-1)?.replace(/^cdb:/, "")}.cdb`, "table");
    return success;
  });
  await machine.apply("go");
  expect(machine.processes.calls.length).toBeGreaterThan(0);

  machine.processes.calls.length = 0;
  const before = machine.ledger.contents;
  machine.ledger.together = () => {
    throw new Error("a transaction was begun");
  };
  for (const verb of [
    "write",
    "replaceAll",
    "setAttributes",
    "setModified",
    "remove",
    "makeFolder",
  ] as const) {
    machine.system.files[verb] = () => {
      throw new Error(`${verb} was called`);
    };
  }
  machine.services.state = () => Promise.reject(new Error("a state was asked for"));
  machine.services.health = () => Promise.reject(new Error("a health was asked for"));
  await machine.apply("go");
  expect(machine.processes.calls).toEqual([]);
  expect(machine.services.verbs).toEqual([]);
  expect(machine.network.asked).toEqual([]);
  expect(machine.ledger.contents).toBe(before);
  expect(machine.ledger.applies(0)).toHaveLength(1);
});

it("a unit that is not here is asked for its state at every event, and leaves no entry in the history", async () => {
  const machine = new Machine();
  machine.template("/etc/file", "text\n", "services: [rspamd]\n");
  machine.event("go", "templates: [/etc/file]\nservices: {rspamd: reload}\n");
  await machine.apply("go");
  expect(machine.ledger.units.get("rspamd")).toMatchObject({ action: "reload" });
  await machine.apply("go");
  expect(machine.ledger.applies(0)).toHaveLength(1);
  machine.services.units.set("rspamd", { load: "loaded", active: true, enabled: true });
  await machine.apply("go");
  expect(machine.services.verbs).toEqual(["rspamd reload"]);
  expect(machine.ledger.applies(0)).toHaveLength(2);
});
