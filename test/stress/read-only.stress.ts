import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verbs } from "../../src/commands/verb-table.ts";
import { builtExecutable } from "../cli/built-executable.ts";
import { databaseOf, rowsOf } from "./processes.ts";

/** System calls that change something; opens are judged by their flags. */
const changing = [
  ...["creat", "mkdir", "mkdirat", "mknod", "mknodat", "rmdir", "unlink", "unlinkat", "rename", "renameat"],
  ...[
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "chmod",
    "fchmod",
    "fchmodat",
    "chown",
    "fchown",
  ],
  ...[
    "lchown",
    "fchownat",
    "truncate",
    "ftruncate",
    "fallocate",
    "utime",
    "utimes",
    "futimesat",
    "utimensat",
  ],
  ...[
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "mount",
    "umount2",
  ],
];
const opening = ["open", "openat", "openat2"];

const argumentsOf: Readonly<Record<string, readonly (readonly string[])[]>> = {
  getprop: [["rspamd", "SpamKillLevel"]],
  printprop: [["rspamd"]],
  get: [["rspamd"]],
  gettype: [["rspamd"]],
  show: [[], ["rspamd"]],
  print: [[], ["rspamd"]],
  printtype: [[]],
  getjson: [["rspamd"]],
  printjson: [[]],
  showjson: [[]],
  describe: [[], ["rspamd"], ["rspamd", "SpamKillLevel"]],
  history: [[], ["rspamd"]],
};

const readingVerbs = verbs.filter(({ effects }) => effects === "read").map(({ name }) => name);
const template = "/etc/postfix/main.cf";
const event = "nethserver-mail-quarantine-save";

const commands: readonly (readonly [program: string, ...args: string[]])[] = [
  ...readingVerbs.flatMap((verb) =>
    (argumentsOf[verb] ?? [[]]).map((args): [string, ...string[]] => ["config", verb, ...args]),
  ),
  ["config", "--json", "show"],
  ["config", "--yaml", "export"],
  ["config", "--stored", "show"],
  ["db", "accounts", "show"],
  ["mailwright", "schema"],
  ["mailwright", "complete", "config", "setprop", "rspamd", ""],
  ["mailwright", "complete", "signal-event", ""],
  ["mailwright", "--version"],
  ["config", "--help"],
  ["signal-event", "--list"],
  ["signal-event", "--explain", event],
  ["signal-event", "--dry-run", "--no-check", event],
  ["signal-event", "--dry-run", "--no-check", "--json", event],
  ["expand-template", "--list"],
  ["expand-template", "--stdout", template],
  ["expand-template", "--diff", template],
  ["expand-template", "--fragments", template],
];

/** Each change that a trace shows, as the call and its path. */
function changesIn(trace: string): string[] {
  return trace.split("\n").flatMap((line) => {
    const [, call = "", rest = ""] = /^(?:\d+ +)?(\w+)\((.*)$/.exec(line) ?? [];
    const path = /"([^"]*)"/.exec(rest)?.[1] ?? /<([^>]*)>/.exec(rest)?.[1] ?? "";
    if (opening.includes(call))
      return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE/.test(rest) ? [`${call} ${path}`] : [];
    return changing.includes(call) ? [`${call} ${path}`] : [];
  });
}

/** Everything below a folder with its content and times; SQLite's companions of the database are left out. */
function picture(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !/mailwright\.db-(?:shm|wal)$/.test(name),
  );
  return Object.fromEntries(
    names.sort().map((name) => {
      const status = statSync(join(folder, name));
      const content = status.isFile() ? readFileSync(join(folder, name), "base64") : "";
      return [name, `${status.mode} ${status.uid} ${status.isFile() ? status.mtimeMs : ""} ${content}`];
    }),
  );
}

const folder = mkdtempSync(join(tmpdir(), "mailwright-trace-"));
const seen = new Map<string, number>();

