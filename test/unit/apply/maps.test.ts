import { describe, expect, it } from "vitest";
import { Machine, success } from "./harness.ts";

/** A machine with a table, whose postmap copies the text. */
function machine(): Machine {
  const made = new Machine();
  made.template("/etc/postfix/table", "{{config.rspamd.MaxProcesses}} x\n", "map: cdb\nservices: []\n");
  made.event("go", "templates: [/etc/postfix/table]\n");
  made.processes.programs.set("postmap", (argv) => {
    const path = (argv[1] ?? "").replace(/^cdb:/, "");
    made.put(`${path}.cdb`, `compiled ${made.read(path)}`);
    return success;
  });
  return made;
}

describe("a compiled table", () => {
  it("is made beside its text, by type and path", async () => {
    const made = machine();
    await made.apply("go");
    expect(made.processes.calls).toEqual([["/usr/bin/postmap", "cdb:/etc/postfix/table"]]);
    expect(made.read("/etc/postfix/table.cdb")).toBe("compiled 1 x\n");
  });

  it("is made again when the text changed, and not when it did not", async () => {
    const made = machine();
    await made.apply("go");
    await made.apply("go");
    expect(made.processes.calls).toHaveLength(1);
    made.set("rspamd", { MaxProcesses: "2" });
    await made.apply("go");
    expect(made.processes.calls).toHaveLength(2);
    expect(made.read("/etc/postfix/table.cdb")).toBe("compiled 2 x\n");
  });

  it("is made where it is missing, though the text is as it should be", async () => {
    const made = machine();
    await made.apply("go");
    made.volume.unlinkSync("/etc/postfix/table.cdb");
    await made.apply("go");
    expect(made.read("/etc/postfix/table.cdb")).toBe("compiled 1 x\n");
  });

  it("is made where it is older than its text, as after a killed event", async () => {
    const made = machine();
    await made.apply("go");
    made.volume.utimesSync("/etc/postfix/table.cdb", 1000, 1000);
    await made.apply("go");
    expect(made.processes.calls).toHaveLength(2);
  });

  it("is not made for a mode that was corrected", async () => {
    const made = machine();
    await made.apply("go");
    made.volume.chmodSync("/etc/postfix/table", 0o600);
    // Unlike a real file system, memfs takes a change of the mode for one of the content: the table must be newer.
    made.volume.utimesSync("/etc/postfix/table.cdb", 4e9, 4e9);
    await made.apply("go");
    expect(made.processes.calls).toHaveLength(1);
  });

  it("goes with its text", async () => {
    const made = machine();
    await made.apply("go");
    made.template("/etc/postfix/table", "x\n", "map: cdb\nservices: []\nwhen: false\n");
    await made.apply("go");
    expect(made.read("/etc/postfix/table")).toBeUndefined();
    expect(made.read("/etc/postfix/table.cdb")).toBeUndefined();
  });

  it("without postmap is left out, and that is said", async () => {
    const made = machine();
    made.processes.programs.delete("postmap");
    await made.apply("go");
    expect(made.notices).toEqual(["postmap is not installed: /etc/postfix/table.cdb is not made"]);
  });

  it("that postmap refuses fails the event with its words; the next event tries again", async () => {
    const made = machine();
    const postmap = made.processes.programs.get("postmap") ?? (() => success);
    made.processes.programs.set("postmap", () => ({
      ...success,
      exit: 1,
      stderr: "postmap: fatal: no space",
    }));
    await expect(made.apply("go")).rejects.toMatchObject({
      code: "MAP_FAILED",
      hint: expect.stringContaining("postmap: fatal: no space"),
    });
    made.processes.programs.set("postmap", postmap);
    await made.apply("go");
    expect(made.read("/etc/postfix/table.cdb")).toBe("compiled 1 x\n");
  });
});
