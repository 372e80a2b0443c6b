import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Trial, trialOf } from "./trial.ts";

const secret = "S3cret-of-mine/+=";

/** Runs every command that could print it, and returns all that was printed. */
async function everyOutput(trial: Trial): Promise<string> {
  const outputs: string[] = [];
  const commands: [string, ...string[]][] = [
    ["signal-event", "--dry-run", "go"],
    ["signal-event", "--dry-run", "--json", "go"],
    ["expand-template", "--diff", "/etc/file"],
    ["expand-template", "--fragments", "/etc/file"],
    ["signal-event", "--json", "go"],
    ["signal-event", "--explain", "go"],
    ["expand-template", "/etc/file"],
  ];
  for (const [program, ...args] of commands) {
    const { stdout, stderr } = await trial.run(program, args);
    outputs.push(stdout, stderr);
  }
  return outputs.join("");
}

describe("a secret", () => {
  it("is in no output of an event, a dry run or expand-template", async () => {
    const trial = trialOf({
      "10.hbs": "{{#if config.rspamd.Password}}\nhas one\n{{/if}}\n",
      "20.hbs": "password {{config.rspamd.Password}}\n",
    });
    await trial.config("setprop", "rspamd", "Password", secret);
    expect(await everyOutput(trial)).not.toContain(secret);
    await trial.config("setprop", "rspamd", "Password", `${secret}2`);
    expect(await everyOutput(trial)).not.toContain(secret);
    expect(trial.body("/etc/file")).toBe(`has one\npassword ${secret}2\n`);
  });

  it("is in no output when it reached the file through a shared list or a block's name", async () => {
    const trial = trialOf({
      "10.hbs":
        '{{#push "l"}}p {{config.rspamd.Password}}{{/push}}\n{{#each (stack "l")}}\n{{this}}\n{{/each}}\n',
      "20.hbs": "{{#with config.rspamd.Password as |word|}}\n{{word}}\n{{/with}}\n",
    });
    await trial.config("setprop", "rspamd", "Password", secret);
    expect(await everyOutput(trial)).not.toContain(secret);
    expect(trial.body("/etc/file")).toBe(`p ${secret}\n${secret}\n`);
  });

  it("is in no output when a script prints it, and when it fails with it", async () => {
    const trial = trialOf({ "10.hbs": "{{config.rspamd.Password}}\n" });
    await trial.config("setprop", "rspamd", "Password", secret);
    trial.script("go", "S20-say", `echo "using ${secret} now"; echo "${secret}" >&2`);
    trial.script("go", "S30-fail", `echo "bad ${secret}"; exit 1`);
    const { stdout, stderr } = await trial.signal("--json", "go");
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout).toContain("using •••••• now");
    expect(stderr).toContain("bad ••••••");
  });

  it("is not told when it cannot be written", async () => {
    const trial = new Trial();
    trial.template("/etc/file", { "10.hbs": "{{config.rspamd.Password}}\n" });
    trial.fragment("/etc/file", "template.yaml", "syntax: postfix-map\n");
    trial.event("go", "templates: [/etc/file]\n");
    await trial.config("setprop", "rspamd", "Password", "two words");
    const { exit, stdout, stderr } = await trial.signal("go");
    expect(exit).toBe(3);
    expect(stderr).toContain("rspamd Password");
    expect(stdout + stderr).not.toContain("two words");
  });

  it("of a template that says `secret` nothing is shown, whatever it is made of", async () => {
    const trial = trialOf({ "10.hbs": "hash {{config.postfix.MessageSizeMax}}\n" }, "secret: true\n");
    const output = await everyOutput(trial);
    expect(output).not.toContain("hash ");
    expect(output).toContain("/etc/file: changes; not shown, for it holds secrets");
  });

  it("is in no file but its own and the database", async () => {
    const trial = trialOf({ "10.hbs": "{{config.rspamd.Password}}\n" }, 'mode: "0600"\n');
    await trial.config("setprop", "rspamd", "Password", secret);
    await trial.applied("go");
    const files = readdirSync(trial.root, { recursive: true, encoding: "utf8" }).filter((name) =>
      statSync(join(trial.root, name)).isFile(),
    );
    const holding = files.filter((name) => readFileSync(join(trial.root, name)).includes(secret));
    expect(holding.filter((name) => !name.startsWith("var/lib/mailwright/mailwright.db"))).toEqual([
      "etc/file",
    ]);
  });
});

describe("a generated secret", () => {
  it("is made by the first event that needs it, and stays", async () => {
    const trial = trialOf({ "10.hbs": "{{config.rspamd.Password}}\n" });
    await trial.applied("go");
    const made = trial.body("/etc/file")?.trim() ?? "";
    expect(made).toMatch(/^\S{16,}$/);
    expect(await trial.config("getprop", "rspamd", "Password")).toBe(`${made}\n`);
    await trial.applied("go");
    await trial.expand("/etc/file");
    expect(trial.body("/etc/file")?.trim()).toBe(made);
  });

  it("is made by expand-template too, which never writes an empty one", async () => {
    const trial = trialOf({ "10.hbs": "{{config.rspamd.Password}}\n" });
    expect(await trial.expand("/etc/file")).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(trial.body("/etc/file")).toMatch(/^\S{16,}\n$/);
  });

  it("is another on another machine", async () => {
    const made = new Set<string | undefined>();
    for (let count = 0; count < 3; count++) {
      const trial = trialOf({ "10.hbs": "{{config.rspamd.Password}}\n" });
      await trial.applied("go");
      made.add(trial.body("/etc/file"));
    }
    expect(made.size).toBe(3);
  });

  it("is not made for a file that fails, which is told as of any other", async () => {
    const trial = trialOf({ "10.hbs": "{{config.rspamd.Password}}{{nonsense}}\n" });
    const { exit, stdout } = await trial.signal("--json", "go");
    expect(exit).toBe(1);
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toEqual({ event: "go", status: "failed" });
    expect((await trial.run("config", ["getprop", "rspamd", "Password"])).exit).toBe(1);
  });
});
