import { describe, expect, it } from "vitest";
import { changedFiles, type FileState, hashOf, planFile } from "../../../src/apply/plan.ts";
import type { ManagedFile } from "../../../src/db/ledger.ts";
import type { FileStatus } from "../../../src/system/system.ts";
import type { RenderedFile } from "../../../src/template/render.ts";
import { Machine } from "./harness.ts";

const hash = (text: string): string => hashOf(Buffer.from(text));
const rendered = (text: string | undefined): RenderedFile => ({
  ...{ path: "/etc/file", template: "/etc/file", text, lines: [], secret: false, fragments: [] },
  metadata: {
    ...{ syntax: "plain", owner: "root", group: "root", mode: 0o644, comment: false, secret: false },
    ...{ check: undefined, services: [], when: undefined, each: undefined, name: undefined, map: undefined },
    pem: undefined,
    keys: undefined,
    listens: undefined,
    needs: undefined,
  },
});
const file = (others: Partial<FileStatus> = {}): FileStatus => ({
  ...{ kind: "file", mode: 0o644, uid: 0, gid: 0, modified: 0 },
  ...others,
});
const written = (...texts: string[]): ManagedFile => ({
  ...{ path: "/etc/file", template: "/etc/file", mode: 0o644, owner: "root:root" },
  hash: texts.map(hash).join(" "),
});

describe("planFile", () => {
  type Row = [
    what: string,
    wanted: string | undefined,
    disk: string | undefined,
    FileStatus | undefined,
    ManagedFile | undefined,
    FileState,
  ];
  const rows: Row[] = [
    ["nothing, and nothing wanted", undefined, undefined, undefined, undefined, "same"],
    [
      "nothing, and nothing wanted, though it was once",
      undefined,
      undefined,
      undefined,
      written("a"),
      "same",
    ],
    ["a file that is not there", "a", undefined, undefined, undefined, "new"],
    ["one that someone removed", "a", undefined, undefined, written("a"), "new"],
    ["the same bytes", "a", "a", file(), written("a"), "same"],
    ["the same bytes, though never written here", "a", "a", file(), undefined, "same"],
    ["the same bytes after an edit", "a", "a", file(), written("b"), "same"],
    ["an empty file that is to be empty", "", "", file(), written(""), "same"],
    ["another mode", "a", "a", file({ mode: 0o600 }), written("a"), "attributes"],
    ["set-id bits", "a", "a", file({ mode: 0o4644 }), written("a"), "attributes"],
    ["another owner", "a", "a", file({ uid: 5 }), written("a"), "attributes"],
    ["another group", "a", "a", file({ gid: 5 }), written("a"), "attributes"],
    [
      "another mode and an edit that made it right",
      "a",
      "a",
      file({ mode: 0o600 }),
      written("b"),
      "attributes",
    ],
    ["what was written last", "b", "a", file(), written("a"), "changed"],
    ["what a killed commit may have left: the old", "c", "a", file(), written("a", "b"), "changed"],
    ["what a killed commit may have left: the new", "c", "b", file(), written("a", "b"), "changed"],
    ["an edit", "b", "mine", file(), written("a"), "edited"],
    ["an edit after a killed commit", "c", "mine", file(), written("a", "b"), "edited"],
    ["an edit of what is to go", undefined, "mine", file(), written("a"), "edited"],
    ["a file of someone else", "b", "a", file(), undefined, "foreign"],
    ["a file of someone else that is to go", undefined, "a", file(), undefined, "foreign"],
    ["what is to go", undefined, "a", file(), written("a"), "removed"],
    ["a link", "a", undefined, file({ kind: "link" }), written("a"), "changed"],
    [
      "a link of someone else that is to go",
      undefined,
      undefined,
      file({ kind: "link" }),
      undefined,
      "foreign",
    ],
    ["a pipe", "a", undefined, file({ kind: "other" }), written("a"), "changed"],
    ["a pipe of someone else", "a", undefined, file({ kind: "other" }), undefined, "foreign"],
  ];
  for (const [what, wanted, disk, status, lastWritten, state] of rows) {
    it(`${what} is ${state}`, () => {
      const bytes = disk === undefined ? undefined : Buffer.from(disk);
      const planned = planFile(rendered(wanted), { bytes, status }, lastWritten, { uid: 0, gid: 0 });
      expect(planned.state).toBe(state);
      expect(changedFiles([planned])).toHaveLength(state === "same" ? 0 : 1);
    });
  }

  it("asks for no owner where this process may not change it", () => {
    const before = { bytes: Buffer.from("a"), status: file({ uid: 7, gid: 7 }) };
    expect(planFile(rendered("a"), before, undefined, { uid: undefined, gid: undefined }).state).toBe("same");
  });
});

describe("the ledger's files", () => {
  it("knows each file that an event makes, and a file that was right already", async () => {
    const made = new Machine();
    made.template("/etc/new", "new\n");
    made.template("/etc/right", "right\n");
    made.put("/etc/right", "right\n");
    made.event("go", "templates: [/etc/new, /etc/right]\n");
    await made.apply("go");
    expect(made.ledger.files.get("/etc/new")).toEqual({
      ...{ path: "/etc/new", template: "/etc/new", hash: hash("new\n"), mode: 0o644, owner: "root:root" },
    });
    expect(made.ledger.files.get("/etc/right")?.hash).toBe(hash("right\n"));
    // So an edit of it is noticed from now on.
    made.put("/etc/right", "edited\n");
    await made.apply("go");
    expect(made.notices).toEqual([expect.stringContaining("/etc/right was edited by hand")]);
  });

  it("forgets a removed file", async () => {
    const made = new Machine();
    made.template("/etc/new", "new\n");
    made.event("go", "templates: [/etc/new]\n");
    await made.apply("go");
    made.template("/etc/new", "new\n", "when: false\n");
    await made.apply("go");
    expect(made.ledger.files.size).toBe(0);
    expect(made.read("/etc/new")).toBeUndefined();
  });

  it("is told before the first byte is written what may be there, and afterwards what is", async () => {
    const made = new Machine();
    made.template("/etc/file", "new\n");
    made.event("go", "templates: [/etc/file]\n");
    made.put("/etc/file", "old\n");
    const told: string[] = [];
    const record = made.ledger.recordFiles.bind(made.ledger);
    made.ledger.recordFiles = (files, removed) => {
      told.push(...files.map((entry) => `${made.read("/etc/file")?.trim()} ${entry.hash}`));
      record(files, removed);
    };
    await made.apply("go");
    expect(told).toEqual([`old ${hash("old\n")} ${hash("new\n")}`, `new ${hash("new\n")}`]);
  });

  it("is written only where there is something to tell", async () => {
    const made = new Machine();
    made.template("/etc/file", "new\n");
    made.event("go", "templates: [/etc/file]\n");
    await made.apply("go");
    made.ledger.recordFiles = () => {
      throw new Error("written");
    };
    await made.apply("go");
  });

  it("what a killed write left beside a file is removed, also where the file is as it should be", async () => {
    const made = new Machine();
    made.template("/etc/file", "text\n");
    made.event("go", "templates: [/etc/file]\n");
    await made.apply("go");
    made.put("/etc/.file.mailwright-12345", "half");
    made.put("/etc/.file.mailwright-notes", "an administrator's");
    await made.apply("go");
    expect(made.volume.readdirSync("/etc").sort()).toEqual([".file.mailwright-notes", "file"]);
  });
});
