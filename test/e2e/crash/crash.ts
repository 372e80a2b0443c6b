/** An apply that is killed at many points, and what one more makes of it. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "../container/container.ts";
import { debPath, rootCache } from "../places.ts";
import { calls, pointsIn, seed } from "./points.ts";
import { additions, event } from "./site.ts";

/** How many kills must have hit in a half of the points: an apply is a little different each time. */
const leastKills = 50;

const look = readFileSync(new URL("./look.py", import.meta.url), "utf8");

interface Seen {
  readonly state: Readonly<Record<string, unknown>>;
  readonly trouble: readonly string[];
  readonly progress: {
    readonly begun: boolean;
    readonly writing: boolean;
    readonly pending: boolean;
    readonly numbers: readonly string[];
  };
}

/** In which part of an apply it was killed, by what it left. */
function partOf({ begun, writing, pending }: Seen["progress"]): "before" | "commit" | "services" | "end" {
  if (!begun) return "before";
  if (writing) return "commit";
  return pending ? "services" : "end";
}

/** The scenario at every other point, from the first or from the second on: each half meets all parts of an apply. */
export function killedAtPoints(half: "first" | "second"): void {
  describe(`an event that changes 16 files and 4 tables of Postfix, Dovecot and Rspamd, the ${half} half of its points`, () => {
    let container: Container;
    const whole = new Map<string, Seen["state"]>();
    const set = (value: string) => container.must(["config", "setprop", "crash", "Number", value]);
    /** What is there; `now` asks no daemon, else each shall have read this number. */
    const seen = async (value: string): Promise<Seen> =>
      JSON.parse(await container.must(["python3", "-c", look, value]));

    beforeAll(async () => {
      container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
      for (const [path, text] of Object.entries(additions)) await container.write(path, text);
      await container.must(["config", "set", "DomainName", "domain.org"]);
      await container.must(["config", "set", "crash", "thing", "Number", "2"]);
      for (const name of ["nethserver-mail-server-update", "nethserver-mail-filter-update", event])
        await container.must(["signal-event", name]);
      // What these events have set themselves.
      await container.must(["mailwright", "apply"]);
      for (const value of ["1", "2"]) {
        await set(value);
        await container.must(["signal-event", event]);
        const { state, trouble } = await seen(value);
        expect(trouble).toEqual([]);
        whole.set(value, state);
      }
    });
    afterAll(() => container?.stop());

    test("killed anywhere, is made good by one more: nothing differs from one that was never interrupted", async () => {
      const begin = performance.now();
      await set("1");
      const log = "/root/trace";
      const strace = ["strace", "-y", "-o", log, "-e", `trace=${calls}`];
      expect(await container.must([...strace, "signal-event", "--json", event])).toContain(
        '"detail":"16 files"',
      );
      const trace = (await container.read(log)).split("\n").filter((line) => /^\w+\(/.test(line));
      const points = pointsIn(trace).filter((_, index) => index % 2 === (half === "first" ? 0 : 1));
      const counts = { before: 0, commit: 0, services: 0, end: 0, finished: 0 };
      let [mixed, differences, old] = [0, 0, "1"];
      for (const [index, { call, count }] of points.entries()) {
        const value = old === "1" ? "2" : "1";
        await set(value);
        const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:signal=KILL:when=${count}`];
        const killed = await container.run(["strace", "-o", log, ...inject, "signal-event", event]);
        expect([0, 137], killed.stderr).toContain(killed.exit);
        const { progress } = await seen("now");
        counts[killed.exit === 0 ? "finished" : partOf(progress)]++;
        if (progress.numbers.length > 1) mixed++;

        // Some are not finished but set back, which no file must take for an edit of an administrator's.
        const wanted = index % 4 === 2 ? old : value;
        if (wanted === old) await set(old);
        const where = `seed ${seed}, killed at ${call} ${count}, ${partOf(progress)}, then ${wanted}`;
        expect(await container.run(["signal-event", event]), where).toEqual({
          exit: 0,
          stdout: "",
          stderr: "",
        });
        const { state, trouble } = await seen(wanted);
        expect(trouble, where).toEqual([]);
        if (JSON.stringify(state) !== JSON.stringify(whole.get(wanted))) differences++;
        expect(state, where).toEqual(whole.get(wanted));
        for (const command of ["status", "verify"]) {
          const { exit, stdout, stderr } = await container.run(["mailwright", command]);
          expect(exit, `${where}: mailwright ${command}: ${stdout}${stderr}`).toBe(0);
        }
        old = wanted;
      }
      const kills = points.length - counts.finished;
      const seconds = Math.round((performance.now() - begin) / 1000);
      console.log(
        `seed ${seed}, ${half} half: killed ${kills} times in ${seconds} s: ${JSON.stringify(counts)}, ` +
          `${mixed} of them between two files: ${differences} differences`,
      );
      expect(kills).toBeGreaterThanOrEqual(leastKills);
      expect(mixed).toBeGreaterThan(0);
      for (const part of ["before", "commit", "services", "end"] as const)
        expect(counts[part], part).toBeGreaterThan(0);
    }, 900_000);
  });
}
