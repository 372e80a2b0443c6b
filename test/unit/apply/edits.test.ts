import { describe, expect, it } from "vitest";
import { keepEdited, type OnEdit, refuseEdits } from "../../../src/apply/edits.ts";
import type { PlannedFile } from "../../../src/apply/plan.ts";
import { planTemplates } from "../../../src/apply/plan-templates.ts";
import { MailwrightError } from "../../../src/errors.ts";
import { TemplateLibrary } from "../../../src/template/library.ts";
import { Machine } from "./harness.ts";

const dated = "/var/lib/mailwright/edited/2026-11-22T00-00-00-000Z";

/** A machine with three files, as mailwright made them. */
async function machine(): Promise<Machine> {
  const made = new Machine();
  for (const name of ["a", "b", "c"]) made.template(`/etc/${name}`, `made ${name}\n`);
  made.event("go", "templates: [/etc/a, /etc/b, /etc/c]\n");
  await made.apply("go");
  return made;
}

/** What an apply would do to the files as they stand now. */
const planned = (made: Machine): Promise<PlannedFile[]> =>
  planTemplates(
    { system: made.system, paths: made.paths, settings: made.settings, ledger: made.ledger, isRoot: false },
    new TemplateLibrary(made.system.files, made.paths),
    ["/etc/a", "/etc/b", "/etc/c"],
    () => undefined,
  );

async function kept(made: Machine, onEdit: OnEdit): Promise<string[]> {
  return keepEdited(made.system, made.paths, await planned(made), onEdit);
}

describe("keepEdited", () => {
  it("of files as they were written keeps nothing and says nothing", async () => {
    const made = await machine();
    expect(await kept(made, "keep")).toEqual([]);
    expect(made.read("/var/lib/mailwright/edited")).toBeUndefined();
  });

  it("keeps what an administrator wrote, dated, below its own path, for root alone", async () => {
    const made = await machine();
    made.put("/etc/a", "mine\n");
    expect(await kept(made, "keep")).toEqual([
      `/etc/a was edited by hand: a copy of it goes to ${dated}/etc/a`,
    ]);
    expect(made.read(`${dated}/etc/a`)).toBe("mine\n");
    expect(made.system.files.status(`${dated}/etc/a`)?.mode).toBe(0o600);
    expect(made.system.files.status(`${dated}/etc`)?.mode).toBe(0o700);
  });

  it("keeps no copy with overwrite, and says so", async () => {
    const made = await machine();
    made.put("/etc/a", "mine\n");
    expect(await kept(made, "overwrite")).toEqual(["/etc/a was edited by hand: it is written over"]);
    expect(made.read(`${dated}/etc/a`)).toBeUndefined();
  });

  it.each<[OnEdit]>([["keep"], ["overwrite"]])(
    "%s: keeps what was there before mailwright made the file",
    async (onEdit) => {
      const made = await machine();
      made.ledger.files.delete("/etc/a");
      made.put("/etc/a", "Debian's\n");
      expect(await kept(made, onEdit)).toEqual([
        `/etc/a was there before, not made by mailwright: a copy of it goes to ${dated}/etc/a`,
      ]);
      expect(made.read(`${dated}/etc/a`)).toBe("Debian's\n");
    },
  );

  it("tells of a mode, a removed file and a link, of which there is nothing to keep", async () => {
    const made = await machine();
    made.volume.chmodSync("/etc/a", 0o600);
    made.volume.unlinkSync("/etc/b");
    made.volume.unlinkSync("/etc/c");
    made.volume.symlinkSync("/etc/elsewhere", "/etc/c");
    expect(await kept(made, "keep")).toEqual([
      "/etc/a had its mode or owner changed by hand: it is as it should be again",
      "/etc/b was removed by hand: it is as it should be again",
      "/etc/c was replaced by hand: it led to /etc/elsewhere",
    ]);
    expect(made.read("/var/lib/mailwright/edited")).toBeUndefined();
  });
});

describe("refuseEdits", () => {
  async function refusal(made: Machine): Promise<unknown> {
    try {
      return refuseEdits(await planned(made));
    } catch (error) {
      return error;
    }
  }

  it("lets files pass that nobody edited, also those that were there before", async () => {
    const made = await machine();
    made.ledger.files.delete("/etc/a");
    made.put("/etc/a", "Debian's\n");
    expect(await refusal(made)).toBeUndefined();
  });

  it("names each file and what was done to it", async () => {
    const made = await machine();
    made.put("/etc/a", "mine\n");
    const one = await refusal(made);
    expect(one).toBeInstanceOf(MailwrightError);
    expect(one).toMatchObject({ code: "EDITED", exit: 1, message: "a file was edited by hand" });
    made.volume.unlinkSync("/etc/b");
    expect(await refusal(made)).toMatchObject({
      message: "files were edited by hand",
      hint: expect.stringMatching(
        /^\/etc\/a was edited by hand\n\/etc\/b was removed by hand\nNothing was touched\./,
      ),
    });
  });
});
