import { describe, expect, it } from "vitest";
import { ReadOnlyLedger } from "../../../src/db/ledger.ts";
import { RecordingSystem } from "../../../src/system/recording-system.ts";
import { Machine, success } from "./harness.ts";

/** A machine on which an event would do one of each. */
async function machine(): Promise<Machine> {
  const made = new Machine();
  made.template("/etc/rspamd/changed", "{{config.rspamd.MaxProcesses}}\n", "check: rspamd\nmap: cdb\n");
  made.template("/etc/mode", "text\n", "services: [rspamd]\n");
  made.template("/etc/gone", "text\n", "services: [rspamd]\n");
  made.template("/etc/edited", "text\n", "services: []\n");
  made.event(
    "go",
    "templates: [/etc/rspamd/changed, /etc/mode, /etc/gone, /etc/edited, /etc/deep/new]\nservices: {rspamd: reload}\n",
  );
  made.template("/etc/deep/new", "new\n", "when: false\n");
  made.services.units.set("rspamd", { load: "loaded", active: true, enabled: true });
  made.processes.programs.set("postmap", (argv) => {
    made.put(`${argv.at(-1)?.replace(/^cdb:/, "")}.cdb`, "table");
    return success;
  });
  made.put("/etc/rspamd/rspamd.conf", "main\n");
  await made.apply("go");
  made.set("rspamd", { MaxProcesses: "2" });
  made.volume.chmodSync("/etc/mode", 0o600);
  made.template("/etc/gone", "text\n", "services: [rspamd]\nwhen: false\n");
  made.put("/etc/edited", "by hand\n");
  made.template("/etc/deep/new", "new\n");
  made.script("go", "S20-run");
  made.processes.changing.length = 0;
  return made;
}

/** Everything that an effect would change. */
function picture(made: Machine): unknown {
  const entries = Object.entries(made.volume.toJSON()).filter(([path]) => path !== "/tmp");
  expect(made.volume.readdirSync("/tmp")).toEqual([]);
  return entries.map(([path, text]) => {
    const { mode, mtimeMs, ino } = made.volume.lstatSync(path);
    return [path, text, mode, mtimeMs, ino];
  });
}

describe("the recording system", () => {
  it("touches nothing and tells what would be done, in order", async () => {
    const made = await machine();
    const before = picture(made);
    const ledger = new Map(made.ledger.files);
    const system = new RecordingSystem(made.system);
    await made.apply("go", { system, ledger: new ReadOnlyLedger(made.ledger) });
    expect(picture(made)).toEqual(before);
    expect(made.ledger.files).toEqual(ledger);
    expect(made.services.verbs).toEqual([]);
    expect(made.processes.changing).toEqual([]);
    const copy = "/var/lib/mailwright/edited/2026-11-22T00-00-00-000Z/etc/edited";
    expect(system.effects.map((effect) => Object.values(effect).join(" "))).toEqual([
      `file folder ${copy.replace(/\/edited$/, "")}`,
      `file write ${copy}`,
      "file attributes /etc/mode",
      "file folder /etc/deep",
      "file write /etc/rspamd/changed",
      "file remove /etc/gone",
      "file write /etc/edited",
      "file write /etc/deep/new",
      "file write /etc/rspamd/changed.cdb",
      "process /usr/share/mailwright/events/go/S20-run,go",
      "service rspamd reload",
    ]);
  });

  it("lets the daemons judge for real, in a folder that is gone afterwards", async () => {
    const made = await machine();
    const before = picture(made);
    let seen: string | undefined;
    made.processes.programs.set("rspamadm", (argv) => {
      seen = made.read((argv.at(-1) ?? "").replace(/rspamd\.conf$/, "changed"));
      return success;
    });
    await made.apply("go", {
      system: new RecordingSystem(made.system),
      ledger: new ReadOnlyLedger(made.ledger),
    });
    expect(seen).toBe("2\n");
    expect(picture(made)).toEqual(before);
  });

  it("what it told is what an apply then does", async () => {
    const made = await machine();
    const system = new RecordingSystem(made.system);
    await made.apply("go", { system, ledger: new ReadOnlyLedger(made.ledger) });
    await made.apply("go");
    const processes = system.effects.flatMap((effect) => (effect.kind === "process" ? [effect.argv] : []));
    const services = system.effects.flatMap((effect) =>
      effect.kind === "service" ? [`${effect.unit} ${effect.verb}`] : [],
    );
    expect(made.processes.changing).toEqual(processes);
    expect(made.services.verbs).toEqual(services);
    const again = new RecordingSystem(made.system);
    await made.apply("go", { system: again, ledger: new ReadOnlyLedger(made.ledger) });
    // The script alone.
    expect(again.effects.map(({ kind }) => kind)).toEqual(["process"]);
  });
});
