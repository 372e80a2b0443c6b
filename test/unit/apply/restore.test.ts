import { describe, expect, it } from "vitest";
import { returnVerbs } from "../../../src/apply/restore.ts";
import type { KeptUnit } from "../../../src/db/ledger.ts";
import { MailwrightError } from "../../../src/errors.ts";
import { Machine, success } from "./harness.ts";

/** Two daemons, a file of each and a table, all as the value `old` says. */
async function machine(): Promise<Machine> {
  const made = new Machine();
  made.set("site", { Value: "old", Port: "25" }, "thing");
  made.put("/etc/services", "smtp 25/tcp mail\n");
  made.template(
    "/etc/postfix/main.cf",
    "value = {{config.site.Value}}\nport {{config.site.Port}}\n",
    "services: [postfix]\nmode: \"0640\"\nmap: cdb\nlistens: '^port (\\S+)$'\n",
  );
  made.template("/etc/dovecot/conf", "value {{config.site.Value}}\n", "services: [dovecot]\n");
  made.event(
    "go",
    "templates: [/etc/postfix/main.cf, /etc/dovecot/conf]\nservices: {postfix: reload, dovecot: restart}\n",
  );
  for (const unit of ["postfix", "dovecot"])
    made.services.units.set(unit, { load: "loaded", active: true, enabled: true });
  made.processes.programs.set("postmap", (argv) => {
    const source = argv.at(-1)?.replace(/^cdb:/, "") ?? "";
    made.put(`${source}.cdb`, `table of ${made.read(source)}`);
    return success;
  });
  await made.apply("go");
  made.set("site", { Value: "new", Port: "25" }, "thing");
  return made;
}

async function failureOf(made: Machine): Promise<MailwrightError> {
  const failure = await made.apply("go").catch((error: unknown) => error);
  if (failure instanceof MailwrightError) return failure;
  throw failure;
}

/** Bytes and mode of all that is made. */
const picture = (made: Machine): unknown =>
  ["/etc/postfix/main.cf", "/etc/postfix/main.cf.cdb", "/etc/dovecot/conf"].map((path) => [
    made.read(path),
    made.system.files.status(path)?.mode,
  ]);

