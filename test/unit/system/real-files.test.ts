import * as nodeFs from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { RealFiles } from "../../../src/system/real-files.ts";
import { given, isRoot } from "../../given.ts";
import { broken, folder, watched } from "./watched-files.ts";

const {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} = nodeFs;

const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);
const bytes = (text: string): Buffer => Buffer.from(text);

describe("write", () => {
  it("makes the file with its mode, whatever the umask", () => {
    const path = join(folder(), "file");
    const umask = process.umask(0o077);
    new RealFiles().write(path, bytes("text"), { mode: 0o644 });
    process.umask(umask);
    expect(readFileSync(path, "utf8")).toBe("text");
    expect(mode(path)).toBe("644");
  });

  it("after none of its steps can anyone but the owner read a secret, old file and temporary included", () => {
    const base = folder();
    const path = join(base, "secret");
    writeFileSync(path, "old secret", { mode: 0o640 });
    const umask = process.umask(0);
    let steps = 0;
    const module = watched(() => {
      steps++;
      for (const name of readdirSync(base)) expect(statSync(join(base, name)).mode & 0o007, name).toBe(0);
    });
    new RealFiles(module).write(path, bytes("new secret"), { mode: 0o640 });
    process.umask(umask);
    expect(steps).toBeGreaterThan(5);
    expect(readFileSync(path, "utf8")).toBe("new secret");
  });

  it.runIf(given(isRoot, "root"))("gives it to its owner before its group may read it", () => {
    const base = folder();
    const path = join(base, "secret");
    const seen: string[] = [];
    const module = watched(() => {
      const [name] = readdirSync(base);
      if (name === undefined) return;
      const { uid, gid, mode: bits } = statSync(join(base, name));
      seen.push(`${uid}:${gid} ${(bits & 0o777).toString(8)}`);
    });
    new RealFiles(module).write(path, bytes("new"), { mode: 0o640, uid: 12, gid: 34 });
    expect([...new Set(seen)]).toEqual(["0:0 600", "12:34 600", "12:34 640"]);
  });

  it("at every moment there are the old bytes or the new, whole", () => {
    const base = folder();
    const path = join(base, "file");
    const [old, now] = ["old ".repeat(50_000), "new ".repeat(60_000)];
    writeFileSync(path, old);
    const seen = new Set<string>();
    const module = watched(() => seen.add(readFileSync(path, "utf8")));
    new RealFiles(module).write(path, bytes(now), { mode: 0o644 });
    expect([...seen]).toEqual([old, now]);
  });

  it("is durable: the bytes reach the disk before the name, and the name before it returns", () => {
    const path = join(folder(), "file");
    const calls: string[] = [];
    new RealFiles(watched((name) => calls.push(name))).write(path, bytes("x"), { mode: 0o644 });
    expect(calls.filter((name) => ["writeFileSync", "fsyncSync", "renameSync"].includes(name))).toEqual([
      ...["writeFileSync", "fsyncSync", "renameSync", "fsyncSync"],
    ]);
  });

  for (const step of ["writeFileSync", "fchmodSync", "fsyncSync", "renameSync"]) {
    it(`leaves the old file and no temporary where ${step} fails`, () => {
      const base = folder();
      const path = join(base, "file");
      writeFileSync(path, "old");
      const module = watched(
        () => undefined,
        (name) => (name === step ? broken("ENOSPC") : undefined),
      );
      expect(() => new RealFiles(module).write(path, bytes("new"), { mode: 0o644 })).toThrow(
        `cannot write ${path}: the disk is full`,
      );
      expect(readdirSync(base)).toEqual(["file"]);
      expect(readFileSync(path, "utf8")).toBe("old");
    });
  }

  for (const [code, words] of [
    ["EACCES", "permission denied"],
    ["EROFS", "the file system is read-only"],
    ["EDQUOT", "the disk quota is used up"],
    ["EPERM", "not permitted"],
    ["EIO", "the disk reports an error"],
  ] as const) {
    it(`${code} is told in words, with what to do`, () => {
      const module = watched(
        () => undefined,
        (name) => (name === "openSync" ? broken(code) : undefined),
      );
      expect(() => new RealFiles(module).write("/etc/x", bytes(""), { mode: 0o644 })).toThrow(
        expect.objectContaining({
          message: `cannot write /etc/x: ${words}`,
          hint: expect.stringMatching(/\.$/),
        }),
      );
    });
  }

  it("in the place of a folder is told in words", () => {
    const base = folder();
    mkdirSync(join(base, "file"));
    expect(() => new RealFiles().write(join(base, "file"), bytes(""), { mode: 0o644 })).toThrow(
      "it is a folder",
    );
    expect(readdirSync(base)).toEqual(["file"]);
  });

  it("is modified in a later second each time, which is all that daemons look at", () => {
    const files = new RealFiles();
    const path = join(folder(), "users");
    const seconds = ["one", "two", "six"].map((text) => {
      files.write(path, bytes(text), { mode: 0o600 });
      return Math.floor((files.status(path)?.modified ?? 0) / 1000);
    });
    expect(new Set(seconds).size).toBe(3);
    expect(seconds).toEqual([...seconds].sort((left, right) => left - right));
  });

  it("takes names up to the longest that there are, in any letters", () => {
    const base = folder();
    const files = new RealFiles();
    for (const name of ["x".repeat(255), "é".repeat(127), "📬".repeat(63)]) {
      files.write(join(base, name), bytes(name), { mode: 0o644 });
      expect(readFileSync(join(base, name), "utf8")).toBe(name);
    }
    expect(readdirSync(base)).toHaveLength(3);
  });
});

