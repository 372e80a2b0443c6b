import { describe, expect, it } from "vitest";
import { PrivateMachine } from "./private-machine.ts";
import { needs } from "./private-mounts.ts";

const succeeded = { exit: 0, stdout: "", stderr: "" };

/** More processes than an event starts here. */
const most = 40;

describe("a full process table", () => {
  it("from the first, second, third … process on: is told, and nothing is touched or what services need is kept", async () => {
    needs("strace");
    const machine = new PrivateMachine();
    await machine.start();
    for (const name of ["S04-before", "S20-after"]) machine.script(name);
    const tally = { untouched: 0, restored: 0, pending: 0 };
    let value = 2;
    for (let first = 1; ; first++) {
      const where = `from process ${first} on`;
      expect(first).toBeLessThan(most);
      await machine.setting(value);
      const reloads = machine.reloads();
      const inject = `inject=vfork:error=EAGAIN:when=${first}+`;
      const { exit, stderr } = await machine.signal(
        "strace",
        "-o",
        "/dev/null",
        "-e",
        "trace=vfork",
        "-e",
        inject,
      );
      if (exit === 0) break;
      expect([1, 5], `${where}: ${stderr}`).toContain(exit);
      expect(stderr, where).toContain("no more processes can be started here");
      const [held] = machine.values();
      expect(machine.values(), where).toEqual(Array(6).fill(held));
      expect(machine.leftovers(), where).toEqual([]);
      const status = JSON.parse((await machine.status("--json")).stdout);
      expect(status.interrupted, where).toBeUndefined();
      if (held === value) {
        tally.pending++;
        expect(status.services, where).toMatchObject([{ unit: "trouble", action: "reload" }]);
      } else if (machine.reloads() > reloads || status.services.length > 0) {
        tally.restored++;
        expect(stderr, where).toMatch(/files are as before|Everything is as it was before/);
      } else {
        tally.untouched++;
        expect(stderr, where).toMatch(/Nothing was touched|Everything is as it was before/);
      }
      expect(await machine.apply(), where).toEqual(succeeded);
      expect(machine.values(), where).toEqual(Array(6).fill(value));
      expect(machine.reloads(), where).toBeGreaterThan(reloads);
      expect(await machine.status(), where).toMatchObject({ exit: 0 });
      value = 3 - value;
    }
    console.log(`a full process table: ${JSON.stringify(tally)}`);
    expect(tally.untouched).toBeGreaterThan(0);
    expect(tally.pending).toBeGreaterThan(0);
  });
});
