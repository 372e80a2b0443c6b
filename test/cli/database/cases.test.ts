import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { builtExecutable, runBuilt } from "../built-executable.ts";
import { runCli } from "../run-cli.ts";
import { expectRefusal, newShell, treeOf } from "./shell.ts";

/** The part "Database and commands" of the cases that bit the original: a test for each. */
describe("values and keys that the original corrupts are kept exactly", () => {
  it.each([
    ["a bar", "x|y"],
    ["a backslash before a bar", "a\\|b"],
    ["a literal \\n", "C:\\new"],
    ["a literal \\n at the end", "\\n"],
    ["leading and trailing blanks", "  lead and trail \t "],
    ["a number sign", "#no comment"],
    ["an equals sign", "a=b=c"],
    ["a zero", "0"],
    ["something like an option", "--force"],
    ["quotes", `"it's"`],
    ["an asterisk and a dollar", "* $HOME `id`"],
    ["other scripts", "Zürich 日本 🐟"],
    ["4 KB", "ä|=\\#'\" %".repeat(400)],
  ])("a value with %s", async (_, value) => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "t");
    await store("db", "site", "setprop", "k", "Value", value);
    expect(await output("db", "site", "getprop", "k", "Value")).toBe(`${value}\n`);
    expect(JSON.parse(await output("db", "site", "getjson", "k"))).toEqual({
      name: "k",
      type: "t",
      props: { Value: value },
    });
    expect(await output("db", "site", "show", "k")).toBe(`k=t\n    Value=${value}\n`);
  });

  it.each(["#key", "a=b", "0", "x|y", " blank ", "a\\nb", "--key", "日本", "jd@isp.net@pop.isp.net"])(
    "the key %j",
    async (key) => {
      const { store, output } = newShell();
      await store("db", "site", "set", key, "t", "P", "1");
      await store("db", "site", "setprop", key, "Q", "2");
      expect(await output("db", "site", "keys")).toBe(`${key}\n`);
      expect(await output("db", "site", "printprop", key)).toBe("P=1\nQ=2\n");
      expect(await output("db", "site", "print", key)).toBe(`${key}=t|P|1|Q|2\n`);
      await store("db", "site", "delete", key);
      expect((await runCli("db", ["site", "keys"], { root: newShell().root })).exit).toBe(1);
    },
  );

  it.each(["0", "a=b", "x|y", "#p", "__proto__", "constructor", "a b"])(
    "a property called %j",
    async (name) => {
      const { store, output } = newShell();
      await store("db", "site", "set", "k", "t", name, "v");
      expect(await output("db", "site", "getprop", "k", name)).toBe("v\n");
      expect(await output("db", "site", "printprop", "k")).toBe(`${name}=v\n`);
      await store("db", "site", "setjson", await output("db", "site", "getjson", "k"));
      expect(await output("db", "site", "getprop", "k", name)).toBe("v\n");
    },
  );

  it("a zero is a value and a type", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "0", "0", "0", "0");
    expect(await output("db", "site", "print")).toBe("0=0|0|0\n");
  });
});

describe("set and setdefault", () => {
  it("set replaces the whole record", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "old", "A", "1", "B", "2");
    await store("db", "site", "set", "k", "new", "C", "3");
    expect(await output("db", "site", "print", "k")).toBe("k=new|C|3\n");
    await store("db", "site", "set", "k", "new");
    expect(await output("db", "site", "print", "k")).toBe("k=new\n");
  });

  it("setdefault makes a record where there is none", async () => {
    const { store, output } = newShell();
    await store("db", "site", "setdefault", "k", "t", "A", "1");
    expect(await output("db", "site", "print", "k")).toBe("k=t|A|1\n");
  });

  it("setdefault does nothing where the key exists", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "t", "A", "1");
    await store("db", "site", "setdefault", "k", "other", "A", "2", "B", "3");
    expect(await output("db", "site", "print", "k")).toBe("k=t|A|1\n");
  });

  it("setdefault does nothing where the key exists without properties", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "t");
    await store("db", "site", "setdefault", "k", "t", "A", "1");
    expect(await output("db", "site", "print", "k")).toBe("k=t\n");
  });
});

