import { beforeEach, describe, expect, it } from "vitest";
import { overrideNotes, recordOverrides, staleOverrides } from "../../../src/apply/overrides.ts";
import type { Override } from "../../../src/template/library.ts";
import { Machine } from "./harness.ts";

const path = "/etc/mailwright/templates/etc/file/10.hbs";
const replaces = "/usr/share/mailwright/templates/etc/file/10.hbs";
const overrides: ReadonlyMap<string, Override> = new Map([[path, { path, replaces }]]);

describe("a site's fragment in the place of a shipped one", () => {
  let made: Machine;
  const stale = () => staleOverrides(made.system.files, overrides.values(), made.ledger);
  const record = () => recordOverrides(made.system.files, overrides, made.ledger);
  const save = (file: string, text: string, second: number): void => {
    made.put(file, text);
    made.volume.utimesSync(file, second, second);
  };

  beforeEach(() => {
    made = new Machine();
    save(replaces, "shipped\n", 1000);
    save(path, "ours\n", 2000);
  });

  it("that is newer than the shipped one and was never seen is not stale", () => {
    expect(stale()).toEqual([]);
  });

  it("that is older and was never seen is, and what it took the place of is not known", () => {
    save(replaces, "shipped anew\n", 3000);
    expect(stale()).toEqual([{ path, replaces, base: undefined }]);
    record();
    expect(stale()).toEqual([{ path, replaces, base: undefined }]);
  });

  it("is stale when the shipped text is another than when it was saved, with that text", () => {
    record();
    expect(stale()).toEqual([]);
    save(replaces, "shipped anew\n", 1500);
    expect(stale()).toEqual([{ path, replaces, base: "shipped\n" }]);
    record();
    expect(stale()).toEqual([{ path, replaces, base: "shipped\n" }]);
  });

  it("is not where the shipped file was only touched, or is as it was again", () => {
    record();
    save(replaces, "shipped\n", 3000);
    expect(stale()).toEqual([]);
    save(replaces, "shipped anew\n", 3000);
    expect(stale()).toHaveLength(1);
    save(replaces, "shipped\n", 4000);
    expect(stale()).toEqual([]);
  });

  it("is settled by saving it again, and counts from there", () => {
    record();
    save(replaces, "shipped anew\n", 3000);
    save(path, "ours\n", 4000);
    expect(stale()).toEqual([]);
    record();
    save(replaces, "shipped once more\n", 5000);
    expect(stale()).toEqual([{ path, replaces, base: "shipped anew\n" }]);
  });

  it("is noted once, and forgotten when it is gone", () => {
    record();
    const noted = made.ledger.contents.replaced;
    record();
    expect(made.ledger.contents.replaced).toBe(noted);
    expect([...noted.values()]).toEqual([{ path, modified: 2_000_000, shipped: "shipped\n" }]);
    made.volume.unlinkSync(path);
    recordOverrides(made.system.files, new Map(), made.ledger);
    expect(made.ledger.replacedFragments().size).toBe(0);
  });

  it("is told of with both paths, and where to see the difference", () => {
    record();
    save(replaces, "shipped anew\n", 3000);
    expect(overrideNotes(made.system.files, overrides, made.ledger)).toEqual([
      `${path} takes the place of a fragment that has changed since: compare it with ${replaces} ` +
        "(mailwright status shows how), and save it again",
    ]);
    expect(overrideNotes(made.system.files, new Map(), made.ledger)).toEqual([]);
  });
});
