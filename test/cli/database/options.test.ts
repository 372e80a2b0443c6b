import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runBuilt } from "../built-executable.ts";
import { runCli, temporaryRoot } from "../run-cli.ts";
import { makeEvent, newShell, treeOf } from "./shell.ts";

describe("everything after the verb is a value", () => {
  it.each(["-1", "--force", "--", "-", "--root=/x", "-j"])("setprop of %s", async (value) => {
    const { store, output } = newShell();
    await store("db", "getmail", "set", "k", "getmail", "Delete", "-1");
    await store("db", "site", "set", "k", "t");
    await store("db", "site", "setprop", "k", "P", value);
    expect(await output("db", "site", "getprop", "k", "P")).toBe(`${value}\n`);
    expect(await output("db", "getmail", "getprop", "k", "Delete")).toBe("-1\n");
  });

  it("-- ends the options", async () => {
    const { store, output } = newShell();
    await store("db", "--force", "--", "site", "set", "k", "t");
    expect(await output("db", "--", "site", "keys")).toBe("k\n");
  });
});

describe("--stdin takes the last value from standard input", () => {
  it.each([
    ["without the shell's line break", "s3cret\n", "s3cret"],
    ["without the one of another system", "s3cret\r\n", "s3cret"],
    ["as it is without one", "s3cret", "s3cret"],
    ["with its blanks", "  s3 cret \n", "  s3 cret "],
    ["empty", "", ""],
  ])("%s", async (_, stdin, value) => {
    const { config, db, output } = newShell();
    expect(await db(["--stdin", "site", "set", "k", "t", "P"], { stdin })).toEqual({
      exit: 0,
      stdout: "",
      stderr: "",
    });
    expect(await output("db", "site", "getprop", "k", "P")).toBe(`${value}\n`);
    expect(
      await config(["--stdin", "setprop", "root", "EmailAddress"], { stdin: "a@example.org\n" }),
    ).toEqual({
      exit: 0,
      stdout: "",
      stderr: "",
    });
    expect(await output("config", "getprop", "root", "EmailAddress")).toBe("a@example.org\n");
  });

  it("in a process of its own, from a pipe", async () => {
    const { root, output } = newShell();
    const stdin = `${"ä".repeat(50_000)}\n`;
    expect(await runBuilt("db", ["--stdin", "site", "set", "k", "t", "P"], { root, stdin })).toEqual({
      exit: 0,
      stdout: "",
      stderr: "",
    });
    expect(await output("db", "site", "getprop", "k", "P")).toBe(stdin);
  });
});

describe("--stored shows what is stored, without defaults", () => {
  it.each([
    ["show", ["show", "rspamd"], "rspamd=service\n    SpamTag2Level=5\n"],
    ["print", ["print", "rspamd"], "rspamd=service|SpamTag2Level|5\n"],
    ["get", ["get", "rspamd"], "service|SpamTag2Level|5\n"],
    ["printprop", ["printprop", "rspamd"], "SpamTag2Level=5\n"],
    ["getprop of a stored one", ["getprop", "rspamd", "SpamTag2Level"], "5\n"],
    ["getjson", ["getjson", "rspamd"], '{"name":"rspamd","type":"service","props":{"SpamTag2Level":"5"}}'],
    ["keys", ["keys"], "rspamd\n"],
    ["printtype", ["printtype"], "rspamd=service\n"],
  ])("%s", async (_, args, text) => {
    const { store, output } = newShell();
    await store("config", "setprop", "rspamd", "SpamTag2Level", "5");
    expect(await output("config", "--stored", ...args)).toBe(text);
    expect(await output("config", ...args)).not.toBe(args[0] === "getprop" ? "" : text);
  });

  it.each([
    ["getprop", ["getprop", "rspamd", "SpamKillLevel"]],
    ["gettype", ["gettype", "postfix"]],
    ["show", ["show", "postfix"]],
    ["keys", ["keys"]],
  ])("%s of what is not stored: status 1", async (_, args) => {
    expect(await newShell().config(["--stored", ...args])).toEqual({ exit: 1, stdout: "", stderr: "" });
  });
});

