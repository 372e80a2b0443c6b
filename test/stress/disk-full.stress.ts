import { describe, expect, it } from "vitest";
import { SmallDisk } from "./small-disk.ts";

/** How often an event must succeed with one block more each time before more of them make no difference. */
const enough = 4;

/** After every so many refused events the next one is tried. */
const often = 5;

interface Tally {
  steps: number;
  refused: number;
  done: number;
  /** All was changed, and what failed was to note it. */
  unnoted: number;
}

const succeeded = { exit: 0, stdout: "", stderr: "" };

/** Tries the event with 0, 1, 2 … blocks left, until more of them make no difference. */
async function tryAll(disk: SmallDisk): Promise<Tally> {
  // Two databases, in each of which one value is applied and the other one waits; and how the files are then.
  await disk.setting(2);
  const waitsForTwo = disk.saved();
  expect(await disk.signal()).toEqual(succeeded);
  const pictures = new Map([[2, disk.listing()]]);
  await disk.setting(1);
  const waitsForOne = disk.saved();
  expect(await disk.signal()).toEqual(succeeded);
  pictures.set(1, disk.listing());

  const tally: Tally = { steps: 0, refused: 0, done: 0, unnoted: 0 };
  for (let [left, value, successes] = [0, 2, 0]; successes < enough; left++) {
    const where = `${left} blocks left`;
    disk.restore(value === 1 ? waitsForOne : waitsForTwo);
    const before = disk.reloads();
    disk.fill(left);
    const { exit, stdout, stderr } = await disk.signal();
    disk.makeRoom();
    tally.steps++;
    expect([0, 1], `${where}: ${stderr}`).toContain(exit);
    const isNew = disk.values()[0] === value;
    expect(disk.listing(), `${where}: ${stderr}`).toEqual(pictures.get(isNew ? value : 3 - value));
    expect(disk.reloads() - before, where).toBe(isNew ? 1 : 0);
    if (exit === 0) {
      tally.done++;
      successes++;
      expect({ isNew, stdout, stderr }, where).toEqual({ isNew: true, stdout: "", stderr: "" });
    } else {
      tally[isNew ? "unnoted" : "refused"]++;
      successes = 0;
      expect(stderr, where).toContain("the disk is full");
      expect(stderr, where).toContain("Make room");
    }
    const status = JSON.parse((await disk.status("--json")).stdout);
    expect(status, where).toMatchObject({ services: [], edits: [], failed: [], problems: [] });
    if (!isNew) expect(status.interrupted, where).toBeUndefined();

    if (!isNew && left % often > 0) continue;
    expect(await disk.signal(), where).toEqual(succeeded);
    expect(disk.listing(), where).toEqual(pictures.get(value));
    expect(disk.reloads() - before, where).toBe(1);
    expect(await disk.status(), where).toMatchObject({ exit: 0 });
    value = 3 - value;
  }
  return tally;
}

describe("a full disk, with 0, 1, 2 … blocks left", () => {
  it.each([
    { small: "/", what: "files and settings on it" },
    { small: "/etc/trouble", what: "the files alone" },
    { small: "/var/lib/mailwright", what: "the settings alone" },
    { small: "/tmp", what: "the private folders of checks alone" },
  ])("$what: all is as before or all is done, and nothing is left behind", async ({ small, what }) => {
    const disk = new SmallDisk(small);
    await disk.start();
    const reader = await disk.reader();
    const tally = await tryAll(disk);
    const { rounds, values, faults } = await reader.end();
    console.log(`${what}: ${JSON.stringify(tally)}; all files were read ${rounds} times meanwhile`);
    expect(faults).toEqual([]);
    expect(values).toEqual([1, 2]);
    expect(rounds).toBeGreaterThan(tally.steps);
    expect(tally.refused).toBeGreaterThan(0);
  });
});

describe("a file system that is read-only", () => {
  it.each([
    { small: "/", what: "with files and settings", sentence: /cannot be written\n {2}.*is read-only/ },
    {
      small: "/etc/trouble",
      what: "with the files alone",
      sentence: /the file system is read-only\n {2}.*mount it read-write/,
    },
    {
      small: "/var/lib/mailwright",
      what: "with the settings alone",
      sentence: /cannot be written\n {2}.*is read-only/,
    },
    {
      small: "/tmp",
      what: "with the private folders of checks",
      sentence: /the file system is read-only\n {2}.*mount it read-write/,
    },
  ])(
    "$what: is told, nothing is changed, and the next event is done once it can be",
    async ({ small, sentence }) => {
      const disk = new SmallDisk(small);
      await disk.start();
      await disk.setting(2);
      const [before, reloads] = [disk.listing(), disk.reloads()];
      await disk.mount("-o", "remount,ro");
      const { exit, stdout, stderr } = await disk.signal();
      expect({ exit, stdout }, stderr).toEqual({ exit: 1, stdout: "" });
      expect(stderr).toMatch(sentence);
      expect([disk.listing(), disk.reloads()]).toEqual([before, reloads]);
      await disk.mount("-o", "remount,rw");
      expect(JSON.parse((await disk.status("--json")).stdout)).toMatchObject({
        services: [],
        edits: [],
        failed: [],
      });
      expect(await disk.signal()).toEqual(succeeded);
      expect(disk.values()).toEqual(Array(6).fill(2));
      expect(disk.reloads()).toBe(reloads + 1);
    },
  );
});
