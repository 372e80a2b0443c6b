import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { newServer, type Server } from "./server.ts";

/** Every kept copy below /var/lib/mailwright/edited, with its mode and what it holds. */
function copies(server: Server): { path: string; mode: string; text: string }[] {
  const folder = server.at("/var/lib/mailwright/edited");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return names
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({
      path: name.replace(/^[^/]*/, "DATE"),
      mode: (statSync(join(folder, name)).mode & 0o777).toString(8),
      text: readFileSync(join(folder, name), "utf8"),
    }));
}

const commands: readonly (readonly [string, ...string[]])[] = [
  ["mailwright", "apply"],
  ["signal-event", "nethserver-mail-filter-save"],
];

describe.each(commands)("%s %s: a file that was edited by hand and is to be written", (program, ...args) => {
  let server: Server;
  beforeEach(async () => {
    server = newServer();
    await server.kill("12");
    await server.done("apply");
    server.put(server.at("/etc/filter"), "mine\n");
    await server.kill("13");
  });

  const [command, last] = program === "mailwright" ? [args[0] ?? "", []] : [undefined, args];
  const run = (...options: string[]) =>
    server.run(program, [...(command === undefined ? [] : [command]), ...options, ...last]);

  it.each([[[]], [["--on-edit", "keep"]], [["--on-edit=keep"]]])(
    "%j: is written over, and a copy kept that root alone may read",
    async (options) => {
      const { exit, stderr } = await run(...options);
      expect(exit).toBe(0);
      expect(stderr).toMatch(
        /: \/etc\/filter was edited by hand: a copy of it goes to \S+\/edited\/\S+\/etc\/filter\n$/,
      );
      expect(server.body("/etc/filter")).toBe("kill 13\n");
      expect(copies(server)).toEqual([{ path: "DATE/etc/filter", mode: "600", text: "mine\n" }]);
    },
  );

  it("--on-edit overwrite: is written over, and that is said; no copy is kept", async () => {
    const { exit, stderr } = await run("--on-edit", "overwrite");
    expect(exit).toBe(0);
    expect(stderr).toMatch(/: \/etc\/filter was edited by hand: it is written over\n$/);
    expect(server.body("/etc/filter")).toBe("kill 13\n");
    expect(copies(server)).toEqual([]);
  });

  it("--on-edit fail: ends with status 1 before anything is touched, and names the file and the ways out", async () => {
    const { exit, stderr } = await run("--on-edit", "fail");
    expect(exit).toBe(1);
    expect(stderr).toContain("a file was edited by hand\n  /etc/filter was edited by hand\n");
    expect(stderr).toContain("--on-edit=keep");
    expect(server.read("/etc/filter")).toBe("mine\n");
    expect(copies(server)).toEqual([]);
    expect(await server.pending()).toEqual(["rspamd SpamKillLevel 13"]);
    expect((await server.applies()).at(-1)).toMatch(/: refused$/);
  });

  it("--on-edit fail: is no matter where nothing was edited", async () => {
    await run("--on-edit", "overwrite");
    await server.kill("14");
    expect(await run("--on-edit", "fail")).toMatchObject({ exit: 0, stderr: "" });
    expect(server.body("/etc/filter")).toBe("kill 14\n");
  });

  it("--on-edit of another word is refused with those that are accepted", async () => {
    const { exit, stderr } = await run("--on-edit", "ask");
    expect(exit).toBe(3);
    expect(stderr).toContain("--on-edit=ask: there is no such choice\n  accepted: keep, overwrite, fail\n");
    expect(server.read("/etc/filter")).toBe("mine\n");
  });
});

describe("a file that was there before mailwright made it", () => {
  it.each([["keep"], ["overwrite"]])("--on-edit %s: a copy is kept all the same", async (choice) => {
    const server = newServer();
    server.put(server.at("/etc/filter"), "Debian's\n", 0o640);
    await server.kill("12");
    const { exit, stderr } = await server.mailwright("apply", "--on-edit", choice);
    expect(exit).toBe(0);
    expect(stderr).toContain("/etc/filter was there before, not made by mailwright: a copy of it goes to ");
    expect(copies(server)).toEqual([{ path: "DATE/etc/filter", mode: "600", text: "Debian's\n" }]);
  });

  it("--on-edit fail: was not edited, and is written", async () => {
    const server = newServer();
    server.put(server.at("/etc/filter"), "Debian's\n");
    await server.kill("12");
    expect((await server.mailwright("apply", "--on-edit", "fail")).exit).toBe(0);
    expect(server.body("/etc/filter")).toBe("kill 12\n");
  });
});