describe("--json", () => {
  const record = { name: "k", type: "t", props: { A: "1", B: "x y" } };

  it.each<readonly [verb: string, args: readonly string[], data: unknown]>([
    ["show KEY", ["show", "k"], record],
    ["print KEY", ["print", "k"], record],
    ["get KEY", ["get", "k"], record],
    ["getjson KEY", ["getjson", "k"], record],
    ["show", ["show"], [{ name: "empty", type: "t" }, record]],
    ["print", ["print"], [{ name: "empty", type: "t" }, record]],
    ["keys", ["keys"], ["empty", "k"]],
    ["getprop", ["getprop", "k", "B"], "x y"],
    ["getprop of the type", ["getprop", "k", "type"], "t"],
    ["gettype", ["gettype", "k"], "t"],
    ["printtype", ["printtype"], { empty: "t", k: "t" }],
    ["printprop", ["printprop", "k"], { A: "1", B: "x y" }],
    ["printprop of one", ["printprop", "k", "B"], { B: "x y" }],
    ["changes", ["changes"], []],
  ])("%s", async (_, args, data) => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "t", "A", "1", "B", "x y");
    await store("db", "site", "set", "empty", "t");
    for (const option of ["--json", "-j"]) {
      expect(JSON.parse(await output("db", option, "site", ...args))).toEqual(data);
    }
  });

  it("prints nothing of what does not exist, with status 1", async () => {
    expect(await newShell().db(["--json", "site", "show", "k"])).toEqual({ exit: 1, stdout: "", stderr: "" });
  });

  it("describe and history are objects of a stable shape", async () => {
    const { store, output } = newShell();
    await store("config", "setprop", "rspamd", "SpamKillLevel", "15");
    expect(JSON.parse(await output("config", "--json", "describe", "rspamd", "SpamKillLevel"))).toMatchObject(
      {
        key: "rspamd",
        property: "SpamKillLevel",
        accepted: "a number from 1 to 25",
        default: "20",
        now: "15",
        isDefault: false,
        secret: false,
        events: ["nethserver-mail-filter-save"],
      },
    );
    expect(JSON.parse(await output("config", "--json", "history", "rspamd"))).toMatchObject([
      {
        revision: 1,
        database: "configuration",
        key: "rspamd",
        name: "SpamKillLevel",
        new: "15",
        actor: "tester",
      },
      { revision: 1, name: "type", new: "service" },
    ]);
  });
});

describe("describe", () => {
  it("one property: what is accepted, the value now, what it does, and what applies it", async () => {
    const { output } = newShell();
    expect(await output("config", "describe", "rspamd", "SpamKillLevel")).toBe(
      [
        "rspamd SpamKillLevel   number 1–25   now 20 (default 20)",
        "A message whose score reaches it is refused while the sender is still connected.",
        "Accepted: a number from 1 to 25.",
        "Applied by nethserver-mail-filter-save.",
        "",
      ].join("\n"),
    );
  });

  it("one key: all its properties", async () => {
    const { store, output } = newShell();
    await store("config", "setprop", "rspamd", "Password", "s3cret_word");
    const text = await output("config", "describe", "rspamd");
    expect(text).toMatch(/^ {2}SpamKillLevel +a number from 1 to 25; default 20$/m);
    expect(text).toMatch(/^ {2}Password .*; now ••••••$/m);
    expect(text).not.toContain("s3cret_word");
  });

  it("a database: its keys, and the types of its records", async () => {
    const text = await newShell().output("db", "accounts", "describe");
    expect(text).toMatch(/^postmaster@ /m);
    expect(text).toMatch(/^user .*(?:\n .*)*records\s+of\s+type\s+user/m);
  });

  it("a record by its type, stored or not", async () => {
    const { store, output } = newShell();
    expect(await output("db", "accounts", "describe", "user")).toContain("PasswordHash");
    await store("db", "accounts", "set", "john", "user");
    expect(await output("db", "accounts", "describe", "john", "PasswordHash")).toContain("john PasswordHash");
  });

  it("names the nearest key and property", async () => {
    const { config } = newShell();
    const key = await config(["describe", "rspamdd"]);
    expect(key).toMatchObject({ exit: 3, stdout: "" });
    expect(key.stderr).toContain("Did you mean rspamd?");
    const property = await config(["describe", "rspamd", "SpamKilLevel"]);
    expect(property.stderr).toContain("Did you mean SpamKillLevel?");
  });

  it("a database of which nothing is known: status 1", async () => {
    expect(await newShell().db(["site", "describe"])).toEqual({ exit: 1, stdout: "", stderr: "" });
  });
});