describe("an empty value is a value", () => {
  it("getprop prints an empty line with status 0", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "t", "A", "");
    expect(await output("db", "site", "getprop", "k", "A")).toBe("\n");
  });

  it("a property that is not stored prints nothing with status 1", async () => {
    const { store, db } = newShell();
    await store("db", "site", "set", "k", "t");
    expect(await db(["site", "getprop", "k", "A"])).toEqual({ exit: 1, stdout: "", stderr: "" });
  });

  it("a default applies only where nothing is stored", async () => {
    const { store, output } = newShell();
    expect(await output("config", "getprop", "rspamd", "BlockAttachmentClassList")).toBe("Exec\n");
    await store("config", "setprop", "rspamd", "BlockAttachmentClassList", "");
    expect(await output("config", "getprop", "rspamd", "BlockAttachmentClassList")).toBe("\n");
    await store("config", "delprop", "rspamd", "BlockAttachmentClassList");
    expect(await output("config", "getprop", "rspamd", "BlockAttachmentClassList")).toBe("Exec\n");
  });
});

describe("an empty database", () => {
  it.each(["keys", "print", "show", "printtype"])("%s prints nothing with status 1", async (verb) => {
    expect(await newShell().db(["site", verb])).toEqual({ exit: 1, stdout: "", stderr: "" });
  });

  it("getjson of a missing key prints 1", async () => {
    expect(await newShell().db(["site", "getjson", "missing"])).toEqual({ exit: 0, stdout: "1", stderr: "" });
  });

  it("printjson prints an empty list", async () => {
    expect(await newShell().db(["site", "printjson"])).toEqual({ exit: 0, stdout: "[]", stderr: "" });
  });

  it("a record without properties has no member props in JSON", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "t");
    expect(await output("db", "site", "getjson", "k")).toBe('{"name":"k","type":"t"}');
  });
});

describe("type is no property", () => {
  it("setprop KEY type X changes the type and makes no property", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "t", "A", "1");
    await store("db", "site", "setprop", "k", "type", "X", "A", "2");
    expect(await output("db", "site", "print", "k")).toBe("k=X|A|2\n");
    expect(await output("db", "site", "getprop", "k", "type")).toBe("X\n");
    expect(await output("db", "site", "printprop", "k")).toBe("A=2\n");
  });

  it.each([
    ["set", ["site", "set", "k", "t", "type", "X"]],
    ["setdefault", ["site", "setdefault", "k", "t", "type", "X"]],
    ["setjson", ["site", "setjson", '{"name":"k","type":"t","props":{"type":"X"}}']],
    ["delprop", ["site", "delprop", "k", "type"]],
  ])("%s of a property called type is refused", async (_, args) => {
    const { root, db } = newShell();
    expectRefusal(await db(args), /type/);
    expect(treeOf(root)).toEqual([]);
  });

  it("an import leaves such a property out and lists it", async () => {
    const { db, output } = newShell();
    const outcome = await db(["site", "import", "-"], { stdin: "k=t|type|X|A|1\n" });
    expect(outcome).toMatchObject({ exit: 0, stdout: "" });
    expect(outcome.stderr).toContain("k: a property called type is left out");
    expect(await output("db", "site", "print")).toBe("k=t|A|1\n");
  });

  it.each([
    ["set KEY ''", ["site", "set", "k", ""]],
    ["set '' TYPE", ["site", "set", "", "t"]],
    ["set KEY TYPE '' VALUE", ["site", "set", "k", "t", "", "v"]],
    ["setdefault KEY ''", ["site", "setdefault", "k", ""]],
    ["setjson without a type", ["site", "setjson", '{"name":"k","type":""}']],
  ])("%s is refused", async (_, args) => {
    const { root, db } = newShell();
    expectRefusal(await db(args), /need a name/);
    expect(treeOf(root)).toEqual([]);
  });

  it("settype KEY '' and setprop KEY type '' are refused", async () => {
    const { store, db, output } = newShell();
    await store("db", "site", "set", "k", "t");
    expectRefusal(await db(["site", "settype", "k", ""]), /need a name/);
    expectRefusal(await db(["site", "setprop", "k", "type", ""]), /need a name/);
    expect(await output("db", "site", "print")).toBe("k=t\n");
  });
});