function trace(root: string, [program, ...args]: readonly [string, ...string[]]) {
  const log = join(folder, "trace.log");
  const { status } = spawnSync(
    "strace",
    [
      "-f",
      "-y",
      "-s",
      "4096",
      "-o",
      log,
      "-e",
      `trace=${[...opening, ...changing].join(",")}`,
      builtExecutable(program),
      ...args,
    ],
    {
      env: { PATH: process.env["PATH"], HOME: root, MAILWRIGHT_ROOT: root },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const text = readFileSync(log, "utf8");
  rmSync(log);
  return { exit: status, text };
}

/** SQLite's shared memory and log beside the database, made with the owner of the database; and the terminal. */
function isAllowed(root: string, change: string): boolean {
  const [call = "", path = ""] = change.split(/ (.*)/s);
  if (/^\/dev\/(?:null|tty|pts\/\d+)$/.test(path)) return opening.includes(call);
  const companions = [`${databaseOf(root)}-shm`, `${databaseOf(root)}-wal`];
  return companions.includes(path) && [...opening, "ftruncate", "fchown"].includes(call);
}

function expectReadOnly(root: string, command: readonly [string, ...string[]]): void {
  const before = picture(root);
  const { exit, text } = trace(root, command);
  expect([0, 2]).toContain(exit);
  expect(text).toContain("openat(");
  for (const change of changesIn(text)) {
    const shown = change.replace(root, "ROOT");
    seen.set(shown, (seen.get(shown) ?? 0) + 1);
    expect(isAllowed(root, change), shown).toBe(true);
  }
  expect(picture(root)).toEqual(before);
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a command that reads", () => {
  it("covers every reading verb", () => {
    expect(readingVerbs.length).toBeGreaterThan(14);
    const tried = new Set(commands.filter(([program]) => program === "config").flat());
    expect(readingVerbs.filter((verb) => !tried.has(verb))).toEqual([]);
  });

  describe("opens nothing for writing on a fresh root, not even SQLite's companions", () => {
    it.each(commands.map((command) => ({ command, title: command.join(" ") })))("$title", ({ command }) => {
      const root = mkdtempSync(join(folder, "fresh-"));
      const { text } = trace(root, command);
      expect(changesIn(text).filter((change) => !/^open\w* \/dev\//.test(change))).toEqual([]);
      expect(readdirSync(root)).toEqual([]);
    });
  });

  describe("opens nothing for writing but SQLite's companions of the database", () => {
    const root = join(folder, "root");

    beforeAll(() => {
      mkdirSync(join(root, "etc"), { recursive: true });
      writeFileSync(join(root, "etc/hostname"), "mail.example.org\n");
      const config = builtExecutable("config");
      const settings = ["QuarantineAccount", "john@example.org", "QuarantineStatus", "enabled"];
      execFileSync(config, [
        "--root",
        root,
        "setprop",
        "rspamd",
        "Password",
        "Secret_1234567890",
        ...settings,
      ]);
      execFileSync(builtExecutable("db"), ["--root", root, "accounts", "set", "john@example.org", "user"]);
    });

    it.each(commands.map((command) => ({ command, title: command.join(" ") })))("$title", ({ command }) => {
      expectReadOnly(root, command);
    });

    it.each(["getprop", "show"])("nor when no other process left them: %s", (verb) => {
      rowsOf(root, "PRAGMA wal_checkpoint(TRUNCATE)");
      for (const suffix of ["-shm", "-wal"]) rmSync(`${databaseOf(root)}${suffix}`, { force: true });
      expectReadOnly(root, ["config", verb, "rspamd", ...(verb === "getprop" ? ["status"] : [])]);
    });

    it("and a stored value is what it reads", () => {
      const args = ["--root", root, "getprop", "rspamd", "QuarantineStatus"];
      expect(execFileSync(builtExecutable("config"), args, { encoding: "utf8" })).toBe("enabled\n");
    });
  });

  it("a command that writes is caught by the same trace", () => {
    const root = mkdtempSync(join(folder, "writes-"));
    const { text } = trace(root, ["db", "site", "set", "k", "t"]);
    const changes = changesIn(text).filter((change) => !isAllowed(root, change));
    expect(changes).toEqual(expect.arrayContaining([expect.stringMatching(/^openat .*\.new$/)]));
    expect(changes).toEqual(expect.arrayContaining([expect.stringMatching(/^link /)]));
  });

  afterAll(() => {
    const rows = [...seen].map(([change, count]) => `  ${count} × ${change}`);
    console.log(
      `${commands.length} command lines traced; opened for writing:\n${rows.join("\n") || "  nothing"}`,
    );
  });
});
