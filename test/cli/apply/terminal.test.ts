import { stripVTControlCharacters } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { main } from "../../../src/cli/main.ts";
import type { OutputStream } from "../../../src/cli/terminal.ts";
import { fakeMachine } from "./fake-system.ts";
import { newServer, type Server } from "./server.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

interface Shown {
  readonly exit: number;
  /** The lines that stay on the terminal, those of standard output first. */
  readonly rows: string[];
}

/** Runs a command of `mailwright` on a terminal. */
async function onTerminal(server: Server, columns: number, ...args: string[]): Promise<Shown> {
  const written = { output: "", error: "" };
  const stream = (name: keyof typeof written): OutputStream => ({
    ...{ isTerminal: true, wantsColour: true, columns },
    write: (text) => {
      written[name] += text;
    },
  });
  const exit = await main({
    program: "mailwright",
    args,
    environment: { MAILWRIGHT_ROOT: server.root, MAILWRIGHT_SHARE: server.share, LOGNAME: "tester" },
    terminal: { output: stream("output"), error: stream("error") },
    stdin: () => "",
  });
  const rows = Object.values(written).flatMap((text) =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => stripVTControlCharacters(line.split("\u001b[K").at(-1) ?? "")),
  );
  return { exit, rows };
}

async function pendingServer(): Promise<Server> {
  fakeMachine.reset();
  fakeMachine.units.units.set("rspamd", { load: "loaded", active: true, enabled: true });
  const server = newServer();
  await server.kill("12");
  return server;
}

describe("on a terminal", () => {
  it("mailwright apply shows its steps, those of services and their verification too", async () => {
    const { exit, rows } = await onTerminal(await pendingServer(), 80, "apply");
    expect(exit).toBe(0);
    expect(rows).toEqual(
      [
        /^ ✓ plan {6}2 templates, 2 changed +\d/,
        /^ ✓ check {5}nothing to check +\d/,
        /^ ✓ commit {4}2 files +\d/,
        /^ ✓ services {2}rspamd reload +\d/,
        /^ ✓ verify {4}rspamd active +\d/,
        /^apply done in /,
      ].map((row) => expect.stringMatching(row)),
    );
  });

  it("a daemon that does not run is restored as one more step, and what is to be done stands below", async () => {
    const server = await pendingServer();
    await server.done("apply");
    await server.kill("13");
    fakeMachine.units.dying.add("rspamd reload");
    const { exit, rows } = await onTerminal(server, 80, "apply");
    expect(exit).toBe(5);
    expect(rows.slice(3)).toEqual(
      [
        /^ ✓ services {2}rspamd reload/,
        /^ ✗ verify /,
        /^ ✓ restore {3}1 file put back; rspamd restart/,
        /^mailwright apply: rspamd: rspamd\.service failed/,
        /^ {2}See: journalctl -u rspamd -n 20$/,
        /^ {2}Everything is as it was before: 1 file put back; rspamd restart\.$/,
        /^ {2}What asked for it is still there: settings wait \(config changes\), fragments lie in .*then signal the event again\.$/,
      ].map((row) => expect.stringMatching(row)),
    );
  });

  it.each([40, 80])("in %d columns what is to be told is broken at blanks", async (columns) => {
    const { rows } = await onTerminal(await pendingServer(), columns, "apply", "--confirm", "10m");
    const at = rows.findIndex((row) => row.startsWith("   ! "));
    const notice = rows.slice(at);
    for (const row of notice) expect(row.length).toBeLessThanOrEqual(columns);
    for (const row of notice.slice(1)) expect(row).toMatch(/^ {5}\S/);
    expect(notice.map((row) => row.slice(5)).join(" ")).toMatch(
      /^NOT CONFIRMED YET: everything goes back at \S+ \S+ unless you type: mailwright confirm$/,
    );
  });

  it("colour is never the only sign: what is shown without it reads the same", async () => {
    const server = await pendingServer();
    await server.done("apply");
    await server.kill("13");
    for (const args of [["status"], ["verify"], ["history"], ["diff", "2"]]) {
      const plain = await server.mailwright(...args);
      const { rows } = await onTerminal(server, 80, ...args);
      expect(rows.join("\n")).toBe(`${plain.stdout}${plain.stderr}`.trimEnd());
    }
  });
});
