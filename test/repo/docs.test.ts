import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { links } from "../../packaging/links.ts";
import { filterJson } from "../../packaging/man/filter-json.ts";
import { renderPages } from "../../packaging/man/pages.ts";
import { syntaxMeanings, tableMeanings } from "../../packaging/man/template-meanings.ts";
import { filterCommands } from "../../src/commands/filter/filter-commands.ts";
import { mailTables } from "../../src/mail/tables.ts";
import { syntaxes } from "../../src/template/syntax/syntaxes.ts";
import { given } from "../given.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));
const completions = join(project, "completions");
const pages = renderPages();
const written = readdirSync(join(project, "man"));

const isInstalled = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;

describe("manual pages", () => {
  it("are all that npm run docs writes, as it would write them", () => {
    expect(written.toSorted()).toEqual([...pages.keys()].toSorted());
    const stale = written.filter(
      (name) => readFileSync(join(project, "man", name), "utf8") !== pages.get(name),
    );
    expect(stale, "stale: npm run docs").toEqual([]);
  });

  it.each([...pages])("%s is well-formed", (name, text) => {
    const lines = text.trimEnd().split("\n");
    const known = /^\.(\\"|TH|SH|SS|PP|TP|IP|RS|RE|nf|fi|sp)( |$)/;
    expect(lines.filter((line) => line.startsWith(".") && !known.test(line))).toEqual([]);
    expect(lines.filter((line) => line === "" || line.startsWith("'") || /[^ -~]/.test(line))).toEqual([]);
    const count = (request: string): number => lines.filter((line) => line.split(" ")[0] === request).length;
    expect(count(".RS")).toBe(count(".RE"));
    expect(count(".nf")).toBe(count(".fi"));
    expect(text).toContain(`\n.SH NAME\n${name.replace(/\.\d$/, "").replaceAll("-", "\\-")} \\- `);
  });

  it.runIf(given(isInstalled("mandoc"), "mandoc")).each([...pages])("%s passes mandoc", (_name, text) => {
    const { stdout } = spawnSync("mandoc", ["-T", "lint"], { input: text, encoding: "utf8" });
    expect(stdout).toBe("");
  });

  it.runIf(given(isInstalled("groff"), "groff")).each([...pages])("%s passes groff", (_name, text) => {
    for (const device of ["-Tutf8", "-Tascii"]) {
      const { stderr } = spawnSync("groff", ["-man", "-ww", "-z", device], { input: text, encoding: "utf8" });
      expect(stderr).toBe("");
    }
  });

  it("tell what each verb of the filter prints in JSON", () => {
    const titles = filterJson.blocks
      .flatMap((block) => (typeof block === "object" && "terms" in block ? block.terms : []))
      .flatMap(([title]) => String(title).replaceAll("`", "").split(", "));
    const names = filterCommands.flatMap(({ name, verbs }) =>
      verbs === undefined ? [name] : verbs.map((verb) => `${name} ${verb.name}`),
    );
    expect(titles.toSorted()).toEqual(names.toSorted());
  });

  it("tell the meaning of every syntax's variants, and of every table of fragments", () => {
    const variants = Object.entries(syntaxes).flatMap(([name, { variants: known = {} }]) =>
      Object.keys(known).map((variant) => ({ name: name as keyof typeof syntaxes, variant })),
    );
    expect(variants.filter(({ name, variant }) => !(variant in syntaxMeanings[name].variants))).toEqual([]);
    expect(Object.keys(mailTables).filter((name) => !(name in tableMeanings))).toEqual([]);
  });

  it("names no page of ours that is not there", () => {
    const ours = /\\fB(mailwright[\w\\-]*|config|db|signal\\-event|expand\\-template)\\fR\((\d)\)/g;
    const named = [...pages.values()].flatMap((text) =>
      [...text.matchAll(ours)].map(([, page = "", section]) => `${page.replaceAll("\\", "")}.${section}`),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !pages.has(name))).toEqual([]);
  });
});

/** A command line that ends at the cursor, its whole words that must be offered, and what is put in their place. */
const cases = (
  [
    ["mailwright con", "config"],
    ["config setpr", "setprop"],
    ["config --sto", "--stored"],
    ["config setprop rspamd QuarantineStat", "QuarantineStatus"],
    ["config setprop rspamd QuarantineStatus ", "enabled"],
    ["mailwright db doma", "domains"],
    ["db accounts show postmas", "postmaster@"],
    ["db accounts show postmaster@", "postmaster@", "@"],
    ["db notes show a:", "a:b c", "b\\ c"],
    ["db notes show 'a:b ", "a:b c", "a:b c"],
    ["db notes getprop a:b\\ c Oth", "Other Prop", "Other\\ Prop"],
    ["signal-event nethserver-mail-quarantine-s", "nethserver-mail-quarantine-save"],
    ["expand-template /etc/postfix/mai", "/etc/postfix/main.cf"],
  ] as const
).map(([line, word, inserted = word]) => ({ line, word, inserted }));