describe("removeLeftovers", () => {
  it("removes what killed writes of this file left, and nothing else", () => {
    const base = folder();
    const files = new RealFiles();
    const kept = [
      "file",
      ".file",
      ".file.mailwright-",
      ".file.mailwright-1x",
      ".file2.mailwright-1",
      "file.mailwright-1",
    ];
    for (const name of [...kept, ".file.mailwright-1", ".file.mailwright-99999"])
      writeFileSync(join(base, name), "");
    files.removeLeftovers([join(base, "file")]);
    expect(readdirSync(base).sort()).toEqual([...kept].sort());
  });

  it("knows them by the same name as write makes them, also for a long one", () => {
    const base = folder();
    for (const name of ["file", "é".repeat(127)]) {
      let temporary: string | undefined;
      const kill = watched(
        (call) => {
          if (call === "writeFileSync") temporary = readdirSync(base)[0];
        },
        // As when the process is killed here: neither the new name nor the clean-up comes about.
        (call) => (call === "renameSync" || (call === "unlinkSync" && temporary) ? broken("EIO") : undefined),
      );
      expect(() => new RealFiles(kill).write(join(base, name), bytes("x"), { mode: 0o644 })).toThrow();
      expect(readdirSync(base)).toEqual([temporary]);
      new RealFiles().removeLeftovers([join(base, name)]);
      expect(readdirSync(base)).toEqual([]);
    }
  });
});

describe("reading", () => {
  it("what is not there, or is a folder, has no content", () => {
    const base = folder();
    writeFileSync(join(base, "file"), "text");
    const files = new RealFiles();
    for (const path of ["nothing", "file/below", "."]) {
      expect(files.read(join(base, path))).toBeUndefined();
      expect(files.readText(join(base, path))).toBeUndefined();
    }
    expect(files.readText(join(base, "file"))).toBe("text");
  });

  it("lists in byte order, and nothing for what is no folder", () => {
    const base = folder();
    for (const name of ["b", "a", "B", "é", "\uff5e", "\u{1f4ec}"]) writeFileSync(join(base, name), "");
    const files = new RealFiles();
    expect(files.list(base)).toEqual(["B", "a", "b", "é", "\uff5e", "\u{1f4ec}"]);
    expect(files.list(join(base, "nothing"))).toEqual([]);
    expect(files.list(join(base, "a"))).toEqual([]);
  });

  it("tells what stands there, links not followed", () => {
    const base = folder();
    writeFileSync(join(base, "file"), "", { mode: 0o640 });
    symlinkSync("file", join(base, "link"));
    const files = new RealFiles();
    expect(files.status(join(base, "file"))).toMatchObject({ kind: "file", mode: 0o640 });
    expect(files.status(join(base, "link"))).toMatchObject({ kind: "link", link: "file" });
    expect(files.status(join(base, "file"))).not.toHaveProperty("link");
    expect(files.status(base)).toMatchObject({ kind: "directory" });
    expect(files.status("/dev/null")).toMatchObject({ kind: "other" });
    expect(files.status(join(base, "nothing"))).toBeUndefined();
  });
});

describe("folders", () => {
  it("are made with their parents, each with the mode, whatever the umask; what is there stays as it is", () => {
    const base = folder();
    chmodSync(base, 0o700);
    const umask = process.umask(0o077);
    new RealFiles().makeFolder(join(base, "a/b/c"), 0o755);
    process.umask(umask);
    expect([mode(base), mode(join(base, "a")), mode(join(base, "a/b/c"))]).toEqual(["700", "755", "755"]);
    new RealFiles().makeFolder(join(base, "a"), 0o700);
    expect(mode(join(base, "a"))).toBe("755");
  });

  it("a folder for staging is private, and stays so when a public one is copied into it", () => {
    const base = folder();
    mkdirSync(join(base, "live/sub"), { recursive: true, mode: 0o755 });
    writeFileSync(join(base, "live/sub/file"), "text", { mode: 0o640 });
    symlinkSync("sub/file", join(base, "live/link"));
    const files = new RealFiles();
    const umask = process.umask(0);
    const stage = files.makeTemporaryFolder();
    onTestFinished(() => rmSync(stage, { recursive: true, force: true }));
    expect(mode(stage)).toBe("700");
    files.copyFolder(join(base, "live"), stage, () => false);
    process.umask(umask);
    expect(mode(stage)).toBe("700");
    expect(mode(join(stage, "sub/file"))).toBe("640");
    expect(nodeFs.readlinkSync(join(stage, "link"))).toBe("sub/file");
    files.removeFolder(stage);
    expect(existsSync(stage)).toBe(false);
  });
});

describe("setAttributes", () => {
  it("changes the mode and not the content, and does not follow a link", () => {
    const base = folder();
    writeFileSync(join(base, "file"), "text", { mode: 0o666 });
    symlinkSync("file", join(base, "link"));
    const files = new RealFiles();
    files.setAttributes(join(base, "file"), { mode: 0o640 });
    expect(mode(join(base, "file"))).toBe("640");
    expect(() => files.setAttributes(join(base, "link"), { mode: 0o666 })).toThrow();
    expect(mode(join(base, "file"))).toBe("640");
  });
});
