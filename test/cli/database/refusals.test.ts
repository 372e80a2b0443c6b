import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { given, isRoot } from "../../given.ts";
import { runBuilt } from "../built-executable.ts";
import { runCli } from "../run-cli.ts";
import { expectRefusal, newShell, treeOf } from "./shell.ts";

/** Command line, and what its refusal must say. */
type Case = readonly [title: string, args: readonly string[], ...sentences: readonly (string | RegExp)[]];

const rows: readonly Case[] = [
  [
    "a wrong enum",
    ["config", "setprop", "rspamd", "QuarantineStatus", "enbled"],
    "config: rspamd QuarantineStatus: enbled is refused",
    "Did you mean enabled?",
    "accepted: enabled or disabled. Nothing was stored.",
  ],
  [
    "a number that is none",
    ["config", "setprop", "rspamd", "SpamKillLevel", "much"],
    "rspamd SpamKillLevel: much is refused: it is no number",
    "accepted: a number from 1 to 25",
  ],
  [
    "a number out of range",
    ["config", "setprop", "rspamd", "SpamKillLevel", "26"],
    "26 is refused: it is above 25",
    "accepted: a number from 1 to 25",
  ],
  [
    "a number in another notation",
    ["config", "setprop", "rspamd", "VirusScanTimeout", "1e2"],
    "accepted: a whole number of seconds from 1 to 600",
  ],
  [
    "a number that must be above another",
    ["config", "setprop", "rspamd", "SpamKillLevel", "5"],
    "5 is refused: it must be above SpamTag2Level, which is 6",
  ],
  [
    "a port that is none of Dovecot's",
    ["config", "setprop", "dovecot", "TCPPorts", "993,9950"],
    "9950 is refused",
    "accepted: a comma-separated list of the ports 110, 143, 993, 995 and 4190",
  ],
  [
    "the port of the machine's own services",
    ["config", "setprop", "postfix", "TCPPorts", "25,10025"],
    "port 10025 is that of this machine's own services",
    "accepted: any other ports",
  ],
  [
    "the unknown property QuarantineStats",
    ["config", "setprop", "rspamd", "QuarantineStats", "enabled"],
    "rspamd has no property QuarantineStats. Did you mean QuarantineStatus?",
    "known: config describe rspamd",
    "--force",
  ],
  [
    "an unknown property in another database",
    ["db", "accounts", "set", "john", "user", "Pasword", "x"],
    "no property Pasword",
    "known: db accounts describe user",
  ],
  [
    "an invalid address",
    ["config", "setprop", "postfix", "AlwaysBccAddress", "spam@@domain.org"],
    "spam@@domain.org is refused: it holds more than one @",
    "accepted: an address such as name@example.org",
  ],
  [
    "one invalid address of a list",
    ["config", "setprop", "root", "EmailAddress", "a@example.org,nobody here"],
    "nobody here",
    "accepted: a comma-separated list of addresses",
  ],
  [
    "a Delete that is no number",
    ["db", "getmail", "set", "jd@isp.net@pop.isp.net", "getmail", "Delete", "never"],
    "accepted: a whole number of days, -1 or more",
  ],
  [
    "a line break",
    ["config", "setprop", "rspamd", "SpamSubjectPrefixString", "a\nb"],
    "it holds a line break",
    "accepted: text without line breaks",
  ],
  ["a carriage return", ["db", "site", "set", "k", "t", "P", "a\rb"], "it holds a line break"],
  ["a line break in a key", ["db", "site", "set", "a\nb", "t"], "it holds a line break"],
  ["a line break in a type", ["db", "site", "set", "k", "a\nb"], "it holds a line break"],
  [
    "a line break in a property's name",
    ["db", "site", "set", "k", "t", "a\nb", "v"],
    "it holds a line break",
  ],
  [
    "NUL through setjson",
    ["db", "site", "setjson", '{"name":"k","type":"t","props":{"P":"a\\u0000b"}}'],
    "it holds a NUL character",
  ],
  [
    "half a character through setjson",
    ["db", "site", "setjson", '{"name":"k","type":"t","props":{"P":"a\\ud800b"}}'],
    "it is not valid Unicode text",
  ],
  ["a value without a name", ["db", "site", "set", "k", "t", "P"], "accepted: PROPERTY VALUE"],
  ["a missing value", ["config", "setprop", "rspamd", "SpamKillLevel"], "the last property has no value"],
  ["a missing verb", ["config"], "which verb?"],
  ["a missing database", ["db"], "which database?", "accepted: db [OPTION]… NAME VERB"],
  ["an unknown verb", ["config", "getprp", "rspamd", "x"], "there is no verb getprp. Did you mean getprop?"],
  ["an option after the verb's place", ["db", "site", "--json", "show"], "Options stand before"],
  ["an unknown option", ["config", "--forced", "show"], "there is no option --forced", "--force"],
  ["a short option that is none", ["config", "-undefined", "show"], "there is no option -undefined"],
  ["an option without its value", ["config", "--root"], "--root needs a value"],
  ["a switch with a value", ["config", "--force=yes", "show"], "--force takes no value"],
  ["too few arguments", ["config", "getprop", "rspamd"], "accepted: config getprop KEY PROPERTY"],
  ["too many arguments", ["db", "site", "keys", "k"], "accepted: db NAME keys"],
  ["a database that is no name", ["db", "../x", "show"], "is no name of a database"],
  ["a revision that is no number", ["config", "rollback", "last"], "accepted: a number from 0 to 0"],
  ["a command that is none", ["mailwright", "confg"], "there is no command confg", "accepted: config, db"],
];

