import { describe, expect, it } from "vitest";
import { runCli } from "../run-cli.ts";
import { expectRefusal, makeEvent, newShell, type Shell } from "./shell.ts";

/** A history as JSON, without what differs from run to run. */
async function historyOf({ output }: Shell, database: string, ...key: readonly string[]): Promise<unknown[]> {
  const rows = JSON.parse(await output("db", "--json", database, "history", ...key)) as Record<
    string,
    unknown
  >[];
  return rows.map(({ revision, key: name, name: property, old, new: value }) => [
    revision,
    name,
    property,
    old ?? null,
    value ?? null,
  ]);
}

describe("history", () => {
  it("lists every change, newest first, with its revision, old and new", async () => {
    const shell = newShell();
    await shell.store("db", "site", "set", "k", "t", "A", "1", "B", "2");
    await shell.store("db", "site", "setprop", "k", "A", "3");
    await shell.store("db", "site", "delprop", "k", "B");
    await shell.store("db", "site", "settype", "k", "u");
    await shell.store("db", "site", "delete", "k");
    expect(await historyOf(shell, "site")).toEqual([
      [5, "k", "type", "u", null],
      [5, "k", "A", "3", null],
      [4, "k", "type", "t", "u"],
      [3, "k", "B", "2", null],
      [2, "k", "A", "1", "3"],
      [1, "k", "B", null, "2"],
      [1, "k", "A", null, "1"],
      [1, "k", "type", null, "t"],
    ]);
  });

  it("of one key, and of one database alone", async () => {
    const shell = newShell();
    await shell.store("db", "site", "set", "a", "t");
    await shell.store("db", "site", "set", "b", "t");
    await shell.store("db", "other", "set", "a", "t");
    expect(await historyOf(shell, "site", "a")).toEqual([[1, "a", "type", null, "t"]]);
    expect(await historyOf(shell, "other")).toEqual([[3, "a", "type", null, "t"]]);
  });

  it("what equals the stored value is no change", async () => {
    const shell = newShell();
    await shell.store("db", "site", "set", "k", "t", "A", "1");
    await shell.store("db", "site", "setprop", "k", "A", "1");
    await shell.store("db", "site", "set", "k", "t", "A", "1");
    expect(await historyOf(shell, "site")).toHaveLength(2);
  });

  it("tells who changed something, and by what way in", async () => {
    const { db, output } = newShell();
    const env = { SUDO_USER: "anna", SSH_CONNECTION: "203.0.113.4 50000 198.51.100.1 22" };
    await db(["site", "set", "k", "t"], { env });
    expect(await output("db", "site", "history")).toMatch(
      /^1 {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}k {2}type {2}absent → t {2}anna \(ssh 203\.0\.113\.4\)\n$/,
    );
  });

  it("of nothing says so", async () => {
    expect(await newShell().output("config", "history")).toBe("Nothing was changed yet.\n");
  });

  it("keeps a value with line breaks on its line, and shows that one is empty", async () => {
    const { store, output } = newShell();
    await store(
      "db",
      "domains",
      "set",
      "example.com",
      "domain",
      "DisclaimerText",
      "one\ntwo",
      "Description",
      "",
    );
    const lines = (await output("db", "domains", "history")).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines.join("\n")).toContain("absent → one\\ntwo");
    expect(lines.join("\n")).toMatch(/Description +absent → empty/);
  });
});

