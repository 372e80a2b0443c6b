import { createFsFromVolume, Volume } from "memfs";
import { describe, expect, it, onTestFinished } from "vitest";
import { type FileSystemModule, RealFiles } from "../../../src/system/real-files.ts";
import { broken, watched } from "./watched-files.ts";

describe("folders for staging", () => {
  const ended = 4_194_304;

  /** A machine in memory with the folders and processes given; TMPDIR as in most environments is unset. */
  function machine(names: readonly string[], processes: readonly number[]) {
    const before = process.env["TMPDIR"];
    delete process.env["TMPDIR"];
    onTestFinished(() => {
      if (before !== undefined) process.env["TMPDIR"] = before;
    });
    const volume = Volume.fromNestedJSON({ "/tmp": {} });
    for (const pid of processes) volume.mkdirSync(`/proc/${pid}`, { recursive: true });
    for (const name of names) {
      volume.mkdirSync(`/tmp/${name}`);
      volume.writeFileSync(`/tmp/${name}/file`, "secret");
    }
    const files = new RealFiles(createFsFromVolume(volume) as unknown as FileSystemModule);
    const others = (made: string): string[] => files.list("/tmp").filter((name) => `/tmp/${name}` !== made);
    return { volume, files, others };
  }

  it("bear the number of their process", () => {
    const { files } = machine([], [process.pid]);
    expect(files.makeTemporaryFolder()).toMatch(
      new RegExp(`^/tmp/mailwright-${process.pid}-[A-Za-z0-9]{6}$`),
    );
  });

  it("are removed where their process was killed, and only then", () => {
    const kept = [
      ...[`mailwright-${process.pid}-aB3dE6`, "mailwright-77-abcdef", "mailwright-files-abcdef"],
      ...[`mailwright-${ended}-abcde`, `mailwright-${ended}-abcdefg`, `x-mailwright-${ended}-abcdef`],
    ];
    const gone = [`mailwright-${ended}-abcdef`, `mailwright-${ended}-123456`];
    const { files, others } = machine([...kept, ...gone], [process.pid, 77]);
    expect(others(files.makeTemporaryFolder())).toEqual([...kept].sort());
  });

  it("of another user are left alone, and so is what is no folder", () => {
    const [foreign, file, link] = ["abcdef", "ghijkl", "mnopqr"].map((end) => `mailwright-${ended}-${end}`);
    const { volume, files, others } = machine([`${foreign}`, "victim"], [process.pid]);
    volume.chownSync(`/tmp/${foreign}`, 4711, 4711);
    volume.writeFileSync(`/tmp/${file}`, "");
    volume.symlinkSync("/tmp/victim", `/tmp/${link}`);
    expect(others(files.makeTemporaryFolder())).toEqual([foreign, file, link, "victim"]);
    expect(files.list("/tmp/victim")).toEqual(["file"]);
  });

  it("are left alone where nothing tells which processes there are", () => {
    const { files, others } = machine([`mailwright-${ended}-abcdef`], []);
    expect(others(files.makeTemporaryFolder())).toEqual([`mailwright-${ended}-abcdef`]);
  });

  for (const [what, step, words, use] of [
    ["made", "mkdtempSync", "cannot make a folder below", (files: RealFiles) => files.makeTemporaryFolder()],
    [
      "filled",
      "cpSync",
      "cannot copy /a to /b",
      (files: RealFiles) => files.copyFolder("/a", "/b", () => false),
    ],
  ] as const) {
    it(`one that cannot be ${what} is told in words`, () => {
      const module = watched(
        () => undefined,
        (name) => (name === step ? broken("ENOSPC") : undefined),
      );
      expect(() => use(new RealFiles(module))).toThrow(
        expect.objectContaining({
          code: "FILE",
          message: expect.stringMatching(`^${words}.*: the disk is full$`),
        }),
      );
    });
  }
});
