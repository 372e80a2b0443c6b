import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../../src/commands/command-table.ts";
import { builtExecutable } from "../built-executable.ts";
import type { Outcome } from "../run-cli.ts";

/** Command lines of `mailwright` that list something; where a daemon is asked that is not here, they say so. */
const listing = [
  ...["--help", "--version", "doctor", "doctor --json", "status", "status --json", "status --prometheus"],
  ...[
    "verify",
    "history",
    "history --json",
    "diff 1",
    "apply --dry-run",
    "schema",
    "complete config setprop",
  ],
  ...[
    "signal-event --list",
    "signal-event --explain user-create",
    "signal-event --dry-run user-create a@b.example",
  ],
  ...["expand-template --list", "expand-template --stdout /etc/postfix/main.cf"],
  ...[
    "config show",
    "config printjson",
    "config keys",
    "config changes",
    "config history",
    "config describe",
  ],
  ...["config export", "db accounts print", "db domains show", "user list", "user show john@example.org"],
  ...["group list", "address list", "domain list", "mailbox list", "relay list", "quota john", "rule list"],
  ...[
    "dkim list",
    "dkim show example.org",
    "bayes status",
    "quarantine list",
    "queue list",
    "queue list --summary",
  ],
  ...["log trace @example.org", "log summary", "connector list", "sync list", "sync status"],
];

/** Kiritimati is 14 hours before UTC all year long. */
const environment = { TZ: "Pacific/Kiritimati", LOGNAME: "tester" };

describe("every command that lists something", () => {
  let root = "";

  /** `$program` stands for the command line in a line of bash. */
  function shell(
    line: string,
    bash = "$program",
    more: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const program = `${builtExecutable("mailwright")} ${line}`;
    const child = spawn("bash", ["-c", bash.replace("$program", program)], {
      env: { PATH: process.env["PATH"], MAILWRIGHT_ROOT: root, ...environment, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Promise((resolve, reject) => {
      const texts = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const)
        child[name].setEncoding("utf8").on("data", (text: string) => {
          texts[name] += text;
        });
      child.on("error", reject);
      child.on("close", (exit) => resolve({ exit: exit ?? -1, ...texts }));
    });
  }

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "mailwright-manners-"));
    builtExecutable("mailwright");
    for (const line of [
      "config setprop rspamd SpamKillLevel 12",
      "db domains set example.org domain",
      "db accounts set john@example.org user FirstName John",
      "db accounts set staff@example.org group Members john",
      "db accounts set info@example.org pseudonym Account john",
    ])
      expect(await shell(line)).toMatchObject({ exit: 0, stderr: "" });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("is among these", () => {
    const words = listing.map((line) => line.split(" "));
    for (const { name, verbs = [], isForEvents } of commands) {
      if (isForEvents === true) continue;
      const known = words.filter(([first]) => first === name);
      if (verbs.some((verb) => verb.name === "list"))
        expect(
          known.map(([, verb]) => verb),
          name,
        ).toContain("list");
    }
  });

  it.each(listing)("%s: no colour where there is no terminal, nor with NO_COLOR", async (line) => {
    const [plain, forced] = await Promise.all([
      shell(line),
      shell(line, "$program", { FORCE_COLOR: "1", NO_COLOR: "1" }),
    ]);
    for (const { stdout, stderr } of [plain, forced]) expect(`${stdout}${stderr}`).not.toContain("\u001b");
    expect(forced.exit).toBe(plain.exit);
    expect(plain.stdout + plain.stderr).not.toBe("");
    expect(plain.stderr).not.toMatch(/a bug of mailwright/);
  });

  it.each(listing)("%s: a pipe that nobody reads changes neither exit status nor errors", async (line) => {
    const [plain, closed, first] = await Promise.all([
      shell(line),
      // When it writes, the reader has ended.
      shell(line, "{ sleep 0.3; $program; } | true; exit $PIPESTATUS"),
      shell(line, "$program | head -n 1; exit $PIPESTATUS"),
    ]);
    expect({ exit: closed.exit, stderr: closed.stderr }).toEqual({ exit: plain.exit, stderr: plain.stderr });
    expect({ exit: first.exit, stderr: first.stderr }).toEqual({ exit: plain.exit, stderr: plain.stderr });
    expect(first.stdout.split("\n").length).toBeLessThanOrEqual(2);
    expect(plain.stdout.startsWith(first.stdout.slice(0, 8))).toBe(true);
  });

  it("has colour where that is forced, and none with --no-color", async () => {
    expect((await shell("config changes", "$program", { FORCE_COLOR: "1" })).stdout).toContain("\u001b[");
    const line = "config --no-color changes";
    expect((await shell(line, "$program", { FORCE_COLOR: "1" })).stdout).not.toContain("\u001b");
  });

  it.each(["history", "config history"])("%s: times are local, and in UTC with --utc", async (line) => {
    const [command = "", ...rest] = line.split(" ");
    const time = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ?/;
    const [local = ""] = time.exec((await shell(line)).stdout) ?? [];
    const [utc = ""] = time.exec((await shell([command, "--utc", ...rest].join(" "))).stdout) ?? [];
    expect(utc).toMatch(/Z$/);
    expect(local).not.toMatch(/Z$/);
    expect((Date.parse(`${local}Z`) - Date.parse(utc)) / 3_600_000).toBe(14);
  });
});
