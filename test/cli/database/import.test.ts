import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectRefusal, newShell } from "./shell.ts";

const silent = { exit: 0, stdout: "", stderr: "" };

describe("import of a database from an e-smith server", () => {
  const legacy = `# DO NOT MODIFY THIS FILE.
# This file is automatically maintained by NethServer
   # a comment behind blanks
   
SystemName=mail
free=service|Bar|a\\|b|Break|one\\ntwo|Backslash|C:\\data\\x\\\\y|Empty||Blank| v |Equals|a=b
key with blanks=t
C:\\new=t|P|1
odd=t|A|1|B
trailing=t|A|1|
untyped=
`;

  it("is read as esmith::config and esmith::db read it", async () => {
    const { db, output } = newShell();
    const outcome = await db(["site", "import", "-"], { stdin: legacy });
    expect(outcome).toMatchObject({ exit: 0, stdout: "" });
    expect(JSON.parse(await output("db", "site", "printjson"))).toEqual([
      { name: "C:\\new", type: "t", props: { P: "1" } },
      { name: "SystemName", type: "mail" },
      {
        name: "free",
        type: "service",
        props: {
          Bar: "a|b",
          Break: "one\ntwo",
          Backslash: "C:\\data\\x\\\\y",
          Empty: "",
          Blank: " v ",
          Equals: "a=b",
        },
      },
      { name: "key with blanks", type: "t" },
      { name: "odd", type: "t", props: { A: "1", B: "" } },
      { name: "trailing", type: "t", props: { A: "1" } },
      { name: "untyped", type: "" },
    ]);
  });

  it("a bar behind any number of backslashes is a bar of the value, as the original splits", async () => {
    const { db, output } = newShell();
    expect(await db(["site", "import", "-"], { stdin: "k=t|P|C:\\\\|Q|1\n" })).toMatchObject({ exit: 0 });
    expect(JSON.parse(await output("db", "site", "getjson", "k"))).toMatchObject({
      props: { P: "C:\\|Q", 1: "" },
    });
  });

  it("what the catalogue refuses is kept and listed", async () => {
    const { root, config, output } = newShell();
    const file = join(root, "configuration");
    writeFileSync(
      file,
      "rspamd=service|SpamKillLevel|99|QuarantineStats|enabled|SpamTag2Level|5\nfree=t|P|a\\nb\n",
    );
    const outcome = await config(["import", file]);
    expect(outcome).toMatchObject({ exit: 0, stdout: "" });
    expect(outcome.stderr.trimEnd().split("\n")).toEqual([
      "config: rspamd SpamKillLevel is kept, but it is above 25; accepted: a number from 1 to 25",
      expect.stringMatching(
        /^config: rspamd QuarantineStats is kept, but rspamd has no property QuarantineStats/,
      ),
      "config: free P is kept, but it holds a line break; accepted: text without line breaks",
    ]);
    expect(await output("config", "--stored", "print")).toBe(
      "free=t|P|a\\nb\nrspamd=service|QuarantineStats|enabled|SpamKillLevel|99|SpamTag2Level|5\n",
    );
  });

  it("a secret that is refused is listed without its value", async () => {
    const { config } = newShell();
    const outcome = await config(["import", "-"], {
      stdin: "rspamd=service|Password|\nfree=t|Password|s3c\\nret\n",
    });
    expect(outcome.stderr).toContain("rspamd Password is kept, but");
    expect(outcome.stderr).not.toMatch(/s3c|ret\b/);
  });

  it("a key that the catalogue refuses is kept and listed", async () => {
    const { db, output } = newShell();
    const outcome = await db(["domains", "import", "-"], { stdin: "no domain=domain\n" });
    expect(outcome.stderr).toContain("no domain is kept, but");
    expect(await output("db", "domains", "keys")).toBe("no domain\n");
  });

  it("a refused value that was imported stays while another is set", async () => {
    const { config, output, store } = newShell();
    await config(["import", "-"], { stdin: "rspamd=service|VirusScanSize|big\n" });
    await store("config", "setprop", "rspamd", "SpamTag2Level", "5");
    expect(await output("config", "getprop", "rspamd", "VirusScanSize")).toBe("big\n");
  });

  it("replaces records of the same key whole, and leaves others", async () => {
    const { db, output, store } = newShell();
    await store("db", "site", "set", "a", "t", "Old", "1");
    await store("db", "site", "set", "b", "t", "Kept", "1");
    expect(await db(["site", "import", "-"], { stdin: "a=u|New|2\n" })).toEqual(silent);
    expect(await output("db", "site", "print")).toBe("a=u|New|2\nb=t|Kept|1\n");
  });

  it.each([
    ["a line without an equals sign", "a=t\nbroken\n", "line 2 is no record"],
    ["a line without a key", "=t\n", "line 1 is no record"],
  ])("%s is refused by its number, nothing stored", async (_, stdin, sentence) => {
    const { db } = newShell();
    expectRefusal(
      await db(["site", "import", "-"], { stdin }),
      sentence,
      "accepted: key=type|property|value",
    );
    expect((await db(["site", "keys"])).exit).toBe(1);
  });
});

