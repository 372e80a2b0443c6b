import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../../src/commands/command-table.ts";
import { verbs } from "../../../src/commands/verb-table.ts";
import { builtExecutable } from "../built-executable.ts";
import type { Outcome } from "../run-cli.ts";

/** Command lines of `mailwright` that list something; where a daemon is asked that is not here, they say so. */
const listing = [
  ...["--help", "--version", "doctor", "status", "status --prometheus", "verify", "history", "diff 1"],
  ...["apply --dry-run", "schema", "complete config setprop", "signal-event --list"],
  ...["signal-event --explain user-create", "signal-event --dry-run user-create a@b.example"],
  ...["expand-template --list", "expand-template --stdout /etc/postfix/main.cf"],
  ...[
    "config show",
    "config printjson",
    "config keys",
    "config changes",
    "config history",
    "config describe",
  ],
  ...["config export", "config get SystemName", "config getprop rspamd SpamKillLevel"],
  ...["config printprop rspamd", "config print rspamd", "config gettype rspamd", "config printtype rspamd"],
  ...["config getjson rspamd", "config showjson rspamd", "db accounts print", "db domains show"],
  ...["user list", "user show john@example.org", "group list", "group show staff", "address list"],
  ...["address show info@example.org", "domain list", "domain show example.org", "mailbox list"],
  ...["mailbox show public", "relay list", "relay show @example.com", "quota john", "rule list"],
  ...["dkim list", "dkim show example.org", "dkim verify example.org", "bayes status", "quarantine list"],
  ...["quarantine show A1", "queue list", "queue list --summary", "queue show A1", "queue watch"],
  ...["log trace @example.org", "log summary", "connector list", "connector show jd@isp.net"],
  ...["sync list", "sync show john", "sync status"],
];

/** Those that change something, or wait for something that does. */
const acting = [
  ...[
    "confirm",
    "rollback",
    "passwd",
    "quota recalc",
    "relay default",
    "scan",
    "bayes learn",
    "bayes forget",
  ],
  ...["rule add", "rule delete", "dkim rotate", "dkim retire", "quarantine release", "quarantine delete"],
  ...["flush", "resend", "hold", "release", "delete"].map((verb) => `queue ${verb}`),
  ...["fetch", "sync run", "sync stop"],
  ...["user", "group", "address", "domain", "mailbox", "relay", "connector", "sync"].flatMap((family) =>
    ["add", "modify", "delete"].map((verb) => `${family} ${verb}`),
  ),
  ...[
    "setprop",
    "delprop",
    "set",
    "setdefault",
    "setjson",
    "settype",
    "delete",
    "rollback",
    "batch",
    "import",
  ].map((verb) => `config ${verb}`),
];

/** Every command, and every verb of one that has them. */
const known = [
  ...commands
    .filter(({ isForEvents, name }) => isForEvents !== true && name !== "config" && name !== "db")
    .flatMap(({ name, verbs: own }) => own?.map((verb) => `${name} ${verb.name}`) ?? [name]),
  ...verbs.map(({ name }) => `config ${name}`),
];

/** What prints a file, or what programs read that know no JSON; --json does not change it. */
const asText = /^(?:complete|status --prometheus|expand-template --stdout|config export)\b/;

/** One value, or one a line as they come. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  }
}

/** Neither times of day nor durations. */
function withoutTimes(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ?/g, "TIME")
    .replace(/\d+(?:\.\d+)? (?:ms|s)\b/g, "DURATION")
    .replace(/ {2,}/g, " ");
}

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

  const seen = new Map<string, Promise<Outcome>>();

  /** What it prints without more; asked once. */
  function plainly(line: string): Promise<Outcome> {
    const outcome = seen.get(line) ?? shell(line);
    seen.set(line, outcome);
    return outcome;
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
      "db getmail set jd@isp.net getmail Account john Server pop.isp.net Username jd",
      "db imapsync set john imapsync hostname imap.isp.net username jd",
    ])
      expect(await shell(line)).toMatchObject({ exit: 0, stderr: "" });
  }, 60_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("is among these, and so is every command that does something else", () => {
    const isOf = (line: string, name: string): boolean => line === name || line.startsWith(`${name} `);
    const missing = known.filter(
      (name) => !acting.includes(name) && !listing.some((line) => isOf(line, name)),
    );
    expect(missing).toEqual([]);
    expect(acting.filter((name) => !known.includes(name))).toEqual([]);
    expect(acting.filter((name) => / (?:list|show|status|summary|trace|verify|watch)$/.test(name))).toEqual(
      [],
    );
  });

  it.each(listing)(
    "%s: no colour where there is no terminal, nor with NO_COLOR, in whatever language",
    async (line) => {
      const german = "LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=de FORCE_COLOR=1 NO_COLOR=1";
      const [plain, forced] = await Promise.all([plainly(line), shell(line, `env ${german} $program`)]);
      for (const { stdout, stderr } of [plain, forced]) expect(`${stdout}${stderr}`).not.toContain("\u001b");
      expect(forced).toMatchObject({ exit: plain.exit, stderr: plain.stderr });
      expect(withoutTimes(forced.stdout)).toBe(withoutTimes(plain.stdout));
      expect(plain.stdout + plain.stderr).not.toBe("");
      expect(plain.stderr).not.toMatch(/a bug of mailwright/);
    },
  );

  it.each(listing)("%s: a pipe that nobody reads changes neither exit status nor errors", async (line) => {
    const [plain, closed, first] = await Promise.all([
      plainly(line),
      // When it writes, the reader has ended.
      shell(line, "{ sleep 0.3; $program; } | true; exit $PIPESTATUS"),
      shell(line, "$program | head -n 1; exit $PIPESTATUS"),
    ]);
    expect({ exit: closed.exit, stderr: closed.stderr }).toEqual({ exit: plain.exit, stderr: plain.stderr });
    expect({ exit: first.exit, stderr: first.stderr }).toEqual({ exit: plain.exit, stderr: plain.stderr });
    expect(first.stdout.split("\n").length).toBeLessThanOrEqual(2);
    expect(plain.stdout.startsWith(first.stdout.slice(0, 8))).toBe(true);
  });

  it.each(listing.filter((line) => !line.startsWith("-")))(
    "%s: JSON with --json, and all of it with --utc",
    async (line) => {
      const [command = "", ...rest] = line.split(" ");
      const [plain, json, utc] = await Promise.all([
        plainly(line),
        shell([command, "--json", ...rest].join(" ")),
        shell([command, "--utc", ...rest].join(" ")),
      ]);
      for (const { exit } of [json, utc]) expect(exit).toBe(plain.exit);
      expect(withoutTimes(utc.stdout)).toBe(withoutTimes(plain.stdout));
      if (asText.test(line)) expect(withoutTimes(json.stdout)).toBe(withoutTimes(plain.stdout));
      else if (json.stdout !== "") expect(parseJson(json.stdout)).toBeDefined();
      // What is refused prints nothing; what is found prints something in either way.
      expect(json.stdout === "").toBe(plain.stdout === "");
    },
  );

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
