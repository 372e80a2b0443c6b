import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { given, isRoot } from "../../given.ts";
import { Trial, trialOf } from "./trial.ts";

/** What tells a file that was written again from one that was not. */
function identity(trial: Trial, path: string): { inode: number; modified: number } {
  const { ino, mtimeMs } = statSync(trial.at(path));
  return { inode: ino, modified: mtimeMs };
}

describe("a fragment that fails", () => {
  it("leaves the old file, leaves no temporary file, and the exit status is not 0", async () => {
    const trial = trialOf({ "10.hbs": "old\n" });
    await trial.applied("go");
    const before = identity(trial, "/etc/file");
    trial.fragment("/etc/file", "20.hbs", "{{nonsense}}\n", "site");
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(1);
    expect(stderr).toContain("20.hbs:1: there is no value called nonsense");
    expect(trial.body("/etc/file")).toBe("old\n");
    expect(identity(trial, "/etc/file")).toEqual(before);
    expect(readdirSync(trial.at("/etc"))).toEqual(["file", "mailwright"]);
  });

  it("keeps every other file of the event as it was", async () => {
    const trial = trialOf({ "10.hbs": "{{config.rspamd.MaxProcesses}}\n" });
    trial.template("/etc/last", { "10.hbs": "{{config.rspamd.MaxProcesses}}\n" });
    trial.event("go", "templates: [/etc/file, /etc/last]\n");
    await trial.applied("go");
    await trial.config("setprop", "rspamd", "MaxProcesses", "4");
    trial.fragment("/etc/last", "20.hbs", "{{nonsense}}\n", "site");
    expect(await trial.signal("go")).toMatchObject({ exit: 1 });
    expect(trial.body("/etc/file")).toBe("1\n");
  });

  it("a warning is not a failure", async () => {
    const trial = trialOf({ "10.hbs": "text\n" }, "owner: nobody-here\n");
    trial.fragment("/etc/file", "notes.txt", "not a fragment", "site");
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(0);
    expect(stderr).toContain("left out");
    if (isRoot) expect(stderr).toContain("user nobody-here does not exist here: /etc/file belongs to root");
    expect(trial.body("/etc/file")).toBe("text\n");
  });
});

describe("unchanged content", () => {
  it("is not written again: the file keeps its inode and its time", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    await trial.applied("go");
    utimesSync(trial.at("/etc/file"), 1000, 1000);
    const before = identity(trial, "/etc/file");
    await trial.applied("go");
    expect(identity(trial, "/etc/file")).toEqual(before);
  });

  it("gets its mode corrected, without being written", async () => {
    const trial = trialOf({ "10.hbs": "text\n" }, 'mode: "0640"\n');
    await trial.applied("go");
    chmodSync(trial.at("/etc/file"), 0o606);
    const before = identity(trial, "/etc/file");
    await trial.applied("go");
    expect(trial.mode("/etc/file")).toBe("0640");
    expect(identity(trial, "/etc/file")).toEqual(before);
  });

  it.runIf(given(isRoot, "root"))("gets its owner and group corrected, without being written", async () => {
    const trial = trialOf({ "10.hbs": "text\n" }, "owner: mailer\ngroup: readers\n");
    trial.put(trial.at("/etc/passwd"), "root:x:0:0::/:/bin/sh\nmailer:x:812:900::/:/bin/sh\n");
    trial.put(trial.at("/etc/group"), "root:x:0:\nreaders:x:913:\n");
    await trial.applied("go");
    chownSync(trial.at("/etc/file"), 0, 0);
    const before = identity(trial, "/etc/file");
    await trial.applied("go");
    expect(statSync(trial.at("/etc/file"))).toMatchObject({ uid: 812, gid: 913 });
    expect(identity(trial, "/etc/file")).toEqual(before);
  });
});

describe("a secret file", () => {
  it("a copy of one that was edited by hand is for root alone", async () => {
    const trial = trialOf({ "10.hbs": "password {{config.rspamd.Password}}\n" }, 'mode: "0640"\n');
    await trial.applied("go");
    trial.put(trial.at("/etc/file"), "password of my own\n", 0o644);
    const { stderr } = await trial.applied("go");
    const [, copy = ""] = /a copy of it goes to (.*)/.exec(stderr) ?? [];
    expect(readFileSync(copy, "utf8")).toBe("password of my own\n");
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(trial.mode("/etc/file")).toBe("0640");
  });
});