const nasty = [
  "x|y",
  "C:\\new",
  "\\",
  "\\\\",
  "a\\",
  "\\|",
  "a=b",
  "#no comment",
  "  blanks ",
  "",
  "0",
  "~",
  "null",
  "yes",
  "010",
  "1e3",
  "- a",
  "a: b",
  "a #b",
  "? a",
  "<<",
  "!!str x",
  "&a",
  "*a",
  "'",
  '"',
  "%x",
  "@",
  "`",
  "{}",
  "[]",
  "日本 🐟",
  "\u0085\u2028\u2029",
  "\t",
  "\u001b[31m",
  "x".repeat(5000),
];

describe("import(export(x)) is x", () => {
  it.each(["text", "yaml"])("as %s, of every nasty key, type, name and value", async (form) => {
    const first = newShell();
    const second = newShell();
    const records = nasty.filter(Boolean).map((text, index) => ({
      name: text,
      type: nasty[(index + 7) % nasty.length] || "t",
      props: Object.fromEntries(nasty.map((value, at) => [nasty[(at + index) % nasty.length] || "P", value])),
    }));
    expect(await first.db(["site", "setjson", "-"], { stdin: JSON.stringify(records) })).toEqual(silent);
    await first.store("db", "site", "set", "bare", "t");
    const options = form === "yaml" ? ["--yaml"] : [];
    const text = await first.output("db", ...options, "site", "export");
    expect(await second.db([...options, "site", "import", "-"], { stdin: text })).toEqual(silent);
    expect(await second.output("db", "site", "printjson")).toBe(
      await first.output("db", "site", "printjson"),
    );
    expect(await second.output("db", ...options, "site", "export")).toBe(text);
  });

  it("line breaks of a multi-line property come through both forms", async () => {
    for (const options of [[], ["--yaml"]]) {
      const first = newShell();
      const second = newShell();
      const value = "\n one\r\n\n  two \n\n";
      await first.store("db", "domains", "set", "example.com", "domain", "DisclaimerText", value);
      const stdin = await first.output("db", ...options, "domains", "export");
      expect(await second.db([...options, "domains", "import", "-"], { stdin })).toEqual(silent);
      expect(await second.output("db", "domains", "getprop", "example.com", "DisclaimerText")).toBe(
        `${value}\n`,
      );
    }
  });

  it("export prints what is stored, without defaults, and secrets too", async () => {
    const { store, output } = newShell();
    await store("config", "setprop", "rspamd", "Password", "s3cret");
    expect(await output("config", "export")).toBe("# mailwright export 1\nrspamd=service|Password|s3cret\n");
    expect(await output("config", "--yaml", "export")).toBe(
      "rspamd:\n  type: service\n  props:\n    Password: s3cret\n",
    );
  });

  it("of an empty database", async () => {
    for (const options of [[], ["--yaml"]]) {
      const { db, output } = newShell();
      const stdin = await output("db", ...options, "site", "export");
      expect(await db([...options, "site", "import", "-"], { stdin })).toEqual(silent);
    }
  });

  it("YAML that a person wrote: every scalar is text", async () => {
    const { root, db, output } = newShell();
    const file = join(root, "site.yaml");
    writeFileSync(
      file,
      "# ours\na:\n  type: t\n  props: {Yes: yes, Octal: 010, Null: null, Date: 2026-01-01, Empty: ''}\nb: {type: t}\n",
    );
    expect(await db(["site", "import", file])).toEqual(silent);
    expect(await output("db", "site", "print")).toBe(
      "a=t|Date|2026-01-01|Empty||Null|null|Octal|010|Yes|yes\nb=t\n",
    );
  });

  it.each([
    ["no YAML", "a: [", "the YAML is refused"],
    ["a list", "- a\n", "it is no mapping"],
    ["a record without a type", "a: {props: {P: 1}}\n", "a has no type"],
    ["another member", "a: {type: t, prop: {P: 1}}\n", "a has prop beside type and props"],
    ["a key twice", "a: {type: t}\na: {type: u}\n", "the YAML is refused"],
    ["a value that is a list", "a: {type: t, props: {P: [1, 2]}}\n", "the YAML is refused"],
  ])("YAML: %s is refused, nothing stored", async (_, stdin, sentence) => {
    const { db } = newShell();
    expectRefusal(await db(["--yaml", "site", "import", "-"], { stdin }), sentence, "Nothing was stored.");
    expect((await db(["site", "keys"])).exit).toBe(1);
  });
});
