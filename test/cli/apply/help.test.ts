import { describe, expect, it } from "vitest";
import { links } from "../../../packaging/links.ts";
import { helpOf, overview } from "../../../src/cli/help.ts";
import { commands } from "../../../src/commands/command-table.ts";
import { runCli } from "../run-cli.ts";

const lines = (text: string): string[] => text.trimEnd().split("\n");

/** Commands whose help is a list of verbs. */
const long = ["config", "db"];

/** All commands, and the verbs of those that have some, by the names that they are called by. */
const all = commands.flatMap((command) => [
  { title: `mailwright ${command.name}`, command },
  ...(command.verbs ?? []).map((verb) => ({
    title: `mailwright ${command.name} ${verb.name}`,
    command: verb,
  })),
]);

describe("help", () => {
  it.each(all.filter(({ command }) => !long.includes(command.name)))(
    "of $title fits on a screen of 24 lines and 80 columns, and ends with two examples",
    ({ title, command }) => {
      const shown = lines(helpOf(title, command, 80));
      expect(shown.length).toBeLessThanOrEqual(command.name === "signal-event" ? 30 : 24);
      for (const line of shown) expect(line.length, line).toBeLessThanOrEqual(80);
      expect(command.examples.length).toBe(2);
      expect(shown.slice(-4)).toEqual(
        command.examples.flatMap(([line, meaning]) => [line, `    ${meaning}`]),
      );
    },
  );

  it.each(all)("of $title can be read in 40 columns", ({ title, command }) => {
    const text = helpOf(title, command, 40).slice(0, -1);
    const described = text.slice(0, text.lastIndexOf("\n\n"));
    // A synopsis is not broken: it is to be read as it is typed.
    const broken = lines(described).filter((line) => !/^ {2}[a-z]+ [A-Z[]|^usage: /.test(line));
    for (const line of broken) expect(line.length, line).toBeLessThanOrEqual(40);
    for (const { name } of command.options) expect(described).toContain(`--${name}`);
  });

  it("of all commands fits on a screen, and names those that have a name of their own", () => {
    const all = lines(overview(80));
    expect(all.length).toBeLessThanOrEqual(24);
    for (const line of all) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const { name } of commands.filter(({ isForEvents }) => isForEvents !== true))
      expect(
        all.some((line) => new RegExp(`^  (.*[ ,])?${name}\\b`).test(line)),
        name,
      ).toBe(true);
    expect(all.join("\n")).toContain(`${links.slice(0, -1).join(", ")} and ${links.at(-1)} work alone.`);
  });

  it("shows a command as it was called", async () => {
    const alone = await runCli("signal-event", ["--help"], { root: "/nowhere" });
    expect(alone.stdout).toContain("usage: signal-event [OPTION]… EVENT [ARGUMENT]…\n");
    const within = await runCli("mailwright", ["diff", "--help"], { root: "/nowhere" });
    expect(within.stdout).toMatch(
      /^mailwright diff: show what a revision changed\n\nusage: mailwright diff \[/,
    );
    const wrong = await runCli("mailwright", ["db"], { root: "/nowhere" });
    expect(wrong).toEqual({
      exit: 3,
      stdout: "",
      stderr: "mailwright db: which database?\n  accepted: mailwright db [OPTION]… NAME VERB [ARGUMENT]…\n",
    });
  });
});

it.each([
  [
    ["rule", "help"],
    ["rule", "--help"],
  ],
  [
    ["help", "rule"],
    ["rule", "--help"],
  ],
  [
    ["help", "rule", "add"],
    ["rule", "add", "--help"],
  ],
  [
    ["rule", "help", "add"],
    ["rule", "add", "--help"],
  ],
])("%j shows what %j does", async (words, same) => {
  const shown = await runCli("mailwright", words, { root: "/" });
  expect(shown).toEqual(await runCli("mailwright", same, { root: "/" }));
  expect(shown.exit).toBe(0);
});

it("what is for events is neither offered nor named as accepted", async () => {
  const { exit, stderr } = await runCli("mailwright", ["tsk"], { root: "/" });
  expect(exit).toBe(3);
  expect(stderr).toContain("signal-event");
  expect(stderr).not.toContain("task");
  const { stdout } = await runCli("mailwright", ["complete", "mailwright", "ta"], { root: "/" });
  expect(stdout).toBe("");
});
