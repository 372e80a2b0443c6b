import { describe, expect, it } from "vitest";
import { restore } from "../../../src/apply/restore.ts";
import { Machine, success } from "./harness.ts";

const unit = (active: boolean, enabled = active) => ({ load: "loaded" as const, active, enabled });

function machine(): Machine {
  const made = new Machine();
  made.set("site", { Value: "old" }, "thing");
  for (const name of ["a", "b", "c"]) {
    made.template(`/etc/${name}`, "{{config.site.Value}}\n", "services: [postfix]\n");
  }
  made.event("go", "templates: [/etc/a, /etc/b, /etc/c]\nservices: {postfix: restart}\n");
  made.event("other", "services: {dovecot: reload}\n");
  made.services.units.set("postfix", unit(true));
  made.services.units.set("dovecot", unit(true));
  return made;
}

const texts = (made: Machine): (string | undefined)[] =>
  ["a", "b", "c"].map((name) => made.read(`/etc/${name}`)?.trim());

describe("what waits to be confirmed", () => {
  it("takes units back to how they were: what was stopped runs, what was restarted is restarted", async () => {
    const made = machine();
    made.event("nethserver-mail-filter-save", "services: {rspamd: reload}\n");
    made.services.units.set("rspamd", unit(true));
    await made.apply("nethserver-mail-filter-save");
    await made.apply("go");
    made.set("rspamd", { status: "disabled" });
    made.set("site", { Value: "new" }, "thing");
    await made.apply("nethserver-mail-filter-save", { confirmUntil: 1 });
    expect(made.services.units.get("rspamd")).toMatchObject({ active: false, enabled: false });
    await made.apply("go");
    made.services.verbs.length = 0;

    const { system, paths, ledger } = made;
    const restored = await restore({ system, paths, ledger }, ["unverified", "unconfirmed"]);
    expect(restored.problems).toEqual([]);
    expect(texts(made)).toEqual(["old", "old", "old"]);
    expect(made.services.units.get("rspamd")).toMatchObject({ active: true, enabled: true });
    expect(made.services.verbs).toEqual(["postfix restart", "rspamd enable", "rspamd restart"]);
    expect(ledger.keptUnits("unconfirmed")).toEqual([]);
  });

  it("an edit made since is kept beside the database, and that is told", async () => {
    const made = machine();
    await made.apply("go");
    made.set("site", { Value: "new" }, "thing");
    await made.apply("go", { confirmUntil: 1 });
    made.put("/etc/b", "by hand\n");
    const { system, paths, ledger } = made;
    const { notes } = await restore({ system, paths, ledger }, ["unconfirmed"]);
    const copy = "/var/lib/mailwright/edited/2026-11-22T00-00-00-000Z/etc/b";
    expect(notes).toEqual([`/etc/b was edited by hand: a copy of it goes to ${copy}`]);
    expect(made.read(copy)).toBe("by hand\n");
    expect(texts(made)).toEqual(["old", "old", "old"]);
  });
});

describe("a commit that was cut off between two files", () => {
  /** Kills the event between its renames. */
  async function cutOff(made: Machine): Promise<void> {
    await made.apply("go");
    made.set("site", { Value: "new" }, "thing");
    for (let calls = 0; new Set(texts(made)).size === 1; calls++) {
      made.breakAfter(calls, undefined, "KILLED");
      await made.apply("go").catch(() => undefined);
      made.mend();
    }
  }

  it("is finished by the next event of whatever kind, before a daemon reads a mixture", async () => {
    const made = machine();
    await cutOff(made);
    await made.apply("other");
    expect(texts(made)).toEqual(["new", "new", "new"]);
    expect(made.services.verbs).toEqual(["postfix restart"]);
    expect(made.notices).toEqual([]);
    expect(made.ledger.keptFiles("unverified")).toEqual([]);
  });

  it("and whose new files no daemon takes goes back whole", async () => {
    const made = machine();
    await cutOff(made);
    made.services.dying.add("postfix restart");
    const run = made.services.run.bind(made.services);
    made.services.run = async (name, verb) => {
      const outcome = await run(name, verb);
      made.services.dying.clear();
      return outcome;
    };
    await expect(made.apply("other")).rejects.toMatchObject({ exit: 5 });
    expect(texts(made)).toEqual(["old", "old", "old"]);
  });
});

describe("files that could not all be put in place, nor put back", () => {
  it("leave the ledger with all that is needed, and the next event repairs them", async () => {
    const made = machine();
    await made.apply("go");
    made.set("site", { Value: "new" }, "thing");
    // The second rename fails, and so does each one after it, that of the first one's old file among them.
    made.breakAfter(1, "renameSync", "EROFS");
    await expect(made.apply("go")).rejects.toMatchObject({ code: "FILES_HALF_DONE" });
    made.mend();
    expect(made.ledger.lastApply()).toMatchObject({ outcome: "failed" });
    expect(made.ledger.keptFiles("unverified")).toHaveLength(3);
    expect(made.ledger.units.get("postfix")).toMatchObject({ action: "restart" });
    await made.apply("go");
    expect(texts(made)).toEqual(["new", "new", "new"]);
    expect(made.notices).toEqual([]);
  });
});

describe("an edit that is saved while the daemons judge", () => {
  it("ends the event before it touches anything", async () => {
    const made = machine();
    await made.apply("go");
    made.set("site", { Value: "new" }, "thing");
    made.script("go", "S01-slow");
    made.processes.programs.set("S01-slow", () => {
      made.volume.utimesSync("/etc/b", 5000, 5000);
      return success;
    });
    await expect(made.apply("go")).rejects.toMatchObject({
      message: "/etc/b was changed by someone else in this moment",
      hint: "Nothing was touched. Signal the event again.",
    });
    expect(texts(made)).toEqual(["old", "old", "old"]);
  });
});

describe("two units of which one fails", () => {
  it("are both brought back, though no file has changed", async () => {
    const made = machine();
    made.event("nethserver-mail-filter-save", "services: {rspamd: reload, redis-server: reload}\n");
    made.services.units.set("rspamd", unit(true));
    made.services.units.set("redis-server", unit(false));
    made.set("rspamd", { status: "disabled" });
    made.services.failing.add("redis-server start");
    await expect(made.apply("nethserver-mail-filter-save")).rejects.toMatchObject({ exit: 5 });
    expect(made.services.units.get("rspamd")).toMatchObject({ active: true, enabled: true });
  });
});
