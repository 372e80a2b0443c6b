import { describe, expect, it } from "vitest";
import { refusal } from "../../../src/apply/check/refusal.ts";
import { explain } from "../../../src/db/explain.ts";

describe("a full disk is told as such", () => {
  it("where SQLite has no room for the file beside the database: IOERR_SHMSIZE", () => {
    const error = Object.assign(new Error("disk I/O error"), { errcode: 4874 });
    expect(explain(error, "/db")).toMatchObject({
      ...{ message: "the database /db cannot grow: the disk is full", exit: 1 },
      hint: expect.stringContaining("Make room"),
    });
    const other = Object.assign(new Error("disk I/O error"), { errcode: 266 });
    expect(explain(other, "/db")).toMatchObject({ message: expect.stringContaining("the disk fails") });
  });

  it("where a check has no room for what it writes: nothing is wrong with the files", () => {
    const words = ["postmap: fatal: write /etc/postfix/table.cdb: No space left on device"];
    expect(refusal("postfix", words, [])).toMatchObject({
      message:
        "postfix could not judge the new configuration: the disk is full where temporary folders are made",
      hint: `${words[0]}\nMake room there and signal the event again.\nNothing was touched.`,
      exit: 1,
    });
    expect(refusal("postfix", ["fatal: bad"], [])).toMatchObject({ exit: 4 });
  });
});
