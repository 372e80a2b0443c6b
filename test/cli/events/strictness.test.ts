import { describe, expect, it } from "vitest";
import { Trial, trialOf } from "./trial.ts";

/** Fragments that are refused, with the line and the words that say why. */
const refusals: readonly (readonly [string, string, number, string])[] = [
  ["an unknown name", "one\n{{nonsense}}\n", 2, "there is no value called nonsense"],
  ["an unknown helper", '{{upper "x"}}\n', 1, "there is no helper upper"],
  ["a member of Object that is no helper", "{{toString 1}}\n", 1, "there is no helper toString"],
  ["an unknown block", "a\nb\n{{#repeat 3}}x{{/repeat}}\n", 3, "there is no block {{#repeat}}"],
  [
    "an unknown property of a known key",
    "a\n\n{{config.rspamd.SpamKilLevel}}\n",
    3,
    "rspamd has no property SpamKilLevel",
  ],
  [
    "the same in a condition",
    "{{#if config.rspamd.Quarantine}}x{{/if}}\n",
    1,
    "rspamd has no property Quarantine",
  ],
  ["the same in a helper", '{{#if (eq config.rspamd.Stat "x")}}x{{/if}}\n', 1, "rspamd has no property Stat"],
  ["a member that a table has not", "{{quarantine.actve}}\n", 1, "quarantine has no actve"],
  ["a key that does not exist", "{{config.nokey.Property}}\n", 1, "config.nokey.Property has no value"],
  [
    "an unset property of a key of the site's own",
    "{{config.mine.Other}}\n",
    1,
    "config.mine.Other has no value",
  ],
  [
    "a list written as one value",
    "{{config.rspamd.BlockAttachmentClassList}}\n",
    1,
    "rspamd BlockAttachmentClassList: a list",
  ],
  ["a whole record", "{{config.rspamd}}\n", 1, "only a text, a number or a boolean"],
  ["each over a record", "{{#each config.rspamd}}x{{/each}}\n", 1, "config.rspamd is no list"],
  ["a way above the outermost block", "{{../config}}\n", 1, "goes above the outermost block"],
  ["a block with two values", "{{#if eq 1 1}}x{{/if}}\n", 1, "{{#if}} takes one value"],
  ["a block without a value", "{{#if}}x{{/if}}\n", 1, "{{#if}} needs a value"],
  ["a variant that the syntax has not", '{{as "key" hostname}}\n', 1, 'no variant "key"'],
  ["a partial", "a\n{{> part}}\n", 2, "PartialStatement is not part of the template language"],
  ["an inline partial", '{{#*inline "x"}}y{{/inline}}\n', 1, "is not part of the template language"],
  ["a named argument", "{{#each records.x a=1}}x{{/each}}\n", 1, "name=value arguments"],
  ["a block that is not closed", "a\n{{#if 1}}\nb\n", 4, "the fragment cannot be read"],
  ["a block closed by another", "{{#if 1}}\n{{/each}}\n", 1, "the fragment cannot be read"],
];

describe("a fragment that says what there is not stops the event, named with its line", () => {
  for (const [what, text, line, words] of refusals) {
    it(what, async () => {
      const trial = trialOf({ "10.hbs": "fine\n" });
      await trial.config("set", "mine", "thing", "Property", "x");
      const path = trial.fragment("/etc/file", "20bad.hbs", text, "site");
      const { exit, stdout, stderr } = await trial.signal("go");
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(stderr.split("\n")[0]).toContain(`signal-event: ${path}:${line}: `);
      expect(stderr.split("\n")[0]).toContain(words);
      expect(trial.read("/etc/file")).toBeUndefined();
    });
  }

  it("a value that the syntax cannot hold is named with its property and fragment, exit status 3", async () => {
    const trial = new Trial();
    trial.template("/etc/table", { "10.hbs": "a\n{{config.rspamd.SpamSubjectPrefixString}} x\n" });
    trial.fragment("/etc/table", "template.yaml", "syntax: postfix-map\n");
    trial.event("go", "templates: [/etc/table]\n");
    await trial.config("setprop", "rspamd", "SpamSubjectPrefixString", "two words");
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(3);
    expect(stderr).toMatch(/10\.hbs:2: rspamd SpamSubjectPrefixString: .* cannot hold a blank/);
    expect(stderr).toContain("Nothing was written.");
    expect(trial.read("/etc/table")).toBeUndefined();
  });
});

