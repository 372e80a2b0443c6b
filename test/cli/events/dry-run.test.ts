import { readdirSync, readFileSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Trial, trialOf } from "./trial.ts";

/** Every file below the trial's root, with all that a touch would change. */
function picture(trial: Trial): Record<string, unknown> {
  const entries = readdirSync(trial.root, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    entries.map((name) => {
      const status = statSync(join(trial.root, name));
      const content = status.isFile() ? readFileSync(join(trial.root, name)).toString("base64") : "";
      // A reader of a database in WAL mode may use its companions.
      if (/-(wal|shm)$/.test(name)) return [name, "companion"];
      const isState = name.startsWith("var/lib/mailwright");
      return [name, isState ? content : [status.mode, status.ino, status.mtimeMs, content]];
    }),
  );
}

async function twoFiles(): Promise<Trial> {
  const trial = trialOf({ "10max.hbs": "first\nmax {{config.rspamd.MaxProcesses}}\nlast\n" });
  trial.template("/etc/other", { "10.hbs": "other\n" });
  trial.event("go", "templates: [/etc/file, /etc/other]\nservices: {rspamd: reload}\n");
  trial.script("go", "S20-run", 'echo ran >>"$LOG"');
  await trial.applied("go");
  await trial.config("setprop", "rspamd", "MaxProcesses", "4");
  return trial;
}

describe("signal-event --dry-run", () => {
  it("exit status 2 and touches nothing where something would change", async () => {
    const trial = await twoFiles();
    for (const name of ["etc/file", "etc/other", "log"]) utimesSync(join(trial.root, name), 1000, 1000);
    const before = picture(trial);
    expect(await trial.signal("--dry-run", "go")).toMatchObject({ exit: 2, stderr: "" });
    expect(picture(trial)).toEqual(before);
    expect(trial.log()).toEqual(["ran"]);
  });

  it.each(["--dry-run", "--help", "--confirm"])(
    "%s behind the event is refused, and nothing runs",
    async (option) => {
      const trial = await twoFiles();
      const before = picture(trial);
      const { exit, stdout, stderr } = await trial.signal("go", option);
      expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
      expect(stderr).toContain(`accepted: signal-event ${option} go. Nothing was touched.`);
      expect(picture(trial)).toEqual(before);
      expect(trial.log()).toEqual(["ran"]);
    },
  );

  it("exit status 0 where nothing would change", async () => {
    const trial = await twoFiles();
    await trial.applied("go");
    const { exit, stdout } = await trial.signal("--dry-run", "go");
    expect(exit).toBe(0);
    expect(stdout).toContain("0 files would change, 2 would stay, 0 services would be adjusted");
  });

  it("also a wrong mode alone would change", async () => {
    const trial = await twoFiles();
    await trial.applied("go");
    trial.put(trial.at("/etc/other"), trial.read("/etc/other") ?? "", 0o600);
    const { exit, stdout } = await trial.signal("--dry-run", "go");
    expect(exit).toBe(2);
    expect(stdout).toContain("/etc/other: mode and owner become 0644 root:root");
  });

  it("shows the unified difference, with the fragment and the property that it comes from", async () => {
    const { stdout } = await (await twoFiles()).signal("--dry-run", "go");
    expect(stdout.split("\n")).toEqual([
      "1 file would change, 1 would stay, 0 services would be adjusted",
      "--- /etc/file",
      "+++ /etc/file\tfrom 10max.hbs, rspamd MaxProcesses",
      "@@ -1,5 +1,5 @@",
      " # Made by mailwright from the template of /etc/file: edits are overwritten.",
      " # To change it, add a fragment in /etc/mailwright/templates/etc/file/ (see expand-template(1)).",
      " first",
      "-max 1",
      "+max 4",
      " last",
      expect.stringMatching(/^actions {3}.*\/S20-run go$/),
      "",
    ]);
  });

  it("the difference is one that patch(1) would take for a new and a removed file, too", async () => {
    const trial = trialOf({ "10.hbs": "new\n" }, 'when: eq config.rspamd.status "enabled"\n');
    const made = await trial.signal("--dry-run", "go");
    expect(made.stdout).toContain("@@ -0,0 +1,3 @@");
    await trial.applied("go");
    await trial.config("setprop", "rspamd", "status", "disabled");
    const removed = await trial.signal("--dry-run", "go");
    expect(removed.stdout).toContain("@@ -1,3 +0,0 @@");
  });

  it("--json has the files with their states, the checks, the actions and the services", async () => {
    const trial = await twoFiles();
    const { exit, stdout } = await trial.signal("--dry-run", "--json", "go", "an argument");
    expect(exit).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      files: [
        { path: "/etc/file", state: "changed" },
        { path: "/etc/other", state: "same" },
      ],
      tables: [],
      checks: [],
      actions: [[expect.stringMatching(/S20-run$/), "go", "an argument"]],
      services: [],
    });
  });

  it("on a root without a database it makes none", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    expect(await trial.signal("--dry-run", "go")).toMatchObject({ exit: 2 });
    expect(readdirSync(trial.root)).toEqual([]);
  });

  it("says that a secret would be made, makes none, and shows none", async () => {
    const trial = trialOf({ "10.hbs": "password {{config.rspamd.Password}}\n" });
    const { stderr, stdout } = await trial.signal("--dry-run", "go");
    expect(stderr).toContain("rspamd Password has no value yet: one would be made");
    expect(stdout).toContain("/etc/file: changes; not shown, for it holds secrets");
    expect(readdirSync(trial.root)).toEqual([]);
  });

  it("refuses what the event would refuse, with the same status", async () => {
    const trial = trialOf({ "10.hbs": "{{nonsense}}\n" });
    const dry = await trial.signal("--dry-run", "go");
    expect(dry).toEqual(await trial.signal("go"));
    expect(dry.exit).toBe(1);
  });

  it("does not wait for the lock", async () => {
    const trial = await twoFiles();
    const { takeLock } = await import("../../../src/db/lock.ts");
    const lock = await takeLock(trial.at("/var/lib/mailwright/apply.lock"), 0, "a test");
    try {
      expect(await trial.signal("--dry-run", "go")).toMatchObject({ exit: 2 });
    } finally {
      lock.release();
    }
  });
});