const cases = rows.map(([title, args, ...sentences]) => ({ title, args, sentences }));

describe("refused with a sentence, nothing written, status 3", () => {
  it.each(cases)("$title", async ({ args: [program = "", ...args], sentences }) => {
    const { root } = newShell();
    expectRefusal(await runCli(program, args, { root }), ...sentences);
    expect(treeOf(root)).toEqual([]);
  });

  it.each(cases)("$title, and what was stored stays", async ({ args: [program = "", ...args] }) => {
    const { root, store, output } = newShell();
    await store("config", "setprop", "rspamd", "SpamTag2Level", "6");
    const history = () => output("config", "--json", "history");
    const before = await history();
    expectRefusal(await runCli(program, args, { root }));
    expect(await history()).toBe(before);
  });

  it("of several properties one is wrong: none is stored", async () => {
    const { root, config } = newShell();
    expectRefusal(
      await config(["setprop", "rspamd", "QuarantineAccount", "spam@domain.org", "QuarantineStatus", "on"]),
      "QuarantineStatus: on is refused",
    );
    expect(treeOf(root)).toEqual([]);
  });

  it("NUL through --stdin", async () => {
    const { root, config } = newShell();
    expectRefusal(
      await config(["--stdin", "setprop", "rspamd", "SpamSubjectPrefixString"], { stdin: "a\0b\n" }),
      "it holds a NUL character",
    );
    expect(treeOf(root)).toEqual([]);
  });

  it.each([
    ["a line break", "a\nb"],
    ["NUL", "a\0b"],
  ])("%s in a secret: the message does not show it", async (_, value) => {
    const { config, db } = newShell();
    const known = await config(["--stdin", "setprop", "rspamd", "Password"], { stdin: `s3cret${value}` });
    expectRefusal(known, "rspamd Password: the value is refused");
    expect(known.stderr).not.toContain("s3cret");
    const unknown = await db(["--stdin", "site", "set", "k", "t", "ApiToken"], { stdin: `s3cret${value}` });
    expectRefusal(unknown, "k ApiToken: the value is refused");
    expect(unknown.stderr).not.toContain("s3cret");
    const misplaced = await config(["--stdin", "setprop", "rspamd"], { stdin: "s3cret" });
    expectRefusal(misplaced, "has no value");
    expect(misplaced.stderr).not.toContain("s3cret");
  });

  it.each([
    ["e-smith text", "site", "k=t|P|a\0b\n"],
    ["a key of e-smith text", "site", "k\0=t\n"],
    ["YAML", "--yaml site", 'k: {type: t, props: {P: "a\\0b"}}\n'],
    ["YAML, half a character", "--yaml site", 'k: {type: t, props: {P: "a\\ud800b"}}\n'],
    ["YAML, a line break in a key", "--yaml site", '"a\\nb": {type: t}\n'],
  ])("NUL through import: %s", async (_, words, stdin) => {
    const { root, db } = newShell();
    expectRefusal(
      await db([...words.split(" "), "import", "-"], { stdin }),
      "refused",
      "Nothing was stored.",
    );
    expect(treeOf(root)).toEqual([]);
  });

  it("an import file that is not in UTF-8", async () => {
    const { root, db } = newShell();
    const file = join(root, "latin1");
    writeFileSync(file, Buffer.from("k=t|Name|Z\xfcrich\n", "latin1"));
    expectRefusal(await db(["site", "import", file]), "is not in UTF-8", "iconv");
    expect(treeOf(root)).toEqual(["latin1"]);
  });

  it("standard input and arguments that are not in UTF-8", async () => {
    const { root, db } = newShell();
    const latin1 = await runBuilt("db", ["--stdin", "site", "set", "k", "t", "Name"], {
      root,
      stdin: Buffer.from("Z\xfcrich", "latin1"),
    });
    expectRefusal(latin1, "standard input is not in UTF-8");
    // What the runtime makes of such an argument.
    expectRefusal(await db(["site", "set", "k", "t", "Name", "Z\uFFFDrich"]), "an argument is not in UTF-8");
    expect(treeOf(root)).toEqual([]);
  });

  it("quarantine enabled without an account is refused at event time, nothing is touched", async () => {
    const { root, config } = newShell();
    expect(await config(["setprop", "rspamd", "QuarantineStatus", "enabled"])).toMatchObject({
      ...{
        exit: 0,
        stderr: expect.stringContaining("it must not be empty while QuarantineStatus is enabled"),
      },
    });
    const args = ["--no-check", "--service-manager", "none", "nethserver-mail-quarantine-save"];
    for (const options of [[], ["--dry-run"]]) {
      expectRefusal(
        await runCli("signal-event", [...options, ...args], { root }),
        "rspamd QuarantineAccount: it must not be empty while QuarantineStatus is enabled",
        "accepted: an address",
        "Nothing was touched",
      );
    }
    expect(treeOf(join(root, "etc"))).toEqual([]);
  });

  it("a line break is accepted where the property is declared multi-line", async () => {
    const { store, output } = newShell();
    await store("db", "domains", "set", "example.org", "domain", "DisclaimerText", "one\ntwo");
    expect(await output("db", "domains", "getprop", "example.org", "DisclaimerText")).toBe("one\ntwo\n");
  });
});