describe("changes", () => {
  const quarantine = ["QuarantineAccount", "spam@domain.org", "QuarantineStatus", "enabled"];

  it("lists what is set and not applied, with the event that applies it", async () => {
    const { root, config, store, output } = newShell();
    makeEvent(root, "nethserver-mail-filter-save");
    expect((await config(["setprop", "rspamd", ...quarantine])).exit).toBe(0);
    await store("config", "setprop", "rspamd", "SpamKillLevel", "15");
    const text = await output("config", "changes");
    expect(text).toMatch(
      /^rspamd {2}QuarantineStatus +default disabled → enabled +\d+ s ago +tester by \S+$/m,
    );
    expect(text).toMatch(/^rspamd {2}SpamKillLevel +default 20 → 15 /m);
    expect(text).toMatch(
      /^To apply: signal-event nethserver-mail-quarantine-save; signal-event nethserver-mail-filter-save$/m,
    );
  });

  it("an event takes what it applied from the list", async () => {
    const { root, config, store, output } = newShell();
    expect((await config(["setprop", "rspamd", ...quarantine])).exit).toBe(0);
    await store("config", "setprop", "rspamd", "SpamKillLevel", "15");
    const args = ["--no-check", "--service-manager", "none", "nethserver-mail-quarantine-save"];
    expect(await runCli("signal-event", args, { root })).toMatchObject({ exit: 0 });
    const text = await output("config", "changes");
    expect(text).not.toContain("Quarantine");
    expect(text).toContain("SpamKillLevel");
  });

  it("what was set and set back is no change", async () => {
    const { store, output } = newShell();
    await store("config", "setprop", "rspamd", "SpamKillLevel", "15");
    await store("config", "setprop", "rspamd", "SpamKillLevel", "16");
    await store("config", "delprop", "rspamd", "SpamKillLevel");
    expect(await output("config", "changes")).toBe("Nothing is waiting to be applied.\n");
  });

  it("of several changes of one property the first old and the last new value are shown", async () => {
    const { store, output } = newShell();
    for (const level of ["15", "16", "17"])
      await store("config", "setprop", "rspamd", "SpamKillLevel", level);
    expect(JSON.parse(await output("config", "--json", "changes"))).toMatchObject([
      { key: "rspamd", name: "SpamKillLevel", new: "17", events: ["nethserver-mail-filter-save"] },
    ]);
  });

  it("a new and a deleted record wait for their events", async () => {
    const { root, store, output } = newShell();
    for (const event of ["domain-create", "domain-modify", "domain-delete"]) makeEvent(root, event);
    await store("db", "domains", "set", "example.com", "domain");
    expect(await output("db", "domains", "changes")).toContain("signal-event domain-create example.com");
    const args = ["--no-check", "--service-manager", "none", "domain-create", "example.com"];
    expect(await runCli("signal-event", args, { root })).toMatchObject({ exit: 0 });
    expect(await output("db", "domains", "changes")).toBe("Nothing is waiting to be applied.\n");
    await store("db", "domains", "setprop", "example.com", "TransportType", "none");
    expect(await output("db", "domains", "changes")).toContain("signal-event domain-modify example.com");
    await store("db", "domains", "delete", "example.com");
    expect(await output("db", "domains", "changes")).toContain("signal-event domain-delete example.com");
  });

  it("keys that no event applies are not listed", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "k", "t", "A", "1");
    expect(await output("db", "site", "changes")).toBe("Nothing is waiting to be applied.\n");
  });
});

describe("secrets are never shown in history and changes", () => {
  const secrets = ["fr0mthestart", "then_another", "and_the_last"];

  /** A database, its record's type, and a property that is secret. */
  it.each([
    ["configuration", "rspamd", "service", "Password"],
    ["accounts", "john", "user", "PasswordHash"],
    ["getmail", "jd@isp.net@pop.isp.net", "getmail", "Password"],
    ["smarthosts", "1", "sender", "Password"],
    ["imapsync", "john", "imapsync", "Password"],
    ["site", "k", "anything", "ApiToken"],
    ["site", "k", "anything", "our_secret"],
  ])("%s %s %s %s, neither old nor new, nor after the record is gone", async (database, key, type, name) => {
    const { db, output } = newShell();
    const leaks = async (): Promise<void> => {
      for (const option of [[], ["--json"]])
        for (const words of [["history"], ["history", key], ["changes"]]) {
          const text = await output("db", ...option, database, ...words);
          for (const secret of secrets) expect(text).not.toContain(secret);
        }
    };
    const [first = "", second = "", third = ""] = secrets;
    const run = async (...args: readonly string[]): Promise<void> => {
      expect(await db(["--force", database, ...args])).toEqual({ exit: 0, stdout: "", stderr: "" });
      await leaks();
    };
    await run("set", key, type, name, first);
    await run("setprop", key, name, second);
    await run("delprop", key, name);
    await run("setprop", key, name, third);
    await run("settype", key, `${type}-deleted`);
    await run("delete", key);
    expect(await output("db", database, "history")).toContain("••••••");
    await run("rollback", "2");
    expect(await output("db", database, "getprop", key, name)).toBe(`${second}\n`);
  });

  it("nor when the record was made anew with a type that has no such secret", async () => {
    const { db, output, store } = newShell();
    await store("db", "accounts", "set", "x", "user", "PasswordHash", "{PLAIN}hidden");
    await store("db", "accounts", "delete", "x");
    await db(["--force", "accounts", "set", "x", "group"]);
    expect(await output("db", "accounts", "history")).not.toContain("hidden");
  });
});

