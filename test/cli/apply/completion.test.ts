import { beforeEach, describe, expect, it } from "vitest";
import { onEditChoices } from "../../../src/apply/edits.ts";
import { commands } from "../../../src/commands/command-table.ts";
import { newServer, type Server } from "./server.ts";

describe("completion", () => {
  let server: Server;
  beforeEach(async () => {
    server = newServer();
    await server.kill("12");
    await server.db("accounts", "set", "john", "user", "PasswordHash", "{PLAIN}hidden");
    await server.done("apply");
  });

  /** Candidates for the last of these words, each with its meaning. */
  const offered = async (...words: string[]): Promise<string[]> =>
    (await server.done("complete", ...words)).split("\n").filter(Boolean);
  const words = async (...line: string[]): Promise<string[]> =>
    (await offered(...line)).map((candidate) => candidate.split("\t")[0] ?? "");

  it.each([
    ["ap", ["apply"]],
    ["st", ["status"]],
    ["gr", ["group"]],
    ["ver", ["verify"]],
    ["conf", ["config", "confirm"]],
    ["roll", ["rollback"]],
    ["di", ["diff"]],
    ["hist", ["history"]],
  ])("mailwright %s is a command", async (beginning, names) => {
    expect(await words("mailwright", beginning)).toEqual(names);
  });

  it("offers nothing behind a word that is no command", async () => {
    expect(await offered("mailwright", "aply", "")).toEqual([]);
  });

  it.each(["diff", "rollback"])(
    "mailwright %s: revisions, the newest first, with what each was",
    async (name) => {
      expect(await offered("mailwright", name, "")).toEqual([
        "3\tapply nethserver-mail-filter-save, user-create john: done, 3 files",
        "2\taccounts john type: absent → user, and 1 more",
        "1\tconfiguration rspamd type: absent → service, and 1 more",
      ]);
      expect(await words("mailwright", name, "2")).toEqual(["2"]);
      expect(await offered("mailwright", name, "2", "")).toEqual([]);
    },
  );

  it("config rollback: the changes of that database alone", async () => {
    expect(await words("config", "rollback", "")).toEqual(["1"]);
    expect(await words("mailwright", "db", "accounts", "rollback", "")).toEqual(["2"]);
  });

  it("fetch, and its --test: the accounts elsewhere, with who gets the mail", async () => {
    const props = ["Account", "john", "Server", "pop.isp.net", "Username", "jd"];
    await server.db("getmail", "set", "jd@isp.net@pop.isp.net", "getmail", ...props);
    const account = ["jd@isp.net@pop.isp.net\tjohn"];
    expect(await offered("mailwright", "fetch", "")).toEqual(account);
    expect(await offered("mailwright", "fetch", "--test", "j")).toEqual(account);
    expect(await offered("mailwright", "connector", "modify", "jd@")).toEqual(account);
  });

  it("shows no secret", async () => {
    await server.db("accounts", "setprop", "john", "PasswordHash", "{PLAIN}hidden2");
    const all = await offered("mailwright", "diff", "");
    expect(all[0]).toBe("4\taccounts john PasswordHash: •••••• → ••••••");
    expect(all.join("\n")).not.toContain("hidden");
  });

  it.each(["apply", "rollback", "confirm", "status", "verify", "history", "diff"])(
    "mailwright %s: its options, and those of every command",
    async (name) => {
      const command = commands.find((known) => known.name === name);
      const own = command?.options.map((option) => `--${option.name}`) ?? [];
      expect(await words("mailwright", name, "-")).toEqual([
        ...own,
        "--root",
        "--json",
        "--no-color",
        "--utc",
        "--help",
      ]);
    },
  );

  it("the words that an option accepts, and none of the arguments before its value", async () => {
    expect(await words("mailwright", "apply", "--on-edit", "")).toEqual(onEditChoices);
    expect(await words("mailwright", "status", "--service-manager", "s")).toEqual(["systemd", "service"]);
    expect(await words("mailwright", "rollback", "--confirm", "")).toEqual([]);
    expect(await words("mailwright", "rollback", "--confirm", "10m", "")).toEqual(["3", "2", "1"]);
    expect(await words("signal-event", "--on-edit", "f")).toEqual(["fail"]);
  });

  it.each(["apply", "confirm", "status", "verify", "history"])(
    "mailwright %s: no argument, for it takes none",
    async (name) => {
      expect(await offered("mailwright", name, "")).toEqual([]);
    },
  );

  it("commands for people: verbs, options behind names, the words of options, and names without their domain", async () => {
    expect(await words("mailwright", "user", "")).toEqual(["add", "modify", "list", "show", "delete"]);
    expect(await words("mailwright", "user", "modify", "")).toEqual(["john"]);
    expect(await words("mailwright", "user", "modify", "john", "")).toEqual([]);
    expect(await words("mailwright", "user", "modify", "john", "--first")).toEqual(["--first-name"]);
    expect(await words("mailwright", "user", "delete", "--y")).toEqual(["--yes"]);
    expect(await words("mailwright", "user", "modify", "john", "--quota", "")).toEqual([
      "default",
      "unlimited",
    ]);
    expect(await words("mailwright", "user", "modify", "--quota", "2G", "")).toEqual(["john"]);
    expect(await words("mailwright", "relay", "d")).toEqual(["delete", "default"]);
    expect(await words("mailwright", "passwd", "")).toEqual(["john"]);
    expect(await words("mailwright", "quota", "")).toEqual(["recalc", "john"]);
    expect(await words("mailwright", "address", "show", "")).toEqual(["postmaster@"]);
    expect(await words("mailwright", "user", "nothing", "")).toEqual([]);
  });
});