describe("--force stores what the catalogue refuses", () => {
  it.each([
    ["an unknown property", ["setprop", "rspamd", "QuarantineStats", "enabled"], "QuarantineStats"],
    ["a wrong enum", ["setprop", "rspamd", "QuarantineStatus", "maybe"], "QuarantineStatus"],
    ["a wrong number", ["setprop", "rspamd", "SpamKillLevel", "99"], "SpamKillLevel"],
  ])("%s", async (_, args, property) => {
    const { store, output } = newShell();
    await store("config", "--force", ...args);
    expect(await output("config", "getprop", "rspamd", property)).toBe(`${args.at(-1)}\n`);
  });

  it.each([
    ["NUL", "a\0b"],
    ["a line break", "a\nb"],
  ])("but never %s", async (_, value) => {
    const { root, config } = newShell();
    expectRefusal(
      await config(["--force", "setprop", "rspamd", "SpamSubjectPrefixString", value]),
      "refused",
    );
    expect(treeOf(root)).toEqual([]);
  });
});

describe("delprop asks the catalogue about the default that then applies", () => {
  it("refuses one that would break a rule, and --force removes it", async () => {
    const { store, config, output } = newShell();
    await store("config", "setprop", "rspamd", "SpamTag2Level", "3", "SpamKillLevel", "5");
    expectRefusal(
      await config(["delprop", "rspamd", "SpamTag2Level"]),
      "rspamd SpamTag2Level: 6 is refused: it must be below SpamKillLevel, which is 5",
    );
    expect(await output("config", "getprop", "rspamd", "SpamTag2Level")).toBe("3\n");
    await store("config", "delprop", "rspamd", "SpamTag2Level", "SpamKillLevel");
    await store("config", "setprop", "rspamd", "SpamTag2Level", "3", "SpamKillLevel", "5");
    await store("config", "--force", "delprop", "rspamd", "SpamTag2Level");
    expect(await output("config", "getprop", "rspamd", "SpamTag2Level")).toBe("6\n");
  });
});

describe("expected failures with status 1", () => {
  it("setprop of a missing key loses nothing silently", async () => {
    const { root, db } = newShell();
    const outcome = await db(["site", "setprop", "missing", "P", "1"]);
    expect(outcome).toMatchObject({ exit: 1, stdout: "" });
    expect(outcome.stderr).toContain("site has no record missing");
    expect(outcome.stderr).toContain("make it: db site set missing TYPE PROPERTY VALUE");
    expect(treeOf(root)).toEqual([]);
  });

  it.each([
    ["get", ["site", "get", "k"]],
    ["getprop", ["site", "getprop", "k", "P"]],
    ["gettype", ["site", "gettype", "k"]],
    ["settype", ["site", "settype", "k", "t"]],
    ["delete", ["site", "delete", "k"]],
    ["print", ["site", "print", "k"]],
    ["show", ["site", "show", "k"]],
    ["printtype", ["site", "printtype", "k"]],
    ["printprop", ["site", "printprop", "k"]],
  ])("%s of a missing key: silence", async (_, args) => {
    const { root, db } = newShell();
    expect(await db(args)).toEqual({ exit: 1, stdout: "", stderr: "" });
    expect(treeOf(root)).toEqual([]);
  });

  it("import of a missing file", async () => {
    const outcome = await newShell().db(["site", "import", "/missing/file"]);
    expect(outcome).toMatchObject({ exit: 1, stdout: "" });
    expect(outcome.stderr).toContain("there is no file /missing/file");
  });

  it("rollback to a revision that does not exist", async () => {
    const { store, db } = newShell();
    await store("db", "site", "set", "k", "t");
    const outcome = await db(["site", "rollback", "7"]);
    expect(outcome).toMatchObject({ exit: 1, stdout: "" });
    expect(outcome.stderr).toContain("there is no revision 7");
    expect(outcome.stderr).toContain("The newest is 1.");
  });
});