describe("rollback", () => {
  it("brings the database back to a revision; that can be undone too", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "a", "t", "P", "1", "Q", "x|y");
    await store("db", "site", "set", "b", "t");
    const then = await output("db", "site", "export");
    await store("db", "site", "delete", "a");
    await store("db", "site", "settype", "b", "u");
    await store("db", "site", "set", "c", "t", "P", "1");
    const later = await output("db", "site", "export");
    await store("db", "site", "rollback", "2");
    expect(await output("db", "site", "export")).toBe(then);
    await store("db", "site", "rollback", "5");
    expect(await output("db", "site", "export")).toBe(later);
    await store("db", "site", "rollback", "0");
    expect(await output("db", "site", "printjson")).toBe("[]");
  });

  it("leaves other databases alone", async () => {
    const { store, output } = newShell();
    await store("db", "site", "set", "a", "t");
    await store("db", "other", "set", "a", "t", "P", "1");
    await store("db", "site", "rollback", "0");
    expect(await output("db", "other", "print")).toBe("a=t|P|1\n");
  });
});

describe("batch", () => {
  it("carries out the lines of standard input, quoted as in a shell", async () => {
    const { db, output } = newShell();
    const stdin = `# a comment
set a t P 'x y' Q "C:\\new"   # another

setprop a R it\\'s S "a \\"b\\" \\$c" T '#no comment'
set b t
delete b
setdefault a t P no
settype a u
delprop a Q
setjson '{"name":"c","type":"t"}'
`;
    expect(await db(["site", "batch"], { stdin })).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(await output("db", "site", "print")).toBe(`a=u|P|x y|R|it's|S|a "b" $c|T|#no comment\nc=t\n`);
  });

  it("is one revision", async () => {
    const { db, output } = newShell();
    await db(["site", "batch"], { stdin: "set a t\nset b t P 1\n" });
    const rows = JSON.parse(await output("db", "--json", "site", "history")) as { revision: number }[];
    expect(rows.map(({ revision }) => revision)).toEqual([1, 1, 1]);
  });

  it.each([
    [
      "a refused value",
      "setprop rspamd SpamTag2Level 5\nsetprop rspamd QuarantineStatus on\n",
      3,
      "line 2 (setprop): rspamd QuarantineStatus: on is refused",
    ],
    [
      "a missing record",
      "set a t\nsetprop missing P 1\n",
      1,
      "line 2 (setprop): configuration has no record missing",
    ],
    [
      "a missing record to delete",
      "set a t\ndelete missing\n",
      1,
      "line 2 (delete): there is no such record",
    ],
    ["an unknown verb", "set a t\n\nfrob x\n", 3, "line 3 (frob): frob cannot stand in a batch"],
    ["a reading verb", "set a t\nshow a\n", 3, "show cannot stand in a batch"],
    ["a nested batch", "batch\n", 3, "batch cannot stand in a batch"],
    ["a word of JavaScript", "constructor a b\n", 3, "constructor cannot stand in a batch"],
    ["an open quotation mark", "set a t\nset b 't\n", 3, "line 2 (set): a quotation mark is not closed"],
    ["a missing argument", "set a t\nset b\n", 3, "line 2 (set): set needs at least 2 arguments"],
  ])("all or none, by the line: %s", async (_, stdin, exit, sentence) => {
    const { config } = newShell();
    const outcome = await config(["batch"], { stdin });
    expect(outcome).toMatchObject({ exit, stdout: "" });
    expect(outcome.stderr).toContain(sentence);
    expect(outcome.stderr).toContain("No line of the batch was stored.");
    expect(await config(["--stored", "show"])).toMatchObject({ exit: 1 });
  });
});

describe("setjson", () => {
  it("stores what getjson and printjson printed", async () => {
    const first = newShell();
    const second = newShell();
    await first.store("db", "site", "set", "a|b", "t", "P", "ä\\n", "Q", "");
    await first.store("db", "site", "set", "b", "t");
    const all = await first.output("db", "site", "printjson");
    await second.store("db", "site", "setjson", all);
    expect(await second.output("db", "site", "export")).toBe(await first.output("db", "site", "export"));
    expect(
      await second.db(["site", "setjson", "-"], {
        stdin: '{"name":"b","type":"u","props":{"N":5,"T":true}}',
      }),
    ).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(await second.output("db", "site", "print", "b")).toBe("b=u|N|5|T|true\n");
  });

  it.each([
    ["no JSON", "{"],
    ["a number", "1"],
    ["a record without a name", '{"type":"t"}'],
    ["a list with one that is none", '[{"name":"a","type":"t"},{"name":"b"}]'],
    ["a property that is an object", '{"name":"a","type":"t","props":{"P":{}}}'],
    ["properties that are a list", '{"name":"a","type":"t","props":["P"]}'],
  ])("%s is refused, nothing stored", async (_, text) => {
    const { db } = newShell();
    expectRefusal(await db(["site", "setjson", text]), "the JSON is refused", "Nothing was stored.");
    expect((await db(["site", "keys"])).exit).toBe(1);
  });
});
