import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Trial, trialOf } from "./trial.ts";

describe("an event's name", () => {
  it("an unknown event fails loudly", async () => {
    const { exit, stdout, stderr } = await new Trial().signal("nethserver-mail-quarantin-save");
    expect({ exit, stdout }).toEqual({ exit: 3, stdout: "" });
    expect(stderr).toContain('there is no event "nethserver-mail-quarantin-save"');
    expect(stderr).toContain("signal-event --list");
  });

  it("an unknown event leaves nothing behind", async () => {
    const trial = new Trial();
    await trial.signal("nothing");
    expect(trial.read("/var/lib/mailwright/mailwright.db")).toBeUndefined();
  });

  it("`signal-event actions` is no event, whatever lies in a folder of that name", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script("actions", "S20-run", 'echo ran >>"$LOG"');
    trial.script("actions", "S21-run", 'echo ran >>"$LOG"', "site");
    expect(await trial.signal("actions")).toMatchObject({ exit: 3 });
    expect(trial.log()).toEqual([]);
  });

  for (const name of ["", ".", "..", "../events/go", "go/", ".go"]) {
    it(`${JSON.stringify(name)} is no event`, async () => {
      const trial = trialOf({ "10.hbs": "text\n" });
      trial.event(".go", "");
      expect(await trial.signal(name)).toMatchObject({ exit: 3 });
    });
  }

  it("a folder of the site without a manifest is told as what it lacks", async () => {
    const trial = new Trial();
    trial.script("own", "S20-run", "true", "site");
    const { stderr } = await trial.signal("own");
    expect(stderr).toContain("etc/mailwright/events/own is no event without an event.yaml");
  });

  it("an event that extends an unknown one names both", async () => {
    const trial = new Trial();
    trial.event("go", "extends: [lost]\n");
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(3);
    expect(stderr).toContain('there is no event "lost", which go extends');
  });

  it("events that extend each other in a circle are refused", async () => {
    const trial = new Trial();
    trial.event("one", "extends: [two]\n");
    trial.event("two", "extends: [one]\n");
    const { exit, stderr } = await trial.signal("one");
    expect(exit).toBe(1);
    expect(stderr).toContain("one → two → one");
  });

  it("a manifest that cannot be read is told by its path", async () => {
    const trial = new Trial();
    trial.event("go", "templates: [etc/file]\n");
    expect((await trial.signal("go")).stderr).toContain("events/go/event.yaml");
    trial.event("go", "templates: [\n");
    expect((await trial.signal("go")).stderr).toContain("events/go/event.yaml");
    trial.event("go", "servces: {}\n");
    expect((await trial.signal("go")).stderr).toContain("servces");
  });
});

describe("what scripts are given", () => {
  it("arguments that begin with - reach them untouched", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S20-args", 'printf "%s\\n" "$@" >"$LOG"');
    await trial.applied("go", "-x", "--own", "--", "-", "--json=1");
    expect(trial.log()).toEqual(["go", "-x", "--own", "--", "-", "--json=1"]);
  });

  it("an argument with blanks, quotes and signs arrives as one", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S20-args", 'printf "[%s]" "$@" >"$LOG"');
    const odd = [
      "two  words ",
      "it's",
      '"quoted"',
      "$(touch /tmp/x) `id` $HOME \\ * ; & |",
      "a\nb",
      "",
      "ünï 📬",
    ];
    await trial.applied("go", ...odd);
    expect(trial.read("/log")).toBe(["go", ...odd].map((word) => `[${word}]`).join(""));
  });

  it("a fixed locale, whatever the caller's", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S20-env", 'env >"$LOG"');
    const outcome = await trial.run("signal-event", ["go"], {
      env: { LC_ALL: "de_DE.UTF-8", LANG: "tr_TR.UTF-8", LC_COLLATE: "fr_FR" },
    });
    expect(outcome.exit).toBe(0);
    expect(trial.log().filter((line) => /^(LC_|LANG)/.test(line))).toEqual(["LC_ALL=C.UTF-8"]);
  });

  it("the root, the event and the files that changed", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script("go", "S04-before", 'echo "[$MAILWRIGHT_CHANGED]" >>"$LOG"');
    trial.script(
      "go",
      "S20-after",
      'echo "$MAILWRIGHT_EVENT $MAILWRIGHT_ROOT [$MAILWRIGHT_CHANGED]" >>"$LOG"',
    );
    await trial.applied("go");
    await trial.applied("go");
    expect(trial.log()).toEqual(["[]", `go ${trial.root} [/etc/file]`, "[]", `go ${trial.root} []`]);
  });

  it("no standard input to wait for", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S20-read", 'cat >"$LOG"; echo end >>"$LOG"');
    await trial.applied("go");
    expect(trial.log()).toEqual(["end"]);
  });
});

