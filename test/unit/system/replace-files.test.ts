import * as nodeFs from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { RealFiles } from "../../../src/system/real-files.ts";
import { attributes, breaking, bytes, look, site } from "./replace-site.ts";
import { broken, folder, picture, watched } from "./watched-files.ts";

const { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } = nodeFs;

describe("replaceAll", () => {
  it("puts files and links in place and takes others away", () => {
    const { base, replacements, at } = site();
    new RealFiles().replaceAll(replacements);
    expect(readdirSync(at("one")).sort()).toEqual(["changed", "made"]);
    expect(readdirSync(at("two")).sort()).toEqual(["changed", "link", "made-link", "to-file", "to-link"]);
    expect(["one/changed", "one/made", "two/changed", "two/to-file"].map((name) => look(at(name)))).toEqual([
      ...["new one/changed", "new one/made", "new two/changed", "new two/to-file"],
    ]);
    expect(["to-link", "link", "made-link"].map((name) => look(join(base, "two", name)))).toEqual([
      ...["-> changed", "-> to-file", "-> ../one/made"],
    ]);
    expect(statSync(at("one/changed")).mode & 0o7777).toBe(0o640);
  });

  it("each file is modified in a later second than the one before, and not before it shall be", () => {
    const { base, replacements, at } = site();
    const before = Math.floor(statSync(at("one/changed")).mtimeMs / 1000);
    const notBefore = (before + 100) * 1000;
    new RealFiles().replaceAll([
      ...replacements,
      { path: join(base, "late"), bytes: bytes(""), attributes, notBefore },
    ]);
    expect(Math.floor(statSync(at("one/changed")).mtimeMs / 1000)).toBeGreaterThan(before);
    expect(statSync(join(base, "late")).mtimeMs).toBe(notBefore);
  });

  it("the file's own clock counts, which lags behind that of the process", () => {
    const path = join(folder(), "file");
    writeFileSync(path, "old");
    utimesSync(path, 1_000_000, 1_000_000.9);
    // As where the clock passes on to the next second between the writing and the look at it.
    const module = watched((name, [file]) => {
      if (name === "writeFileSync") nodeFs.futimesSync(Number(file), 1_000_000, 1_000_000.999);
    });
    new RealFiles(module).write(path, bytes("new"), attributes);
    expect(statSync(path).mtimeMs).toBe(1_000_001_000);
  });

  it("everything is on the disk before the first rename, and each folder is synced once after the last", () => {
    const { replacements } = site();
    const calls: string[] = [];
    const files = new RealFiles(
      watched((name, [path]) => {
        if (name === "fsyncSync") calls.push("sync");
        if (name === "renameSync") calls.push("rename");
        if (name === "openSync" && statSync(String(path)).isDirectory()) calls.push(basename(String(path)));
      }),
    );
    files.replaceAll(replacements);
    expect(calls).toEqual([
      ...Array<string>(4).fill("sync"),
      ...Array<string>(8).fill("rename"),
      ...["one", "sync", "two", "sync"],
    ]);
  });

  it("a reader sees what was there or what shall be there, at every moment", () => {
    const { base, replacements, at } = site();
    const paths = replacements.map(({ path }) => path.slice(base.length + 1));
    const seen = new Map(paths.map((name) => [name, new Set([look(at(name))])]));
    const module = watched(() => {
      for (const [name, states] of seen) states.add(look(at(name)));
    });
    new RealFiles(module).replaceAll(replacements);
    expect(Object.fromEntries([...seen].map(([name, states]) => [name, [...states]]))).toEqual({
      "one/changed": ["old one/changed", "new one/changed"],
      "one/removed": ["old one/removed", "nothing"],
      "one/nothing": ["nothing"],
      "one/made": ["nothing", "new one/made"],
      "two/changed": ["old two/changed", "new two/changed"],
      "two/to-link": ["old two/to-link", "-> changed"],
      "two/to-file": ["-> nowhere", "new two/to-file"],
      "two/link": ["-> changed", "-> to-file"],
      "two/made-link": ["nothing", "-> ../one/made"],
    });
  });

  it("where it cannot be undone by a link, a secret's copy is as closed as the secret", () => {
    const { base, replacements } = site();
    const umask = process.umask(0);
    const open: string[] = [];
    const module = watched(
      () => {
        for (const line of picture(base)) if (/ 100\d\d[1-7] /.test(line)) open.push(line);
      },
      (name) => (name === "linkSync" ? broken("EPERM") : undefined),
    );
    new RealFiles(module).replaceAll(replacements);
    process.umask(umask);
    expect(open).toEqual([]);
  });

  it("names that begin alike for too long do not get in each other's way", () => {
    const base = folder();
    const paths = ["a", "b"].map((end) => join(base, `${"x".repeat(254)}${end}`));
    for (const path of paths) writeFileSync(path, "old");
    new RealFiles().replaceAll(paths.map((path) => ({ path, bytes: bytes(path), attributes })));
    expect(paths.map((path) => readFileSync(path, "utf8"))).toEqual(paths);
    expect(readdirSync(base)).toHaveLength(2);
  });

  it("the same path twice: the last is there, and all is undone as well", () => {
    const path = join(folder(), "file");
    writeFileSync(path, "old");
    const twice = ["first", "second"].map((text) => ({ path, bytes: bytes(text), attributes }));
    const { files } = breaking(2, (name) => name === "renameSync", "EIO");
    expect(() => files.replaceAll(twice)).toThrow();
    expect(readFileSync(path, "utf8")).toBe("old");
    new RealFiles().replaceAll(twice);
    expect(readFileSync(path, "utf8")).toBe("second");
    expect(readdirSync(join(path, ".."))).toEqual(["file"]);
  });

  for (const replacement of [{ absent: true }, { link: "x" }, { bytes: bytes(""), attributes }] as const) {
    it(`a folder in the place of ${Object.keys(replacement)[0]} is left alone, and so is all else`, () => {
      const { base, replacements } = site();
      mkdirSync(join(base, "there/below"), { recursive: true });
      const before = picture(base);
      const path = join(base, "there");
      expect(() => new RealFiles().replaceAll([...replacements, { path, ...replacement }])).toThrow(
        `${path}: it is a folder`,
      );
      expect(picture(base)).toEqual(before);
    });
  }
});