describe("a file edited by hand", () => {
  it("is kept as a dated copy, said with its path, and written", async () => {
    const trial = trialOf({ "10.hbs": "made\n" });
    await trial.applied("go");
    trial.put(trial.at("/etc/file"), "edited\n");
    const { stderr } = await trial.applied("go");
    const said = /^signal-event: \/etc\/file was edited by hand: a copy of it goes to (.*)\n$/.exec(stderr);
    const copy = said?.[1] ?? "";
    expect(copy).toMatch(/\/var\/lib\/mailwright\/edited\/\d{4}-\d\d-\d\dT[\d-]+Z\/etc\/file$/);
    expect(readFileSync(copy, "utf8")).toBe("edited\n");
    expect(trial.body("/etc/file")).toBe("made\n");
  });

  it("one that mailwright did not make is kept as well", async () => {
    const trial = trialOf({ "10.hbs": "made\n" });
    trial.put(trial.at("/etc/file"), "from the package\n");
    const { stderr } = await trial.applied("go");
    const [, copy = ""] = /not made by mailwright: a copy of it goes to (.*)/.exec(stderr) ?? [];
    expect(readFileSync(copy, "utf8")).toBe("from the package\n");
    expect(trial.body("/etc/file")).toBe("made\n");
  });

  it("no other change is taken for one", async () => {
    const trial = trialOf({ "10.hbs": "{{config.rspamd.MaxProcesses}}\n" });
    await trial.applied("go");
    await trial.config("setprop", "rspamd", "MaxProcesses", "4");
    expect((await trial.applied("go")).stderr).toBe("");
    expect(existsSync(trial.at("/var/lib/mailwright/edited"))).toBe(false);
  });

  it("also a change of expand-template is none", async () => {
    const trial = trialOf({ "10.hbs": "{{config.rspamd.MaxProcesses}}\n" });
    await trial.applied("go");
    await trial.config("setprop", "rspamd", "MaxProcesses", "4");
    expect(await trial.expand("/etc/file")).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(trial.body("/etc/file")).toBe("4\n");
    await trial.config("setprop", "rspamd", "MaxProcesses", "5");
    expect((await trial.applied("go")).stderr).toBe("");
    expect(trial.body("/etc/file")).toBe("5\n");
  });
});

describe("where a file goes", () => {
  it("parent folders are made, open as folders are, whatever the umask", async () => {
    const trial = new Trial();
    trial.template("/etc/a/b/c/file", { "10.hbs": "text\n" });
    trial.event("go", "templates: [/etc/a/b/c/file]\n");
    const umask = process.umask(0o077);
    try {
      await trial.applied("go");
    } finally {
      process.umask(umask);
    }
    expect(trial.body("/etc/a/b/c/file")).toBe("text\n");
    expect([trial.mode("/etc/a"), trial.mode("/etc/a/b/c")]).toEqual(["0755", "0755"]);
    expect(trial.mode("/etc/a/b/c/file")).toBe("0644");
  });

  it("a link in its place is replaced, and what it led to stays", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.put(trial.at("/etc/elsewhere"), "other\n");
    symlinkSync("elsewhere", trial.at("/etc/file"));
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("text\n");
    expect(trial.read("/etc/elsewhere")).toBe("other\n");
  });

  it("a folder in its place stops the event before anything is touched", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.template("/etc/first", { "10.hbs": "text\n" });
    trial.event("go", "templates: [/etc/first, /etc/file]\n");
    mkdirSync(trial.at("/etc/file"), { recursive: true });
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(1);
    expect(stderr).toContain(`${trial.at("/etc/file")} is a folder`);
    expect(trial.read("/etc/first")).toBeUndefined();
  });

  it("a file in the place of its folder stops the event before anything is touched", async () => {
    const trial = new Trial();
    trial.template("/etc/a/file", { "10.hbs": "text\n" });
    trial.event("go", "templates: [/etc/a/file]\n");
    trial.put(trial.at("/etc/a"), "");
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(1);
    expect(stderr).toContain(`${trial.at("/etc/a")} is a file`);
  });
});

describe("when", () => {
  it("while it is false the file is removed, or not made", async () => {
    const trial = trialOf({ "10.hbs": "text\n" }, 'when: eq config.rspamd.status "enabled"\n');
    await trial.config("setprop", "rspamd", "status", "disabled");
    await trial.applied("go");
    expect(trial.read("/etc/file")).toBeUndefined();
    await trial.config("setprop", "rspamd", "status", "enabled");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("text\n");
    await trial.config("setprop", "rspamd", "status", "disabled");
    await trial.applied("go");
    expect(trial.read("/etc/file")).toBeUndefined();
  });
});