describe("which scripts run, and when", () => {
  it("S00 to S04 run before the files are written, S05 and later after them, in byte order", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    for (const name of ["S00-a", "S04-z", "S05-a", "S10-B", "S10-a", "S89-z", "S90-a", "S99-z"]) {
      trial.script(
        "go",
        name,
        `test -e "$MAILWRIGHT_ROOT/etc/file" && file=written; echo "${name} $file" >>"$LOG"`,
      );
    }
    await trial.applied("go");
    expect(trial.log()).toEqual([
      "S00-a ",
      "S04-z ",
      "S05-a written",
      "S10-B written",
      "S10-a written",
      "S89-z written",
      "S90-a written",
      "S99-z written",
    ]);
  });

  it("services are adjusted at S90: after S89 and before S90", async () => {
    const trial = new Trial();
    trial.event("go", "services: {nothing-of-the-kind: reload}\n");
    for (const name of ["S89-z", "S90-a"]) trial.script("go", name, "true");
    const { stdout } = await trial.applied("--json", "go");
    const actions = stdout.split("\n").filter((line) => line.includes('"running"'));
    expect(actions.map((line) => JSON.parse(line).action)).toEqual([
      ...["plan", "check", "commit", "S89-z", "services", "verify", "S90-a"],
    ]);
  });

  it("one that is not executable is skipped, and that is said", async () => {
    const trial = new Trial();
    trial.event("go", "");
    const path = trial.script("go", "S20-no", 'echo no >>"$LOG"', "shipped", 0o644);
    trial.script("go", "S21-yes", 'echo yes >>"$LOG"');
    const { stderr } = await trial.applied("go");
    expect(stderr).toBe(`signal-event: ${path} is not executable: left out\n`);
    expect(trial.log()).toEqual(["yes"]);
  });

  it("a folder and a link to nowhere are skipped, and that is said", async () => {
    const trial = new Trial();
    trial.event("go", "");
    const folder = join(trial.share, "events/go");
    mkdirSync(join(folder, "S20-folder"));
    symlinkSync("/nowhere/at/all", join(folder, "S21-link"));
    const { stderr } = await trial.applied("go");
    expect(stderr).toContain("S20-folder");
    expect(stderr).toContain("S21-link");
  });

  it("a link to a script runs, under its own name", async () => {
    const trial = new Trial();
    trial.event("go", "");
    const script = trial.script("actions", "shared", 'echo "shared $1" >>"$LOG"');
    symlinkSync(script, join(trial.share, "events/go/S20-shared"));
    await trial.applied("go");
    expect(trial.log()).toEqual(["shared go"]);
  });

  for (const name of [
    "S20-x~",
    "S20-x.orig",
    "S20-x.rpmnew",
    "S20-x.rpmsave",
    "S20-x.dpkg-dist",
    ".S20-x.swp",
    "20-x",
    "README",
  ]) {
    it(`${name} is no script`, async () => {
      const trial = new Trial();
      trial.event("go", "");
      trial.script("go", name, 'echo ran >>"$LOG"');
      trial.script("go", name, 'echo ran >>"$LOG"', "site");
      expect((await trial.applied("go")).stderr).toBe("");
      expect(trial.log()).toEqual([]);
    });
  }

  it("the site adds scripts, replaces them by name, and disables one by an empty file", async () => {
    const trial = new Trial();
    trial.event("go", "");
    for (const name of ["S20-one", "S30-two", "S40-three"])
      trial.script("go", name, `echo shipped ${name} >>"$LOG"`);
    trial.script("go", "S25-own", 'echo site own >>"$LOG"', "site");
    trial.script("go", "S30-two", 'echo site two >>"$LOG"', "site");
    trial.put(trial.at("/etc/mailwright/events/go/S40-three"), "", 0o755);
    await trial.applied("go");
    expect(trial.log()).toEqual(["shipped S20-one", "site own", "site two"]);
  });

  it("an event's own scripts and those of the events that it extends run in one order", async () => {
    const trial = new Trial();
    trial.event("base", "");
    trial.event("go", "extends: [base]\n");
    trial.script("base", "S20-b", 'echo "base $1" >>"$LOG"');
    trial.script("go", "S10-a", 'echo "own $1" >>"$LOG"');
    trial.script("go", "S30-c", 'echo "own $1" >>"$LOG"');
    await trial.applied("go");
    expect(trial.log()).toEqual(["own go", "base go", "own go"]);
  });
});

