import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Argument, Command } from "../../../src/commands/command.ts";
import { commands } from "../../../src/commands/command-table.ts";
import { builtExecutable, runBuilt } from "../built-executable.ts";
import { project } from "../run-cli.ts";

const file = (name: string): string => join(project, "completions", name);

/** Prints what a shell offers behind the line in $LINE, one a line, as it would be put into the line. */
const shells: Readonly<Record<string, string>> = {
  bash: `. ${file("mailwright.bash")}; COMP_LINE=$LINE COMP_POINT=\${#LINE}; _mailwright \${LINE%% *}; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: `source ${file("mailwright.fish")}; complete -C $LINE | string replace -r '\\t.*' ''; true`,
  // What it hands to zsh's own functions, which run within its editor alone.
  zsh: `_describe() { print -rl -- "\${(@)\${(@)candidates//\\\\:/\\x01}%%:*}" | tr '\\001' : }; _files() { print FILES }
    offer() { . ${file("_mailwright")} }
    words=("\${(@z)LINE}"); [[ $LINE == *' ' ]] && words+=(''); CURRENT=$#words PREFIX=$words[-1]; offer`,
};

const here = Object.keys(shells).filter((shell) => existsSync(`/usr/bin/${shell}`));

/** A name that is there, by the kind of argument. Of what daemons tell the scenarios show it. */
const names: Partial<Readonly<Record<Argument, string>>> = {
  user: "john",
  group: "staff",
  address: "info@example.org",
  domain: "example.org",
  relay: "@away.example",
  connector: "jd@isp.net@pop.isp.net",
  sync: "john",
  "rule-kind": "block-from",
  event: "user-create",
  template: "/etc/postfix/main.cf",
  database: "accounts",
  revision: "1",
};

interface Leaf {
  readonly line: string;
  readonly kind: Argument;
}

const leavesOf = ({ name, verbs, arguments: [kind] }: Command): Leaf[] =>
  (verbs ?? []).length > 0
    ? (verbs ?? []).flatMap((verb) => leavesOf({ ...verb, name: `${name} ${verb.name}` }))
    : kind === undefined
      ? []
      : [{ line: name, kind }];

const leaves = commands.filter(({ isForEvents }) => isForEvents !== true).flatMap(leavesOf);

describe("completion of names", () => {
  let root = "";

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "mailwright-completions-"));
    for (const line of [
      "config setprop rspamd SenderBlackList evil.example",
      "db domains set example.org domain",
      "db accounts set john@example.org user",
      "db accounts set staff@example.org group",
      "db accounts set info@example.org pseudonym Account john",
      "db smarthosts set @away.example recipient Host relay.example",
      "db getmail set jd@isp.net@pop.isp.net getmail Account john Server pop.isp.net",
      "db imapsync set john imapsync hostname imap.isp.net username jd",
    ])
      expect(await runBuilt("mailwright", line.split(" "), { root })).toMatchObject({ exit: 0, stderr: "" });
  }, 60_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  async function offered(shell: string, line: string): Promise<string[]> {
    const { stdout } = await promisify(execFile)(
      shell,
      [shell === "zsh" ? "-fc" : "-c", shells[shell] ?? ""],
      {
        env: {
          PATH: `${dirname(builtExecutable("mailwright"))}:${process.env["PATH"]}`,
          ...{ HOME: root, LANG: "C.UTF-8", MAILWRIGHT_ROOT: root, LINE: line },
        },
      },
    );
    return stdout.split("\n").filter(Boolean);
  }

  it.each(leaves.filter(({ kind }) => names[kind] !== undefined))(
    "mailwright $line: a $kind",
    async ({ line, kind }) => {
      const { stdout } = await runBuilt("mailwright", ["complete", "mailwright", ...line.split(" "), ""], {
        root,
      });
      expect(stdout.split("\n").map((text) => text.split("\t")[0])).toContain(names[kind]);
    },
  );

  describe.each(here)("in %s", (shell) => {
    it.each([
      ["mailwright con", ["config", "confirm", "connector"]],
      ["mailwright user show j", ["john"]],
      ["mailwright group show ", ["staff"]],
      ["mailwright sync run ", ["john"]],
      ["mailwright rule delete block-from ", ["evil.example"]],
      ["mailwright quarantine list --f", ["--from"]],
      ["mailwright queue list --old", ["--older"]],
      ["mailwright doctor --only re", ["remote"]],
      ["db getmail show jd", ["jd@isp.net@pop.isp.net"]],
      ["mailwright fetch jd", ["jd@isp.net@pop.isp.net"]],
    ])("%s", async (line, expected) => {
      expect(await offered(shell, line)).toEqual(expected);
    });
  });
});
