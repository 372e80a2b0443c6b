import { mkdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trialOf } from "./trial.ts";

describe("fragments of a template", () => {
  it("an empty fragment of the site disables the shipped one of that name", async () => {
    const trial = trialOf({ "10one.hbs": "one\n", "20two.hbs": "two\n" });
    trial.fragment("/etc/file", "10one.hbs", "", "site");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("two\n");
  });

  it("an empty fragment disables no other than the one of its name", async () => {
    const trial = trialOf({ "10one.hbs": "one\n", "10one-more.hbs": "more\n" });
    trial.fragment("/etc/file", "10one.hbs", "", "site");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("more\n");
  });

  it("a fragment of the site takes the place of the shipped one, and others are added between", async () => {
    const trial = trialOf({ "10one.hbs": "one\n", "20two.hbs": "two\n" });
    trial.fragment("/etc/file", "20two.hbs", "mine\n", "site");
    trial.fragment("/etc/file", "15new.hbs", "new\n", "site");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("one\nnew\nmine\n");
  });

  const leftovers = [
    "10one.hbs~",
    ".10one.hbs.swp",
    "10one.swp",
    "10one.hbs.orig",
    "10one.hbs.rpmsave",
    "10one.hbs.rpmnew",
    "10one.hbs.dpkg-dist",
    "10one.hbs.dpkg-old",
    "10one.dpkg-new.hbs",
    "10one.hbs.ucf-dist",
    "#10one.hbs#",
  ];
  for (const layer of ["shipped", "site"] as const) {
    for (const name of leftovers) {
      it(`skips the ${layer} leftover ${name}, and says nothing of it`, async () => {
        const trial = trialOf({ "10one.hbs": "one\n" });
        trial.fragment("/etc/file", name, "leftover\n", layer);
        const { stderr } = await trial.applied("go");
        expect(trial.body("/etc/file")).toBe("one\n");
        expect(stderr).toBe("");
      });
    }
  }

  it("says that a file of the site whose name does not end in .hbs is left out", async () => {
    const trial = trialOf({ "10one.hbs": "one\n" });
    const path = trial.fragment("/etc/file", "80custom", "custom\n", "site");
    const { stderr } = await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("one\n");
    expect(stderr).toBe(`signal-event: ${path} is left out: the name of a fragment ends in .hbs\n`);
  });

  it("says that a replaced fragment has changed since, until the one in its place is saved again", async () => {
    const trial = trialOf({ "10one.hbs": "one\n" });
    const path = trial.fragment("/etc/file", "10one.hbs", "mine\n", "site");
    expect((await trial.applied("go")).stderr).toBe("");
    const shipped = trial.fragment("/etc/file", "10one.hbs", "another one\n");
    for (const _ of [1, 2]) {
      const { stderr } = await trial.applied("go");
      expect(stderr).toContain(`${path} takes the place of a fragment that has changed since`);
      expect(stderr).toContain(shipped);
    }
    utimesSync(path, 5000, 5000);
    expect((await trial.applied("go")).stderr).toBe("");
  });

  it("says it too where the shipped one was newer from the start", async () => {
    const trial = trialOf({ "10one.hbs": "one\n" });
    const path = trial.fragment("/etc/file", "10one.hbs", "mine\n", "site");
    utimesSync(path, 1000, 1000);
    expect((await trial.applied("go")).stderr).toContain("has changed since");
  });

  it("says it of a fragment that is removed by an empty one", async () => {
    const trial = trialOf({ "10one.hbs": "one\n", "20two.hbs": "two\n" });
    trial.fragment("/etc/file", "10one.hbs", "", "site");
    await trial.applied("go");
    trial.fragment("/etc/file", "10one.hbs", "another one\n");
    expect((await trial.applied("go")).stderr).toContain("has changed since");
    expect(trial.body("/etc/file")).toBe("two\n");
  });

  it("the order is that of bytes: no locale, no numbers, no matter which layer", async () => {
    const names = [
      "1z.hbs",
      "10a.hbs",
      "2.hbs",
      "Z.hbs",
      "a.hbs",
      "_.hbs",
      "é.hbs",
      "z.hbs",
      "\u{1f4ec}.hbs",
      "\uff5e.hbs",
    ];
    const trial = trialOf({});
    for (const [index, name] of names.entries()) {
      trial.fragment("/etc/file", name, `${name}\n`, index % 2 === 0 ? "shipped" : "site");
    }
    await trial.applied("go");
    const expected = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    // UTF-16 order would put the mailbox before the wide tilde.
    expect(expected.slice(-2)).toEqual(["\uff5e.hbs", "\u{1f4ec}.hbs"]);
    expect(trial.body("/etc/file")).toBe(expected.map((name) => `${name}\n`).join(""));
  });

  it("template-begin comes first and template-end last, whatever their bytes", async () => {
    const trial = trialOf({
      "template-begin.hbs": "begin\n",
      "template-end.hbs": "end\n",
      "zz.hbs": "zz\n",
      "00.hbs": "00\n",
    });
    trial.fragment("/etc/file", "template-end.hbs", "own end\n", "site");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("begin\n00\nzz\nown end\n");
  });

  it("a fragment without a final newline does not glue to the next", async () => {
    const trial = trialOf({ "10one.hbs": "one", "20two.hbs": "two", "30three.hbs": "\nthree" });
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("one\ntwo\n\nthree\n");
  });

  it("a fragment that makes nothing adds no line", async () => {
    const trial = trialOf({
      "10one.hbs": "one\n",
      "20no.hbs": "{{#if false}}\nno\n{{/if}}\n",
      "30.hbs": "x",
    });
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("one\nx\n");
  });

  it("a site adds to a shared list from a fragment of its own", async () => {
    const trial = trialOf({
      "10list.hbs": '{{#push "checks"}}first{{/push}}\n',
      "90print.hbs": '{{#each (stack "checks")}}{{#unless @first}}, {{/unless}}{{this}}{{/each}}\n',
    });
    trial.fragment("/etc/file", "20own.hbs", '  {{#push "checks"}} own {{/push}}\n', "site");
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("first, own\n");
  });

  it("a push within a condition leaves no empty line", async () => {
    const trial = trialOf({
      "10.hbs": 'a\n{{#if true}}\n{{#push "l"}}x{{/push}}\n  {{#push "l"}}y{{/push}}\n{{/if}}\nb\n',
      "20.hbs": '{{#each (stack "l")}}\n{{this}}\n{{/each}}\n',
    });
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("a\nb\nx\ny\n");
  });

  it("a fragment may be a link, and a folder with the name of a fragment is an error", async () => {
    const trial = trialOf({ "10one.hbs": "one\n" });
    const other = trial.put(join(trial.share, "elsewhere"), "linked\n");
    symlinkSync(other, join(trial.share, "templates/etc/file/20two.hbs"));
    await trial.applied("go");
    expect(trial.body("/etc/file")).toBe("one\nlinked\n");
    mkdirSync(join(trial.share, "templates/etc/file/30three.hbs"));
    expect(await trial.signal("go")).toMatchObject({ exit: 1 });
    expect(trial.body("/etc/file")).toBe("one\nlinked\n");
  });

  it("a template of the site alone is one", async () => {
    const trial = trialOf({});
    trial.fragment("/etc/mine", "template.yaml", "syntax: plain\n", "site");
    trial.fragment("/etc/mine", "10.hbs", "mine\n", "site");
    trial.event("go", "templates: [/etc/mine]\n", "site");
    await trial.applied("go");
    expect(trial.body("/etc/mine")).toBe("mine\n");
  });
});