describe("a script that fails", () => {
  it("ends the event, with its last words, its status and what to do", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    const path = trial.script("go", "S20-fails", "echo one; echo 'no such user' >&2; exit 7");
    trial.script("go", "S30-later", 'echo later >>"$LOG"');
    const { exit, stdout, stderr } = await trial.signal("go");
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toContain("the action S20-fails failed with status 7");
    expect(stderr).toContain("no such user");
    expect(stderr).toContain(path);
    expect(stderr).toContain("The files are written, the services were not touched.");
    expect(trial.log()).toEqual([]);
    expect(trial.body("/etc/file")).toBe("text\n");
  });

  it("before S05 ends the event with no file touched", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script("go", "S04-fails", "exit 1");
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(1);
    expect(stderr).toContain("Nothing was touched.");
    expect(trial.read("/etc/file")).toBeUndefined();
  });

  it("the settings count as applied only when all went well", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.event("nethserver-mail-filter-save", "");
    await trial.config("setprop", "rspamd", "MaxProcesses", "4");
    const script = trial.script("nethserver-mail-filter-save", "S20-x", "exit 1");
    await trial.signal("nethserver-mail-filter-save");
    expect(await trial.config("changes")).toContain("MaxProcesses");
    trial.put(script, "#!/bin/sh\n", 0o755);
    await trial.applied("nethserver-mail-filter-save");
    expect(await trial.config("changes")).not.toContain("MaxProcesses");
  });

  it("one that a signal ended has the status that a shell gives it", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S20-killed", "kill -TERM $$");
    expect((await trial.signal("go")).stderr).toContain("failed with status 143");
  });

  it("one without #! is told so, and is no bug", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.put(join(trial.share, "events/go/S20-bare"), "echo hello\n", 0o755);
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(1);
    expect(stderr).toContain("its first line must name its interpreter, such as #!/bin/sh");
  });

  it("one whose interpreter is missing is told so", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.put(join(trial.share, "events/go/S20-perl"), "#!/no/such/perl\n", 0o755);
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(1);
    expect(stderr).toContain("the interpreter that its first line names, does not exist");
  });
});

describe("a script that is odd", () => {
  it("prints more than a pipe or a buffer holds, and is not cut", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script(
      "go",
      "S20-much",
      'set -e; head -c 3000000 /dev/zero | tr "\\0" x | fold -w 99; echo end >>"$LOG"',
    );
    const { stdout } = await trial.applied("--json", "go");
    expect(trial.log()).toEqual(["end"]);
    expect(stdout.match(/"output":/g)?.length).toBe(Math.ceil(3_000_000 / 99));
  });

  it("leaves a process behind that holds its output: the event does not wait for that", async () => {
    const trial = new Trial();
    trial.event("go", "");
    trial.script("go", "S20-daemon", 'sleep 20 & echo $! >"$LOG"');
    const start = performance.now();
    try {
      await trial.applied("go");
      expect(performance.now() - start).toBeLessThan(10_000);
    } finally {
      process.kill(Number(trial.log()[0]));
    }
  });
});