describe("schema and complete", () => {
  const mailwright = async (root: string, ...args: readonly string[]): Promise<string> => {
    const outcome = await runCli("mailwright", args, { root });
    expect(outcome).toMatchObject({ exit: 0, stderr: "" });
    return outcome.stdout;
  };
  const words = (text: string): string[] => text.split("\n").map((line) => line.split("\t")[0] ?? "");

  it("schema prints a JSON Schema of one database, and of all", async () => {
    const { root } = newShell();
    const one: unknown = JSON.parse(await mailwright(root, "schema", "configuration"));
    expect(one).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
    expect(JSON.stringify(one)).toContain("QuarantineStatus");
    expect(await mailwright(root, "schema")).toContain("PasswordHash");
  });

  it("schema of an unknown database is refused", async () => {
    const outcome = await runCli("mailwright", ["schema", "acounts"], { root: newShell().root });
    expect(outcome).toMatchObject({ exit: 3, stdout: "" });
    expect(outcome.stderr).toContain("known: configuration");
  });

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ["commands", ["conf"], ["config"]],
    ["verbs", ["config", "setp"], ["setprop"]],
    ["databases, known and stored", ["db", "si"], ["site"]],
    ["keys, known and stored", ["config", "show", "rs"], ["rspamd"]],
    ["keys that are stored", ["db", "site", "show", ""], ["k"]],
    [
      "properties",
      ["config", "setprop", "rspamd", "QuarantineS"],
      ["QuarantineStatus", "QuarantineSelector"],
    ],
    ["accepted values", ["config", "setprop", "rspamd", "QuarantineStatus", ""], ["enabled", "disabled"]],
    [
      "values behind a first pair",
      ["config", "setprop", "rspamd", "MaxProcesses", "5", "QuarantineStatus", "e"],
      ["enabled"],
    ],
    ["events", ["signal-event", "nethserver-mail-quarantine-s"], ["nethserver-mail-quarantine-save"]],
    ["templates", ["expand-template", "/etc/postfix/main"], ["/etc/postfix/main.cf"]],
    ["options", ["config", "--fo"], ["--force"]],
    ["behind options", ["config", "--root", "/x", "setp"], ["setprop"]],
  ])("complete offers %s", async (_, args, expected) => {
    const { root, store } = newShell();
    await store("db", "site", "set", "k", "t");
    expect(words(await mailwright(root, "complete", ...args))).toEqual(expect.arrayContaining([...expected]));
  });

  it("complete never offers a stored secret", async () => {
    const { root, store } = newShell();
    await store("config", "setprop", "rspamd", "Password", "s3cret_word");
    for (const args of [
      ["config", "setprop", "rspamd", "Password", ""],
      ["config", "setprop", "rspamd", ""],
      ["config", "show", ""],
    ])
      expect(await mailwright(root, "complete", ...args)).not.toContain("s3cret");
  });
});

describe("a site's own keys in catalogue.d", () => {
  const withSiteKeys = () => {
    const shell = newShell();
    const folder = join(shell.root, "etc/mailwright/catalogue.d");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "backup.yaml"),
      `configuration:
  keys:
    backup:
      text: The nightly backup.
      properties:
        Hour: { kind: integer, min: 0, max: 23, default: 3, text: When it begins., events: [backup-save] }
        Pin: { kind: string, secret: true, text: What opens it., events: [backup-save] }
    rspamd:
      properties:
        SiteRules: { kind: path, empty: true, text: Our own rules. }
accounts:
  types:
    printer:
      key: { kind: host, name: host name }
      text: A printer that sends scans.
      properties:
        Code: { kind: string, secret: true, text: What it logs in with. }
`,
    );
    return shell;
  };

  it("have defaults, checks and suggestions", async () => {
    const { root, output, config, store } = withSiteKeys();
    expect(await output("config", "show", "backup")).toBe("backup=service\n    Hour=3\n");
    const outcome = await config(["setprop", "backup", "Hour", "24"]);
    expect(outcome).toMatchObject({ exit: 3, stdout: "" });
    expect(outcome.stderr).toContain("accepted: a whole number from 0 to 23");
    await store("config", "setprop", "backup", "Hour", "4");
    expect(await output("config", "changes")).toContain("No event here applies backup Hour (backup-save).");
    makeEvent(root, "backup-save");
    expect(await output("config", "changes")).toContain("signal-event backup-save");
  });

  it("add properties to a known key", async () => {
    const { store, output } = withSiteKeys();
    await store("config", "setprop", "rspamd", "SiteRules", "/etc/rules");
    expect(await output("config", "getprop", "rspamd", "SiteRules")).toBe("/etc/rules\n");
  });

  it("hide their secrets", async () => {
    const { store, output } = withSiteKeys();
    await store("config", "setprop", "backup", "Pin", "1234pin");
    await store("db", "accounts", "set", "scanner", "printer", "Code", "5678pin");
    await store("db", "accounts", "delete", "scanner");
    for (const option of [[], ["--json"]])
      for (const verb of ["history", "changes"]) {
        expect(await output("config", ...option, verb)).not.toContain("1234pin");
        expect(await output("db", ...option, "accounts", verb)).not.toContain("5678pin");
      }
  });

  it("a faulty file stops a command with the file and its line, nothing is stored", async () => {
    const { root, config } = withSiteKeys();
    const file = join(root, "etc/mailwright/catalogue.d/z.yaml");
    writeFileSync(
      file,
      "configuration:\n  keys:\n    x:\n      properties:\n        P: { kind: strin, text: T. }\n",
    );
    const outcome = await config(["setprop", "rspamd", "SpamTag2Level", "5"]);
    expect(outcome).toMatchObject({ exit: 3, stdout: "" });
    expect(outcome.stderr).toContain(`${file}, line 5`);
    expect(treeOf(join(root, "var"))).toEqual([]);
  });
});