describe("each", () => {
  function accounts(metadata = "each: records.boxes\nname: item.key\n"): Trial {
    const trial = new Trial();
    trial.template("/etc/boxes/box", { "10.hbs": "{{item.key}} {{item.Note}}\n" }, metadata);
    trial.event("go", "templates: [/etc/boxes/box]\n");
    return trial;
  }

  it("makes one file for each record", async () => {
    const trial = accounts();
    await trial.db("boxes", "set", "one", "box", "Note", "first");
    await trial.db("boxes", "set", "two", "box", "Note", "second");
    await trial.applied("go");
    expect(readdirSync(trial.at("/etc/boxes")).sort()).toEqual(["one", "two"]);
    expect(trial.body("/etc/boxes/two")).toBe("two second\n");
  });

  it("removes the file of a record that is gone, and leaves files of others alone", async () => {
    const trial = accounts();
    await trial.db("boxes", "set", "one", "box", "Note", "first");
    await trial.db("boxes", "set", "two", "box", "Note", "second");
    await trial.applied("go");
    trial.put(trial.at("/etc/boxes/someone-else"), "not ours\n");
    await trial.db("boxes", "delete", "one");
    const dry = await trial.signal("--dry-run", "go");
    expect(dry.exit).toBe(2);
    expect(dry.stdout).toContain("-one first");
    await trial.applied("go");
    expect(readdirSync(trial.at("/etc/boxes")).sort()).toEqual(["someone-else", "two"]);
    expect(await trial.signal("--dry-run", "go")).toMatchObject({ exit: 0 });
  });

  it("removes all of them when the condition turns false", async () => {
    const trial = accounts('each: records.boxes\nname: item.key\nwhen: eq config.rspamd.status "enabled"\n');
    await trial.db("boxes", "set", "one", "box", "Note", "first");
    await trial.applied("go");
    expect(trial.read("/etc/boxes/one")).toBeDefined();
    await trial.config("setprop", "rspamd", "status", "disabled");
    await trial.applied("go");
    expect(readdirSync(trial.at("/etc/boxes"))).toEqual([]);
  });

  it("keeps a copy of the file of a gone record that was edited by hand", async () => {
    const trial = accounts();
    await trial.db("boxes", "set", "one", "box", "Note", "first");
    await trial.applied("go");
    trial.put(trial.at("/etc/boxes/one"), "edited\n");
    await trial.db("boxes", "delete", "one");
    const { stderr } = await trial.applied("go");
    expect(stderr).toContain("/etc/boxes/one was edited by hand");
    expect(trial.read("/etc/boxes/one")).toBeUndefined();
  });

  it("a name with blanks, quotes, signs and other letters is a file's name", async () => {
    const trial = accounts();
    const name = "-ünï 'q' \"d\" $(x) *;#@example.org";
    await trial.db("boxes", "set", name, "box", "Note", "odd");
    await trial.applied("go");
    expect(readdirSync(trial.at("/etc/boxes"))).toEqual([name]);
  });

  for (const name of ["../up", ".", "..", "a/b", "x".repeat(256), "é".repeat(128)]) {
    it(`the name ${JSON.stringify(name.slice(0, 12))} (${name.length}) is refused, nothing is touched`, async () => {
      const trial = accounts();
      await trial.db("boxes", "set", "fine", "box", "Note", "x");
      await trial.db("boxes", "set", name, "box", "Note", "x");
      const { exit, stderr } = await trial.signal("go");
      expect(exit).toBe(1);
      expect(stderr).toContain("is no file name");
      expect(existsSync(trial.at("/etc/boxes"))).toBe(false);
    });
  }

  it("a name of 255 bytes is one", async () => {
    const trial = accounts();
    const name = `${"é".repeat(127)}x`;
    await trial.db("boxes", "set", name, "box", "Note", "long");
    await trial.applied("go");
    expect(readdirSync(trial.at("/etc/boxes"))).toEqual([name]);
  });

  it("two records that would make the same file are refused", async () => {
    const trial = accounts("each: records.boxes\nname: item.Note\n");
    await trial.db("boxes", "set", "one", "box", "Note", "same");
    await trial.db("boxes", "set", "two", "box", "Note", "same");
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(1);
    expect(stderr).toContain("/etc/boxes/same is made twice");
    expect(existsSync(trial.at("/etc/boxes"))).toBe(false);
  });

  it("records of a type ending in -deleted are ignored, and their files removed", async () => {
    const trial = accounts();
    await trial.db("boxes", "set", "one", "box", "Note", "first");
    await trial.db("boxes", "set", "two", "box", "Note", "second");
    await trial.applied("go");
    await trial.db("boxes", "settype", "one", "box-deleted");
    await trial.applied("go");
    expect(readdirSync(trial.at("/etc/boxes"))).toEqual(["two"]);
  });
});

it("a new host name is seen by the next event", async () => {
  const trial = trialOf({ "10.hbs": "{{hostname}} {{systemName}} {{domain}}\n" });
  trial.put(trial.at("/etc/hostname"), "mail.example.org\n");
  await trial.applied("go");
  expect(trial.body("/etc/file")).toBe("mail.example.org mail example.org\n");
  trial.put(trial.at("/etc/hostname"), "post\n");
  trial.put(trial.at("/etc/hosts"), "127.0.1.1 post.example.net post\n");
  await trial.applied("go");
  expect(trial.body("/etc/file")).toBe("post.example.net post example.net\n");
  await trial.config("set", "SystemName", "stored");
  await trial.applied("go");
  expect(trial.body("/etc/file")).toBe("stored.example.net stored example.net\n");
});