const execute = promisify(execFile);

describe("many processes", () => {
  it("40 parallel set keep all 40", async () => {
    const { root, output } = newShell();
    const program = builtExecutable("db");
    const keys = Array.from({ length: 40 }, (_, index) => `k${String(index).padStart(2, "0")}`);
    await Promise.all(
      keys.map((key) => execute(program, ["--root", root, "site", "set", key, "t", "P", key])),
    );
    expect(await output("db", "site", "keys")).toBe(keys.map((key) => `${key}\n`).join(""));
  });
});

describe("one environment variable holds for every command, action script and event", () => {
  const event = `description: say where
templates: [/etc/where]
services: {}
`;

  it("MAILWRIGHT_ROOT", async () => {
    const { root, store, output } = newShell();
    const share = join(root, "share");
    const folder = join(share, "events/where");
    const template = join(share, "templates/etc/where");
    mkdirSync(folder, { recursive: true });
    mkdirSync(template, { recursive: true });
    writeFileSync(join(folder, "event.yaml"), event);
    const script = '#!/bin/sh\nprintf "%s" "$MAILWRIGHT_ROOT" > "$MAILWRIGHT_ROOT/script-saw"\n';
    writeFileSync(join(folder, "S20-where"), script);
    chmodSync(join(folder, "S20-where"), 0o755);
    writeFileSync(join(template, "template.yaml"), 'syntax: plain\nmode: "0644"\n');
    writeFileSync(join(template, "10value.hbs"), "{{config.place.Value}}\n");
    await store("config", "set", "place", "service", "Value", "here");
    const env = { MAILWRIGHT_SHARE: share };
    const signalled = await runBuilt("signal-event", ["--service-manager", "none", "where"], { root, env });
    expect(signalled).toMatchObject({ exit: 0 });
    expect(readFileSync(join(root, "etc/where"), "utf8")).toContain("here\n");
    expect(readFileSync(join(root, "script-saw"), "utf8")).toBe(root);
    const expanded = await runCli("expand-template", ["--diff", "/etc/where"], { root, env });
    expect(expanded).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(await output("db", "configuration", "getprop", "place", "Value")).toBe("here\n");
  });

  it("--root wins over it", async () => {
    const first = newShell();
    const second = newShell();
    await first.store("db", "--root", second.root, "site", "set", "k", "t");
    expect(treeOf(first.root)).toEqual([]);
    expect(await second.output("db", "site", "keys")).toBe("k\n");
  });

  it("an empty --root is refused, for a forgotten variable must not mean the live system", async () => {
    const { db, root } = newShell();
    expectRefusal(await db(["--root", "", "site", "set", "k", "t"]), "--root is empty");
    expect(treeOf(root)).toEqual([]);
  });
});

describe("SystemName and DomainName", () => {
  const host = (root: string, name: string): void => {
    mkdirSync(join(root, "etc"), { recursive: true });
    writeFileSync(join(root, "etc/hostname"), `${name}\n`);
  };

  it("follow the host name", async () => {
    const { root, output } = newShell();
    host(root, "mail.example.org");
    expect(await output("config", "get", "SystemName")).toBe("mail\n");
    expect(await output("config", "get", "DomainName")).toBe("example.org\n");
    host(root, "mx.example.net");
    expect(await output("config", "gettype", "SystemName")).toBe("mx\n");
    expect(await output("config", "getprop", "DomainName", "type")).toBe("example.net\n");
  });

  it("take the domain from /etc/hosts where the host name is short", async () => {
    const { root, output } = newShell();
    host(root, "mail");
    writeFileSync(join(root, "etc/hosts"), "127.0.0.1 localhost\n192.0.2.1 mail.example.org mail # us\n");
    expect(await output("config", "get", "DomainName")).toBe("example.org\n");
  });

  it("are as stored where they are stored", async () => {
    const { root, store, output } = newShell();
    host(root, "mail.example.org");
    await store("config", "set", "DomainName", "example.com");
    expect(await output("config", "get", "DomainName")).toBe("example.com\n");
    await store("config", "delete", "DomainName");
    expect(await output("config", "get", "DomainName")).toBe("example.org\n");
  });

  it("templates see a changed host name at the next event", async () => {
    const { root } = newShell();
    const signal = () =>
      runBuilt("signal-event", ["--no-check", "--service-manager", "none", "nethserver-mail-server-update"], {
        root,
      });
    const mainCf = () => readFileSync(join(root, "etc/postfix/main.cf"), "utf8");
    host(root, "mail.example.org");
    expect(await signal()).toMatchObject({ exit: 0 });
    expect(mainCf()).toContain("mail.example.org");
    host(root, "mx.example.net");
    expect(await signal()).toMatchObject({ exit: 0 });
    expect(mainCf()).toContain("mx.example.net");
    expect(mainCf()).not.toContain("mail.example.org");
  });
});

