import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createFsFromVolume, Volume } from "memfs";
import { describe, expect, it } from "vitest";
import { type FileSystemModule, RealFiles } from "../../../src/system/real-files.ts";
import type { Replacement } from "../../../src/system/system.ts";
import { attributes, breaking, bytes, failureOf, look, site, spending, wanted } from "./replace-site.ts";
import { broken, picture, watched } from "./watched-files.ts";

describe("a replaceAll that fails changes nothing", () => {
  it("where the disk is full at any step", () => {
    let steps = 0;
    for (let number = 1; ; number++) {
      const { base, replacements } = site();
      const before = picture(base);
      const { files, wasReached } = breaking(number, (name) => spending.has(name), "ENOSPC");
      const failure = failureOf(() => files.replaceAll(replacements));
      if (!wasReached()) break;
      steps++;
      expect(failure, `step ${number}`).toMatchObject({
        ...{ name: "MailwrightError", code: "FILE" },
        message: expect.stringMatching(/^cannot (write|remove) \/.*: the disk is full$/),
        hint: "Make room and signal the event again.",
      });
      expect(picture(base), `step ${number}`).toEqual(before);
    }
    expect(steps).toBeGreaterThan(30);
  });

  for (const [how, hasLinks] of [
    ["with hard links", true],
    ["without hard links", false],
  ] as const) {
    it(`where any rename fails, ${how}`, () => {
      let renames = 0;
      for (let number = 1; ; number++) {
        const { base, replacements } = site();
        const before = picture(base, hasLinks);
        let calls = 0;
        const module = watched(
          () => undefined,
          (name) => {
            if (name === "linkSync" && !hasLinks) return broken("EPERM");
            return name === "renameSync" && ++calls === number ? broken("EBUSY") : undefined;
          },
        );
        const failure = failureOf(() => new RealFiles(module).replaceAll(replacements));
        if (calls < number) break;
        renames++;
        expect(failure, `rename ${number}`).toMatchObject({
          message: expect.stringMatching(/: something is mounted on it$/),
          hint: expect.stringContaining("findmnt"),
        });
        expect(picture(base, hasLinks), `rename ${number}`).toEqual(before);
      }
      expect(renames).toBe(8);
    });
  }

  it("leaves no file open, whether it fails or not", () => {
    const open = (): number => readdirSync("/proc/self/fd").length;
    const before = open();
    for (let number = 1; number < 40; number++) {
      const { replacements } = site();
      const { files } = breaking(number, (name) => spending.has(name), "ENOSPC");
      failureOf(() => files.replaceAll(replacements));
    }
    expect(open() - before).toBeLessThan(5);
  });

  it("a failure that no administrator can cause is not put in other words", () => {
    const { base, replacements } = site();
    const before = picture(base);
    const { files } = breaking(3, (name) => name === "renameSync", "EFAULT");
    expect(() => files.replaceAll(replacements)).toThrow(expect.objectContaining({ code: "EFAULT" }));
    expect(picture(base)).toEqual(before);
  });

  it("in memory too", () => {
    const volume = Volume.fromJSON({ "/etc/a": "old a", "/etc/b": "old b" });
    const memory = createFsFromVolume(volume) as unknown as FileSystemModule;
    const renameSync: FileSystemModule["renameSync"] = (from, to) => {
      if (to === "/etc/b") throw broken("EBUSY");
      memory.renameSync(from, to);
    };
    const write = (path: string): Replacement => ({ path, bytes: bytes("new"), attributes });
    expect(() =>
      new RealFiles({ ...memory, renameSync }).replaceAll(["/etc/a", "/etc/n", "/etc/b"].map(write)),
    ).toThrow("cannot write /etc/b");
    expect(volume.toJSON()).toEqual({ "/etc/a": "old a", "/etc/b": "old b" });
  });
});

describe("what cannot be put back", () => {
  it("is named with the place of the old file, which stays", () => {
    const { replacements, at } = site();
    let renames = 0;
    const module = watched(
      () => undefined,
      (name) => (name === "renameSync" && [3, 5].includes(++renames) ? broken("EIO") : undefined),
    );
    const failure = failureOf(() => new RealFiles(module).replaceAll(replacements));
    // The third rename fails, the fourth puts the second path back, the fifth, of the first path, fails too.
    const [kept = ""] = readdirSync(at("one")).filter((name) => name.startsWith("."));
    expect(failure).toMatchObject({
      message: `cannot write ${at("one/made")}: the disk reports an error`,
      hint: expect.stringContaining(
        `${at("one/changed")} is changed already; what it was is in ${at(`one/${kept}`)}.`,
      ),
    });
    expect(readFileSync(at(`one/${kept}`), "utf8")).toBe("old one/changed");
    expect(look(at("one/removed"))).toBe("old one/removed");
  });
});

describe("a replaceAll that is killed", () => {
  it("leaves old or new at every path, and nothing that removeLeftovers does not find", () => {
    let steps = 0;
    for (let last = 1; ; last++) {
      const { base, replacements, at } = site();
      const paths = replacements.map(({ path }) => path);
      const old = paths.map(look);
      let calls = 0;
      const module = watched(
        () => undefined,
        // From here on nothing is done any more, neither undoing nor cleaning up.
        () => (++calls > last ? broken("EFAULT") : undefined),
      );
      failureOf(() => new RealFiles(module).replaceAll(replacements));
      if (calls <= last) break;
      steps++;
      new RealFiles().removeLeftovers(paths);
      const names = ["one", "two"].flatMap((name) => readdirSync(at(name)));
      expect(names.filter((name) => name.startsWith("."))).toEqual([]);
      for (const [index, replacement] of replacements.entries())
        expect([old[index], wanted(replacement, base)], `step ${last}`).toContain(look(replacement.path));
    }
    expect(steps).toBeGreaterThan(60);
  });

  it("one before it with the same process number is no hindrance", () => {
    const { replacements, at } = site();
    for (const end of ["", "-1", "-2"])
      writeFileSync(at(`one/.changed.mailwright-${process.pid}${end}`), "left");
    symlinkSync("nowhere", at(`two/.link.mailwright-${process.pid}-10`));
    new RealFiles().replaceAll(replacements);
    expect(look(at("one/changed"))).toBe("new one/changed");
    expect(look(at("two/link"))).toBe("-> to-file");
    new RealFiles().removeLeftovers(["one/changed", "two/link"].map(at));
    expect(
      ["one", "two"].flatMap((name) => readdirSync(at(name))).filter((name) => name.startsWith(".")),
    ).toEqual([]);
  });
});
