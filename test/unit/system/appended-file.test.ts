import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openAppended } from "../../../src/system/appended-file.ts";

describe("a file of lines", () => {
  let path = "";
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), "mailwright-appended-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    path = join(folder, "journal");
  });

  it("leaves out what was cut off, and goes on behind it", () => {
    appendFileSync(path, "one\ntw");
    const file = openAppended(path);
    expect(file.lines).toEqual(["one"]);
    file.append("three");
    file.close();
    expect(readFileSync(path, "utf8")).toBe("one\ntw\nthree\n");
  });

  it("throws where a line is not written whole, and the next one stands alone", () => {
    let most = 3;
    const file = openAppended(path, (descriptor, bytes) =>
      writeSync(descriptor, bytes.subarray(0, Math.min(most, bytes.length))),
    );
    expect(() => file.append("+ first")).toThrow("no space for a whole line");
    most = 100;
    file.jot("+ second");
    expect(readFileSync(path, "utf8")).toBe("+ f\n+ second\n");
    file.close();
  });

  it("writes nothing behind its end, where the descriptor may be of another file", () => {
    const file = openAppended(path);
    file.close();
    expect(() => file.append("x")).toThrow("is closed");
    expect(() => file.jot("x")).toThrow("is closed");
    file.close();
    expect(readFileSync(path, "utf8")).toBe("");
  });
});
