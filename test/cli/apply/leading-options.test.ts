import { expect, it } from "vitest";
import { runCli, temporaryRoot } from "../run-cli.ts";

it("options of every command may stand before the command as well as behind it", async () => {
  const root = temporaryRoot();
  const other = temporaryRoot();
  const behind = await runCli("mailwright", ["config", "--json", "--root", other, "describe"], { root });
  for (const words of [
    ["--json", "--root", other, "config", "describe"],
    [`--root=${other}`, "-j", "config", "describe"],
    ["--root", other, "config", "--json", "describe"],
  ])
    expect(await runCli("mailwright", words, { root }), words.join(" ")).toEqual(behind);
  expect(behind.exit).toBe(0);
  expect(await runCli("mailwright", ["--help"], { root })).toMatchObject({ exit: 0 });
  expect(await runCli("mailwright", ["--version"], { root })).toMatchObject({ exit: 0 });
  expect(await runCli("mailwright", ["--force", "config", "show"], { root })).toMatchObject({ exit: 3 });
});

it.each([
  [
    "mailwright",
    ["rollback", "3", "--dry-run"],
    "--dry-run is one argument too many. Options stand before the",
  ],
  [
    "mailwright",
    ["config", "changes", "--json"],
    "changes takes fewer arguments. Options stand before the verb.",
  ],
  ["db", ["accounts", "keys", "--json"], "Options stand before the database and the verb."],
])("%s %j tells that options stand before", async (program, words, message) => {
  const { exit, stderr } = await runCli(program, words, { root: temporaryRoot() });
  expect(exit).toBe(3);
  expect(stderr).toContain(message);
});
