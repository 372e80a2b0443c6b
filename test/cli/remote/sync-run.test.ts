import { expect, it, vi } from "vitest";
import { main } from "../../../src/cli/main.ts";
import { MailwrightError } from "../../../src/errors.ts";
import { project, runCli, temporaryRoot } from "../run-cli.ts";

const runs = vi.hoisted((): string[] => []);

vi.mock("../../../src/commands/remote/sync/run-job.ts", async (original) => ({
  ...(await original<typeof import("../../../src/commands/remote/sync/run-job.ts")>()),
  runJob: async (_context: unknown, _system: unknown, { user }: { user: string }) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    runs.push(user);
    if (user === "anna") throw new MailwrightError("another runs", { code: "LOCKED", exit: 6 });
    if (user === "mary") throw new MailwrightError("the disk is full", { code: "SYNC" });
    return { note: { started: 0, ended: 0, status: "done", problem: "" }, trouble: undefined, ofOthers: [] };
  },
}));

it("sync run goes on where nobody reads what it prints, and its status tells of its end", async () => {
  const root = temporaryRoot();
  for (const user of ["john", "mary", "paul"])
    await runCli("db", ["imapsync", "set", user, "imapsync", "hostname", "h", "username", "u"], { root });
  const stream = { isTerminal: false, wantsColour: false, columns: 80, write: () => undefined };
  const exit = await main({
    program: "mailwright",
    args: ["sync", "run", "--all", "--json"],
    environment: { MAILWRIGHT_SHARE: project, MAILWRIGHT_ROOT: root, LOGNAME: "tester" },
    terminal: { output: { ...stream, isGone: true }, error: stream },
    runningRoot: root,
  });
  expect({ exit, runs }).toEqual({ exit: 1, runs: ["john", "mary", "paul"] });
});

it("sync run of one that breaks off prints its line of JSON as that of all does", async () => {
  const root = temporaryRoot();
  await runCli("db", ["imapsync", "set", "mary", "imapsync", "hostname", "h", "username", "u"], { root });
  for (const whom of ["mary", "--all"]) {
    const { exit, stdout } = await runCli("mailwright", ["sync", "run", whom, "--json"], { root });
    expect(exit).toBe(1);
    expect(stdout).toBe('{"user":"mary","status":"failed","problem":"the disk is full"}\n');
  }
});

it("sync run --all leaves alone what another run is at, which is no failure", async () => {
  const root = temporaryRoot();
  await runCli("db", ["imapsync", "set", "anna", "imapsync", "hostname", "h", "username", "u"], { root });
  expect(await runCli("mailwright", ["sync", "run", "--all"], { root })).toEqual({
    ...{ exit: 0, stdout: "anna: left alone: another runs\n", stderr: "" },
  });
  expect(await runCli("mailwright", ["sync", "run", "--all", "--json"], { root })).toMatchObject({
    ...{ exit: 0, stdout: '{"user":"anna","status":"running","problem":"another runs"}\n' },
  });
});
