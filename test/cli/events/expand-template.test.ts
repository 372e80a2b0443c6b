import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Trial, trialOf } from "./trial.ts";

const header =
  "# Made by mailwright from the template of /etc/file: edits are overwritten.\n" +
  "# To change it, add a fragment in /etc/mailwright/templates/etc/file/ (see expand-template(1)).\n";

describe("expand-template", () => {
  it("writes the file with its mode, and prints nothing", async () => {
    const trial = trialOf({ "10.hbs": "text\n" }, 'mode: "0640"\n');
    expect(await trial.expand("/etc/file")).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(trial.read("/etc/file")).toBe(`${header}text\n`);
    expect(trial.mode("/etc/file")).toBe("0640");
  });

  it("runs no script of any event", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.script("go", "S20-run", 'echo ran >>"$LOG"');
    await trial.expand("/etc/file");
    expect(trial.log()).toEqual([]);
  });

  it("--stdout prints the file and writes nothing", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    expect(await trial.expand("--stdout", "/etc/file")).toEqual({
      exit: 0,
      stdout: `${header}text\n`,
      stderr: "",
    });
    expect(readdirSync(trial.root)).toEqual([]);
  });

  it("--diff prints the difference: exit status 2 if there is one, else 0", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    const before = await trial.expand("--diff", "/etc/file");
    expect(before.exit).toBe(2);
    expect(before.stdout).toContain("+text\n");
    expect(readdirSync(trial.root)).toEqual([]);
    await trial.expand("/etc/file");
    expect(await trial.expand("--diff", "/etc/file")).toEqual({ exit: 0, stdout: "", stderr: "" });
  });

  it("--fragments prints each line behind the fragment, and its line, that made it", async () => {
    const trial = trialOf({
      "10one.hbs": "first\n{{#if true}}\nin it\n{{/if}}\n",
      "template-end.hbs": "last",
    });
    trial.fragment("/etc/file", "50own.hbs", "\nown {{hostname}}\n", "site");
    trial.put(trial.at("/etc/hostname"), "mail.example.org");
    const { stdout } = await trial.expand("--fragments", "/etc/file");
    expect(stdout.split("\n").slice(2)).toEqual([
      "10one.hbs:1        | first",
      "10one.hbs:3        | in it",
      "50own.hbs:1        | ",
      "50own.hbs:2        | own mail.example.org",
      "template-end.hbs:1 | last",
      "",
    ]);
  });

  it("--output-filename writes to another file and leaves the own one alone", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    const folder = process.cwd();
    process.chdir(trial.share);
    try {
      expect(await trial.expand("--output-filename", "plain-name", "/etc/file")).toMatchObject({ exit: 0 });
      expect(await trial.expand("--output-filename", "below/it", "/etc/file")).toMatchObject({ exit: 0 });
    } finally {
      process.chdir(folder);
    }
    expect(readdirSync(trial.share).sort()).toEqual(["below", "events", "plain-name", "templates"]);
    expect(readdirSync(trial.root)).toEqual([]);
  });

  it("--output-filename refuses a template of many files", async () => {
    const trial = trialOf({ "10.hbs": "{{item.key}}\n" }, "each: records.boxes\nname: item.key\n");
    await trial.db("boxes", "set", "one", "box");
    await trial.db("boxes", "set", "two", "box");
    const output = `${trial.share}/out`;
    expect(await trial.expand("--output-filename", output, "/etc/file")).toMatchObject({ exit: 3 });
    expect(existsSync(output)).toBe(false);
  });

  it("--list names the templates of both layers", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.fragment("/etc/a/deeper", "template.yaml", "syntax: plain\n", "site");
    trial.fragment("/etc/no-template", "10.hbs", "x\n", "site");
    expect((await trial.expand("--list")).stdout).toBe("/etc/a/deeper\n/etc/file\n");
  });

  it("keeps what it did not write", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    trial.put(trial.at("/etc/file"), "by hand\n");
    const { stderr } = await trial.expand("/etc/file");
    const [, copy = ""] = /a copy of it goes to .*(\/var\/lib\/.*)/.exec(stderr) ?? [];
    expect(trial.read(copy)).toBe("by hand\n");
  });

  it("removes the file while its condition is false", async () => {
    const trial = trialOf({ "10.hbs": "text\n" }, 'when: eq config.rspamd.status "enabled"\n');
    await trial.expand("/etc/file");
    await trial.config("setprop", "rspamd", "status", "disabled");
    await trial.expand("/etc/file");
    expect(trial.read("/etc/file")).toBeUndefined();
    expect(await trial.expand("--output-filename", `${trial.share}/x`, "/etc/file")).toMatchObject({
      exit: 3,
    });
  });

  it("makes and removes the files of a template of many", async () => {
    const trial = trialOf({ "10.hbs": "{{item.key}}\n" }, "each: records.boxes\nname: item.key\n");
    await trial.db("boxes", "set", "one", "box");
    await trial.expand("/etc/file");
    await trial.db("boxes", "delete", "one");
    await trial.db("boxes", "set", "two", "box");
    await trial.expand("/etc/file");
    expect(readdirSync(trial.at("/etc"))).toEqual(["two"]);
  });

  for (const path of ["etc/file", "file", "./etc/file"]) {
    it(`${path} is refused: it is no whole path`, async () => {
      const { exit, stderr } = await trialOf({ "10.hbs": "text\n" }).expand(path);
      expect(exit).toBe(3);
      expect(stderr).toContain("no whole path");
    });
  }

  it("a path with superfluous parts is the file that it leads to", async () => {
    const trial = trialOf({ "10.hbs": "text\n" });
    expect(await trial.expand("/etc//x/../file")).toMatchObject({ exit: 0 });
    expect(trial.body("/etc/file")).toBe("text\n");
  });

  it("what has no template is told so", async () => {
    const { exit, stderr } = await new Trial().expand("/etc/nothing");
    expect(exit).toBe(1);
    expect(stderr).toContain("there is no template for /etc/nothing");
  });
});