describe("what a fragment sees", () => {
  it("stored values over defaults, numbers as numbers, lists as lists", async () => {
    const trial = trialOf({
      "10.hbs":
        "{{config.rspamd.SpamKillLevel}} {{config.rspamd.SpamTag2Level}} {{#if (eq config.rspamd.SpamKillLevel 15)}}is{{/if}}\n",
      "20.hbs": "{{#each config.rspamd.SenderWhiteList}}<{{this}}>{{/each}}\n",
    });
    await trial.config("setprop", "rspamd", "SpamKillLevel", "15", "SenderWhiteList", "a.org,b@c.org");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("15 6 is\n<a.org><b@c.org>\n");
  });

  it("records of a database without those of a type ending in -deleted", async () => {
    const trial = trialOf({ "10.hbs": "{{#each records.accounts}}\n{{key}} {{type}}\n{{/each}}\n" });
    await trial.db("accounts", "set", "anna@example.org", "user");
    await trial.db("--force", "accounts", "set", "bert@example.org", "user-deleted");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toContain("anna@example.org user\n");
    expect(trial.body("/etc/file")).not.toContain("bert");
  });

  it("within a record, a bare name is its property, else one of the file", async () => {
    const trial = trialOf({
      "10.hbs":
        "{{#each records.things}}\n{{key}} {{Note}} {{domain}} {{config.rspamd.SpamTag2Level}} {{@index}}\n{{/each}}\n",
    });
    trial.put(trial.at("/etc/hostname"), "mail.example.org\n");
    await trial.db("things", "set", "one", "thing", "Note", "n", "domain", "own.org");
    await trial.db("things", "set", "two", "thing", "Note", "m");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("one n own.org 6 0\ntwo m example.org 6 1\n");
  });

  it("keys and properties of the site's own catalogue", async () => {
    const trial = trialOf({ "10.hbs": "{{config.banner.Text}}\n" });
    await trial.config("set", "banner", "thing", "Text", "welcome");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("welcome\n");
  });
});

describe("a template.yaml that is wrong is told by its path", () => {
  const metadata: readonly (readonly [string, string])[] = [
    ["syntax: nonsense\n", "syntax"],
    ["syntax: plain\nmode: 640\n", "mode"],
    ['syntax: plain\nmode: "0999"\n', "four octal digits"],
    ["syntax: plain\nownr: root\n", "ownr"],
    ["syntax: plain\neach: records.x\n", "each and name go together"],
    ["syntax: plain\nwhen: '{{'\n", "template.yaml"],
    ["syntax: [\n", "template.yaml"],
    ["", "template.yaml"],
  ];
  for (const [text, words] of metadata) {
    it(JSON.stringify(text), async () => {
      const trial = trialOf({ "10.hbs": "x\n" });
      trial.fragment("/etc/file", "template.yaml", text);
      const { exit, stderr } = await trial.signal("go");
      expect(exit).toBe(1);
      expect(stderr).toContain("templates/etc/file/template.yaml");
      expect(stderr).toContain(words);
      expect(trial.read("/etc/file")).toBeUndefined();
    });
  }

  it("a template that an event names and that is not there", async () => {
    const trial = new Trial();
    trial.event("go", "templates: [/etc/lost]\n");
    const { exit, stderr } = await trial.signal("go");
    expect(exit).toBe(1);
    expect(stderr).toContain("there is no template for /etc/lost");
  });
});

describe("settings that do not fit together", () => {
  it("stop the event that carries them out with exit status 3 and what is accepted; nothing is touched", async () => {
    const trial = trialOf({ "10.hbs": "x\n" });
    trial.event("nethserver-mail-quarantine-save", "templates: [/etc/file]\n");
    await trial.run("config", ["--force", "setprop", "rspamd", "QuarantineStatus", "enabled"]);
    const { exit, stderr } = await trial.signal("nethserver-mail-quarantine-save");
    expect(exit).toBe(3);
    expect(stderr).toContain("rspamd QuarantineAccount");
    expect(stderr).toContain("accepted: ");
    expect(trial.read("/etc/file")).toBeUndefined();
    // An event that does not carry them out does not mind.
    expect(await trial.signal("go")).toMatchObject({ exit: 0 });
  });
});