describe("reading creates nothing on a fresh root", () => {
  it.each([
    ["config", "show"],
    ["config", "keys"],
    ["config", "print"],
    ["config", "printtype"],
    ["config", "getprop", "rspamd", "status"],
    ["config", "get", "SystemName"],
    ["config", "gettype", "rspamd"],
    ["config", "printprop", "rspamd"],
    ["config", "getjson", "rspamd"],
    ["config", "printjson"],
    ["config", "showjson"],
    ["config", "describe"],
    ["config", "changes"],
    ["config", "history"],
    ["config", "export"],
    ["mailwright", "schema"],
    ["mailwright", "complete", "config", ""],
    ["mailwright", "help"],
    ["signal-event", "--list"],
    ["signal-event", "--explain", "nethserver-mail-quarantine-save"],
    ["signal-event", "--dry-run", "--no-check", "nethserver-mail-quarantine-save"],
    ["expand-template", "--stdout", "/etc/postfix/main.cf"],
    ["expand-template", "--diff", "/etc/postfix/main.cf"],
    ["expand-template", "--fragments", "/etc/postfix/main.cf"],
    ["config", "--help"],
  ])("%s %s %s %s", async (program, ...args) => {
    const { root } = newShell();
    const { exit, stdout, stderr } = await runCli(program, args, { root });
    expect(stderr).not.toContain("This is a bug");
    expect(stdout).not.toBe("");
    expect(exit).toBe(args.includes("--diff") || args.includes("--dry-run") ? 2 : 0);
    expect(treeOf(root)).toEqual([]);
  });

  it.each([
    ["delprop of nothing", ["site", "delprop", "k", "P"], 0],
    ["delete of nothing", ["site", "delete", "k"], 1],
    ["an empty batch", ["site", "batch"], 0],
    ["an empty import", ["site", "import", "-"], 0],
  ])("nor does a change that changes nothing: %s", async (_, args, exit) => {
    const { root, db } = newShell();
    expect(await db(args, { stdin: "" })).toEqual({ exit, stdout: "", stderr: "" });
    expect(treeOf(root)).toEqual([]);
  });
});

it("show masks secrets at a terminal, and gives them to programs", async () => {
  const root = temporaryRoot();
  const config = (...args: string[]) => runCli("config", args, { root, isTerminal: true });
  await config("setprop", "rspamd", "Password", "s3cret_word");
  await config("set", "other", "service", "Token", "", "Secret", "hidden");
  const seen = [await config("show", "rspamd"), await config("show", "other"), await config("show")];
  for (const { stdout } of seen) expect(stdout).not.toMatch(/s3cret_word|hidden/);
  expect(seen[0]?.stdout).toMatch(/^rspamd=service\n {4}.*=/);
  expect(seen[0]?.stdout).toContain("    Password=••••••\n");
  expect(seen[1]?.stdout).toBe("other=service\n    Secret=••••••\n    Token=\n");
  expect((await config("--json", "show", "rspamd")).stdout).toContain("s3cret_word");
  expect((await config("getprop", "rspamd", "Password")).stdout).toBe("s3cret_word\n");
  expect((await runCli("config", ["show", "other"], { root })).stdout).toContain("    Secret=hidden\n");
  expect(await config("show", "nothing")).toEqual({ exit: 1, stdout: "", stderr: "" });
});