describe("a database that cannot be used: a sentence, not a stack", () => {
  const fails = async (root: string, ...sentences: readonly string[]): Promise<void> => {
    for (const args of [
      ["site", "show"],
      ["site", "set", "k", "t"],
    ]) {
      const outcome = await runCli("db", args, { root });
      expect(outcome).toMatchObject({ exit: 1, stdout: "" });
      for (const sentence of sentences) expect(outcome.stderr).toContain(sentence);
      expect(outcome.stderr).not.toMatch(/ {4}at |This is a bug/);
    }
  };
  const path = (root: string) => join(root, "var/lib/mailwright/mailwright.db");
  const put = (root: string, bytes: Buffer): void => {
    mkdirSync(join(root, "var/lib/mailwright"), { recursive: true });
    writeFileSync(path(root), bytes);
  };

  it("it is something else", async () => {
    const { root } = newShell();
    put(root, Buffer.alloc(5000, "x"));
    await fails(root, `the database ${path(root)} is damaged`, "backup");
  });

  it("it is empty", async () => {
    const { root } = newShell();
    put(root, Buffer.alloc(0));
    await fails(root, `${path(root)} is no database of mailwright`, "move it away");
  });

  it("its pages are damaged", async () => {
    const { root, db } = newShell();
    const stdin = Array.from({ length: 500 }, (_, index) => `set k${index} t P ${"x".repeat(60)}\n`).join("");
    expect(await db(["site", "batch"], { stdin })).toMatchObject({ exit: 0 });
    const connection = new DatabaseSync(path(root));
    connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    connection.close();
    const bytes = readFileSync(path(root));
    bytes.fill(0xaa, 4096 * 2);
    writeFileSync(path(root), bytes);
    await fails(root, `the database ${path(root)} is damaged`);
    const outcome = await runCli("mailwright", ["rollback", "--dry-run", "1"], { root });
    expect(outcome).toMatchObject({ exit: 1, stdout: "" });
    expect(outcome.stderr).toContain(`the database ${path(root)}`);
    expect(outcome.stderr).toContain("is damaged");
  });

  it("the root is a file", async () => {
    const { root } = newShell();
    const file = join(root, "file");
    writeFileSync(file, "");
    await fails(file, "a part of its path is no folder", "--root");
  });

  it("it is a folder", async () => {
    const { root } = newShell();
    mkdirSync(path(root), { recursive: true });
    await fails(root, `the database ${path(root)}`);
  });

  describe.runIf(given(isRoot, "root"))("for somebody who is not root", () => {
    const nobody = { uid: 65534, gid: 65534 };

    it("a private folder is not taken for an empty database", async () => {
      const { root, store } = newShell();
      await store("db", "site", "set", "k", "t");
      chmodSync(root, 0o755);
      for (const args of [
        ["site", "get", "k"],
        ["site", "set", "k", "u"],
        ["configuration", "getprop", "rspamd", "status"],
      ]) {
        const outcome = await runBuilt("db", args, { root, ...nobody });
        expect(outcome).toMatchObject({ exit: 1, stdout: "" });
        expect(outcome.stderr).toBe(
          `db: the database ${path(root)} may not be opened\n  Run the command as root.\n`,
        );
      }
    });

    it("a database that may be read alone is not written", async () => {
      const { root, store } = newShell();
      await store("db", "site", "set", "k", "t");
      for (const folder of [root, join(root, "var/lib/mailwright")]) chmodSync(folder, 0o755);
      for (const suffix of ["", "-wal", "-shm"]) {
        if (existsSync(path(root) + suffix)) chmodSync(path(root) + suffix, 0o644);
      }
      const outcome = await runBuilt("db", ["site", "set", "k", "u"], { root, ...nobody });
      expect(outcome).toMatchObject({ exit: 1, stdout: "" });
      expect(outcome.stderr).toMatch(
        /^db: the database \S+ (?:cannot be written|may not be opened)\n {2}Run the command as root/,
      );
    });

    it("a root in which nothing may be made", async () => {
      const { root } = newShell();
      chmodSync(root, 0o755);
      const outcome = await runBuilt("db", ["site", "set", "k", "u"], { root, ...nobody });
      expect(outcome).toMatchObject({ exit: 1, stdout: "" });
      expect(outcome.stderr).toContain("may not be opened");
      expect(treeOf(root)).toEqual([]);
    });
  });
});
