import { utimesSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "./fake-system.ts";
import { newServer, type Server } from "./server.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

const title = "Fragments of the site whose shipped originals have changed";

describe("a fragment of the site that takes the place of a shipped one", () => {
  let server: Server;
  let own: string;
  beforeEach(async () => {
    fakeMachine.reset();
    server = newServer();
    server.fragment("/etc/filter", "10.hbs", "first\nsecond\nthird\n");
    own = server.fragment("/etc/filter", "10.hbs", "first\nsecond of ours\nthird\n", "site");
    await server.kill("12");
    await server.done("apply");
  });

  /** The shipped fragment as a new version of the package has it. */
  const upgrade = (text: string): string => server.fragment("/etc/filter", "10.hbs", text);

  it("is no matter while the shipped one is as it was", async () => {
    expect(await server.done("status")).toContain("nothing waits");
    expect(await server.signal("nethserver-mail-filter-save")).toMatchObject({ exit: 0, stderr: "" });
  });

  it("whose original is another: status shows both changes merged, with status 2", async () => {
    const shipped = upgrade("new beginning\nfirst\nsecond\nthird\n");
    const { exit, stdout } = await server.mailwright("status");
    expect(exit).toBe(2);
    expect(stdout).toBe(
      [
        title,
        `  ${own}`,
        "  new beginning",
        "  first",
        "  second of ours",
        "  third",
        "  once you have compared: save the file again (touch will do)",
        "",
      ].join("\n"),
    );
    const { overrides } = JSON.parse((await server.mailwright("status", "--json")).stdout);
    expect(overrides).toEqual([
      {
        path: own,
        replaces: shipped,
        base: "first\nsecond\nthird\n",
        diff: "new beginning\nfirst\nsecond of ours\nthird\n",
      },
    ]);
  });

  it("where both changed the same line, it is marked as diff3 does, with what it was", async () => {
    upgrade("first\nsecond of theirs\nthird\n");
    expect((await server.mailwright("status")).stdout).toContain(
      [
        "  first",
        "  <<<<<<< yours",
        "  second of ours",
        "  ||||||| shipped before",
        "  second",
        "  =======",
        "  second of theirs",
        "  >>>>>>> shipped now",
        "  third",
      ].join("\n"),
    );
  });

  it("where diff3 is not installed, the two are compared", async () => {
    fakeMachine.missing.add("diff3");
    upgrade("first\nsecond of theirs\nthird\n");
    const { stdout } = await server.mailwright("status");
    expect(stdout).toContain("  -second of theirs\n  +second of ours\n");
    expect(stdout).toContain("against the shipped one");
  });

  it("events and verify tell of it too, each time, until it is saved again", async () => {
    const shipped = upgrade("first\nsecond of theirs\nthird\n");
    const note = `${own} takes the place of a fragment that has changed since: compare it with ${shipped} `;
    for (const args of [
      ["signal-event", "nethserver-mail-filter-save"],
      ["signal-event", "--dry-run", "nethserver-mail-filter-save"],
      ["verify"],
    ]) {
      const { exit, stderr } = await server.mailwright(...args);
      expect(exit).toBe(0);
      expect(stderr).toContain(note);
    }
    utimesSync(own, new Date(), new Date(Date.now() + 2000));
    expect(await server.done("status")).toContain("nothing waits");
    expect(await server.signal("nethserver-mail-filter-save")).toMatchObject({ exit: 0, stderr: "" });
    expect(await server.done("status")).toContain("nothing waits");
    upgrade("first\nsecond of a later version\nthird\n");
    expect((await server.mailwright("status")).stdout).toContain(
      "|||||| shipped before\n  second of theirs\n",
    );
  });

  it("that was older than its original before mailwright ever saw it: the two are compared", async () => {
    const other = newServer();
    await other.kill("12");
    await other.done("apply");
    const path = other.fragment("/etc/filter", "10.hbs", "of ours\n", "site");
    utimesSync(path, 1000, 1000);
    const { stdout } = await other.mailwright("status");
    expect(stdout).toContain(title);
    expect(stdout).toContain("  -kill {{config.rspamd.SpamKillLevel}}\n  +of ours\n");
  });

  it("that is removed is forgotten", async () => {
    const { rmSync } = await import("node:fs");
    upgrade("first\nsecond of theirs\nthird\n");
    rmSync(own);
    expect(await server.signal("nethserver-mail-filter-save")).toMatchObject({ exit: 0, stderr: "" });
    expect(server.body("/etc/filter")).toBe("first\nsecond of theirs\nthird\n");
    expect(await server.done("status")).toContain("nothing waits");
  });
});