describe("completions", () => {
  const folder = mkdtempSync(join(tmpdir(), "mailwright-docs-"));
  const environment = {
    PATH: `${folder}:${process.env["PATH"]}`,
    HOME: folder,
    LC_ALL: "C.UTF-8",
    MAILWRIGHT_ROOT: join(folder, "root"),
    MAILWRIGHT_SHARE: project,
  };
  const run = (program: string, args: readonly string[]): string =>
    execFileSync(program, args, { env: environment, cwd: folder, encoding: "utf8" });

  beforeAll(() => {
    // the program from its sources, so that nothing needs to be built
    const program = `#!/bin/sh\nexec '${process.execPath}' '${join(project, "bin/mailwright.ts")}' "$@"\n`;
    writeFileSync(join(folder, "mailwright"), program, { mode: 0o755 });
    writeFileSync(join(folder, "message.eml"), "");
    run("mailwright", ["db", "notes", "set", "a:b c", "note", "Other Prop", "1"]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("of every shell know every command", () => {
    for (const name of ["mailwright.bash", "mailwright.fish", "_mailwright"]) {
      expect(readFileSync(join(completions, name), "utf8")).toContain(["mailwright", ...links].join(" "));
    }
  });

  it.each(cases)("bash: $line", ({ line, inserted }) => {
    const script = `
      source '${completions}/mailwright.bash'
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
      _mailwright "\${1%% *}"
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(run("bash", ["-c", script, "bash", line]).split("\n")).toContain(inserted);
  });

  // Without candidates of the program's: the shell's own names of files, of which there is one here.
  const ofFiles = ["mailwright scan ", "mailwright scan --json mess", "mailwright bayes learn --spam mess"];

  it.each([...ofFiles.map((line) => [line, true] as const), ["mailwright dkim show mess", false] as const])(
    "bash: %s takes files: %j",
    (line, isOfFiles) => {
      const script = `
        source '${completions}/mailwright.bash'
        compopt() { echo "files"; }
        COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
        _mailwright "\${1%% *}"`;
      expect(run("bash", ["-c", script, "bash", line])).toBe(isOfFiles ? "files\n" : "");
    },
  );

  it.runIf(given(isInstalled("fish"), "fish")).each(ofFiles)("fish: %s takes files", (line) => {
    const script = `source '${completions}/mailwright.fish'; complete -C $argv[1]`;
    expect(run("fish", ["--no-config", "-c", script, line])).toContain("message.eml");
  });

  it.runIf(given(isInstalled("zsh"), "zsh")).each(ofFiles)("zsh: %s takes files", (line) => {
    const script = `
      _files() { print files }
      _describe() { print -rl -- "\${candidates[@]}" }
      words=("\${(@z)1}") PREFIX=
      if [[ $1 == *' ' ]]; then words+=(''); else PREFIX=$words[-1]; fi
      CURRENT=$#words
      source '${completions}/_mailwright'`;
    expect(run("zsh", ["-f", "-c", script, "zsh", line])).toBe("files\n");
  });

  it.runIf(given(isInstalled("fish"), "fish")).each(cases)("fish: $line", ({ line, word }) => {
    const script = `source '${completions}/mailwright.fish'; complete -C $argv[1]`;
    const offered = run("fish", ["--no-config", "-c", script, line]).split("\n");
    expect(offered.map((row) => row.split("\t")[0])).toContain(word);
  });

  it.runIf(given(isInstalled("zsh"), "zsh")).each(cases)("zsh: $line", ({ line, word }) => {
    // _describe, which needs a terminal, is replaced by one that prints what it is given; an open quotation mark is
    // no part of PREFIX
    const script = `
      _describe() { print -rl -- "\${candidates[@]}" }
      words=("\${(@z)1}") PREFIX=
      if [[ $1 == *\\'* ]]; then PREFIX=\${1##*\\'}
      elif [[ $1 == *' ' ]]; then words+=('')
      else PREFIX=$words[-1]; fi
      CURRENT=$#words
      source '${completions}/_mailwright'`;
    const offered = run("zsh", ["-f", "-c", script, "zsh", line]).split("\n");
    expect(offered.some((row) => row.startsWith(`${word.replaceAll(":", "\\:")}:`))).toBe(true);
  });
});