describe("a daemon that does not run with the new files", () => {
  it("and dies of a reload: old files, tables and modes are back, it is started, and the status is 5", async () => {
    const made = await machine();
    const before = picture(made);
    made.services.dying.add("postfix reload");
    made.services.log.set("postfix", ["fatal: bind 0.0.0.0 port 25: Address already in use"]);
    const failure = await failureOf(made);
    expect(failure).toMatchObject({ code: "RESTORED", exit: 5 });
    expect(failure.message).toBe("postfix: postfix.service failed (exit-code)");
    expect(failure.hint).toContain("fatal: bind 0.0.0.0 port 25: Address already in use");
    expect(failure.hint).toContain("Everything is as it was before: 3 files put back; ");
    expect(failure.hint).toContain("config changes");
    expect(picture(made)).toEqual(before);
    expect(made.services.verbs).toEqual([
      "postfix reload",
      "dovecot restart",
      "dovecot restart",
      "postfix restart",
    ]);
    expect(await made.services.health("postfix")).toMatchObject({ running: true });
    expect(made.ledger.applied.get("go")).toBe(7);
    expect(made.ledger.lastApply()).toMatchObject({ outcome: "restored", detail: failure.message });
    expect(made.ledger.keptFiles("unverified")).toEqual([]);
  });

  it("leaves nothing behind that the next apply takes for an edit or a pending service", async () => {
    const made = await machine();
    made.services.dying.add("postfix reload");
    await failureOf(made);
    made.services.dying.clear();
    made.set("site", { Value: "old", Port: "25" }, "thing");
    await made.apply("go");
    expect(made.notices).toEqual([]);
    expect(made.detail("plan")).toBe("2 templates, 0 changed");
    // Brought back by hand of the restore: looked at again, and left as it is.
    expect(made.services.verbs).toEqual([]);
  });

  it("and whose port does not answer is told with the port, and with the line that names it", async () => {
    const made = await machine();
    made.set("site", { Value: "new", Port: "2525" }, "thing");
    made.network.silent.add(2525);
    const failure = await failureOf(made);
    expect(failure.message).toBe("postfix: port 2525 does not answer within 30 s");
    expect(failure.hint).toMatch(/line 2 is from .*main\.cf\/10\.hbs:2 and uses site Port/);
    expect(failure.exit).toBe(5);
  });

  it("but goes on with the old ones and tells its log alone has not been reloaded", async () => {
    const made = await machine();
    const before = picture(made);
    made.event(
      "go",
      "templates: [/etc/postfix/main.cf, /etc/dovecot/conf]\nservices: {postfix: reload, dovecot: reload}\n",
    );
    const words = "master: Error: Config reload failed: service(imap-login) User doesn't exist: x";
    made.services.errors.set("dovecot", [words, ...Array.from({ length: 20 }, () => "imap-login: Error: x")]);
    const failure = await failureOf(made);
    expect(failure.message).toBe("dovecot: it has not taken the new files");
    expect(failure.hint).toContain(words);
    expect(picture(made)).toEqual(before);
  });

  it("and does not answer after its reload is restarted with the old ones: a reload may not wake it", async () => {
    const made = await machine();
    made.network.silent.add(25);
    const run = made.services.run.bind(made.services);
    made.services.run = (unit, verb) => {
      if (unit === "postfix" && verb === "restart") made.network.silent.clear();
      return run(unit, verb);
    };
    const failure = await failureOf(made);
    expect(failure).toMatchObject({ message: "postfix: port 25 does not answer within 30 s", exit: 5 });
    expect(made.services.verbs.slice(-2)).toEqual(["dovecot restart", "postfix restart"]);
  });

  it("and does not work with the old ones after a reload is restarted, and the status is 5", async () => {
    const made = await machine();
    made.services.failing.add("dovecot restart");
    const run = made.services.run.bind(made.services);
    made.services.run = async (unit, verb) => {
      const outcome = await run(unit, verb);
      if (outcome.exit !== 0) made.services.failing.clear();
      // Its workers lose the port at the reload with the old files, and have it again when it is started.
      if (unit === "postfix" && made.services.verbs.filter((done) => done === "postfix reload").length === 2)
        made.network.silent.add(25);
      if (unit === "postfix" && verb === "restart") made.network.silent.clear();
      return outcome;
    };
    const failure = await failureOf(made);
    expect(failure).toMatchObject({ message: "dovecot: restart failed", exit: 5 });
    expect(failure.hint).toContain("postfix reload; postfix restart");
  });

  it("and whose verb fails is brought back as well", async () => {
    const made = await machine();
    const before = picture(made);
    made.services.failing.add("dovecot restart");
    const run = made.services.run.bind(made.services);
    made.services.run = async (unit, verb) => {
      const outcome = await run(unit, verb);
      if (outcome.exit !== 0) made.services.failing.clear();
      return outcome;
    };
    const failure = await failureOf(made);
    expect(failure).toMatchObject({ message: "dovecot: restart failed", exit: 5 });
    expect(picture(made)).toEqual(before);
  });

  it("nor with the old ones is told so, with the status 1, and the services stay to be done", async () => {
    const made = await machine();
    made.services.dying.add("postfix reload").add("postfix restart");
    const failure = await failureOf(made);
    expect(failure).toMatchObject({ code: "RESTORE_INCOMPLETE", exit: 1 });
    expect(failure.hint).toContain("postfix does not run with the old files either: postfix.service failed");
    expect(made.read("/etc/postfix/main.cf")).toBe("value = old\nport 25\n");
    expect(made.ledger.units.get("postfix")).toMatchObject({ action: "reload" });
  });

  it("which is seen by its main process: one that was started again has died", async () => {
    const made = await machine();
    const health = made.services.health.bind(made.services);
    let process = 1;
    made.services.health = async (unit) => {
      const seen = await health(unit);
      return unit === "postfix" ? { ...seen, processes: [process++] } : seen;
    };
    const failure = await failureOf(made);
    expect(failure.message).toMatch(/^postfix: its main process \d+ has ended and was started again$/);
  });

  it("takes back what an apply that was cut off had written, too", async () => {
    const made = await machine();
    const before = picture(made);
    made.script("go", "S20-fails", { ...success, exit: 1 });
    await expect(made.apply("go")).rejects.toMatchObject({ code: "ACTION_FAILED" });
    made.script("go", "S20-fails");
    made.set("site", { Value: "newer", Port: "25" }, "thing");
    made.services.dying.add("postfix reload");
    expect((await failureOf(made)).exit).toBe(5);
    expect(picture(made)).toEqual(before);
  });

  it("leaves a link that was there before the first apply as a link", async () => {
    const made = new Machine();
    made.put("/etc/elsewhere", "elsewhere\n");
    made.volume.symlinkSync("/etc/elsewhere", "/etc/file");
    made.template("/etc/file", "text\n", "services: [postfix]\n");
    made.event("go", "templates: [/etc/file]\nservices: {postfix: reload}\n");
    made.services.units.set("postfix", { load: "loaded", active: true, enabled: true });
    made.services.dying.add("postfix reload");
    expect((await failureOf(made)).exit).toBe(5);
    expect(made.system.files.status("/etc/file")).toMatchObject({ kind: "link", link: "/etc/elsewhere" });
    expect(made.read("/etc/elsewhere")).toBe("elsewhere\n");
  });
});

describe("the verbs that bring a unit back", () => {
  const kept = (
    before: { active: boolean; enabled: boolean; failed?: boolean },
    ...verbs: string[]
  ): KeptUnit => ({
    ...{ unit: "postfix", failed: false, ...before, wanted: "enabled", verbs },
  });
  const on = { active: true, enabled: true };
  const off = { active: false, enabled: false };

  it.each([
    ["reloaded and works", kept(on, "reload"), true, on, ["reload"]],
    ["restarted and works", kept(on, "restart"), true, on, ["restart"]],
    ["dead after its reload", kept(on, "reload"), false, { active: false, enabled: true }, ["restart"]],
    ["started and enabled here", kept(off, "enable", "start"), true, on, ["stop", "disable"]],
    ["stopped and disabled here", kept(on, "stop", "disable"), false, off, ["enable", "restart"]],
    ["stopped before and after", kept(off, "reload"), false, off, []],
    ["of an apply that was cut off before it was adjusted", undefined, true, on, ["reload"]],
    ["one that had died before", kept({ ...off, failed: true }, "restart"), false, on, ["restart"]],
  ] as const)("for one that is %s", (_, own, works, state, verbs) => {
    expect(returnVerbs(own, works, state).verbs).toEqual(verbs);
  });
});