describe("records that are being deleted", () => {
  const expanded = async (root: string, path: string): Promise<string> => {
    const outcome = await runCli("expand-template", ["--stdout", path], { root });
    expect(outcome).toMatchObject({ exit: 0, stderr: "" });
    return outcome.stdout;
  };

  it("domain-deleted is an accepted type, and such a domain is ignored", async () => {
    const { root, store } = newShell();
    await store("db", "domains", "set", "example.com", "domain");
    expect(await expanded(root, "/etc/postfix/local-domains")).toContain("example.com");
    await store("db", "domains", "settype", "example.com", "domain-deleted");
    expect(await expanded(root, "/etc/postfix/local-domains")).not.toContain("example.com");
  });

  it("pseudonym-deleted is an accepted type, and keeps its properties", async () => {
    const { store, output } = newShell();
    await store("db", "accounts", "set", "info@example.com", "pseudonym", "Account", "john");
    await store("db", "accounts", "settype", "info@example.com", "pseudonym-deleted");
    expect(await output("db", "accounts", "getprop", "info@example.com", "Account")).toBe("john\n");
  });

  it("a type that only looks like it is refused", async () => {
    const { store, db } = newShell();
    await store("db", "domains", "set", "example.com", "domain");
    expectRefusal(
      await db(["domains", "settype", "example.com", "domain-delete"]),
      "domain-delete is refused",
      "Did you mean domain-deleted?",
      "accepted: domain or domain-deleted",
    );
  });
});

describe("generated secrets", () => {
  const signal = async (root: string): Promise<void> => {
    const args = ["--no-check", "--service-manager", "none", "nethserver-mail-filter-update"];
    expect(await runCli("signal-event", args, { root })).toMatchObject({ exit: 0 });
  };

  it("are 16 of [A-Za-z0-9_], each class at least once, and stable once made", async () => {
    const { root, config, output } = newShell();
    expect((await config(["getprop", "rspamd", "Password"])).exit).toBe(1);
    await signal(root);
    const made = await output("config", "getprop", "rspamd", "Password");
    expect(made).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])(?=.*_)[A-Za-z0-9_]{16}\n$/);
    await signal(root);
    expect(await output("config", "getprop", "rspamd", "Password")).toBe(made);
  });

  it("are never made anew where one is stored", async () => {
    const { root, store, output } = newShell();
    await store("config", "setprop", "rspamd", "Password", "OurOwn_1234567");
    await signal(root);
    expect(await output("config", "getprop", "rspamd", "Password")).toBe("OurOwn_1234567\n");
  });
});

describe("the database's file", () => {
  const mask = process.umask();

  it.each([0o000, 0o022, 0o077])("is private from its first byte with a umask of %o", async (umask) => {
    const { root, store } = newShell();
    process.umask(umask);
    try {
      await store("config", "setprop", "rspamd", "Password", "s3cret");
    } finally {
      process.umask(mask);
    }
    const folder = join(root, "var/lib/mailwright");
    for (const name of treeOf(folder))
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(treeOf(folder)).toContain("mailwright.db");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it("leaves the folders above it open to everybody", async () => {
    const { root, store } = newShell();
    process.umask(0o022);
    await store("config", "setprop", "rspamd", "SpamTag2Level", "5");
    process.umask(mask);
    expect(statSync(join(root, "var")).mode & 0o777).toBe(0o755);
    expect(statSync(join(root, "var/lib")).mode & 0o777).toBe(0o755);
  });
});