describe("signal-event --list and --explain", () => {
  it("--list names every event of both layers, with its description", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.event("own-event", "description: of the site\n", "site");
    trial.script("actions", "S20-run", "true");
    expect((await trial.signal("--list")).stdout).toBe("go         a trial\nown-event  of the site\n");
    expect(JSON.parse((await trial.signal("--json", "--list")).stdout)).toEqual([
      { name: "go", description: "a trial" },
      { name: "own-event", description: "of the site" },
    ]);
  });

  it("--explain tells all in the order in which it is done, and does nothing", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.event("base", "services: {postfix: restart}\n");
    trial.event(
      "go",
      "description: a trial\ntemplates: [/etc/file]\nextends: [base]\nservices: {rspamd: reload}\n",
    );
    for (const name of ["S02-a", "S20-b", "S95-c"]) trial.script("go", name, "true");
    trial.script("go", "S30-no", "true", "shipped", 0o644);
    const { exit, stdout } = await trial.signal("--explain", "go");
    const folder = join(trial.share, "events/go");
    expect(exit).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "go: a trial",
      "  carries out base as well",
      `  S02  runs ${folder}/S02-a`,
      "  S05  makes /etc/file",
      `  S20  runs ${folder}/S20-b`,
      "  S90  reloads rspamd, if a file of it changed",
      "  S90  restarts postfix, if a file of it changed",
      `  S95  runs ${folder}/S95-c`,
      `  ---  ${folder}/S30-no is not executable: left out`,
      "",
    ]);
    expect(readdirSync(trial.root)).toEqual([]);
    expect(JSON.parse((await trial.signal("--json", "--explain", "go")).stdout)).toMatchObject({
      name: "go",
      carriesOut: ["go", "base"],
      templates: ["/etc/file"],
      services: { rspamd: "reload", postfix: "restart" },
    });
  });
});
