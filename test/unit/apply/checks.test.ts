import { describe, expect, it } from "vitest";
import { Machine, success } from "./harness.ts";

/** What the daemon sees of the staged file while it judges. */
function machine(
  judge: (staged: string) => { exit: number; stderr?: string; timedOut?: boolean } = () => ({ exit: 0 }),
) {
  const made = new Machine();
  const seen: {
    stage: string;
    file: string | undefined;
    other: string | undefined;
  }[] = [];
  made.put("/etc/rspamd/rspamd.conf", "main\n");
  made.put("/etc/rspamd/other.conf", "other\n");
  made.put(
    "/usr/share/mailwright/templates/etc/rspamd/local.d/file.conf/template.yaml",
    "syntax: ucl\ncheck: rspamd\n",
  );
  made.put(
    "/usr/share/mailwright/templates/etc/rspamd/local.d/file.conf/10max.hbs",
    "a = 1;\nmax = {{config.rspamd.MaxProcesses}};\n",
  );
  made.event("go", "templates: [/etc/rspamd/local.d/file.conf]\nservices: {rspamd: reload}\n");
  made.processes.programs.set("rspamadm", (argv) => {
    const stage = (argv.at(-1) ?? "").replace(/\/rspamd\.conf$/, "");
    seen.push({
      stage,
      file: made.read(`${stage}/local.d/file.conf`),
      other: made.read(`${stage}/other.conf`),
    });
    return { ...success, ...judge(`${stage}/local.d/file.conf`) };
  });
  return { made, seen, left: () => made.volume.readdirSync("/tmp") };
}

describe("the check of a daemon", () => {
  it("judges the whole tree with the new file laid over it, in a folder that is gone afterwards", async () => {
    const { made, seen, left } = machine();
    await made.apply("go");
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      other: "other\n",
      file: expect.stringContaining("max = 1;"),
    });
    expect(left()).toEqual([]);
    expect(made.detail("check")).toBe("rspamd configtest");
    expect(made.read("/etc/rspamd/local.d/file.conf")).toContain("max = 1;");
  });

  it("is run with the folder that it is to judge, from an argument array", async () => {
    const { made, seen } = machine();
    await made.apply("go");
    const stage = seen[0]?.stage;
    expect(made.processes.calls[0]).toEqual([
      ...["/usr/bin/rspamadm", `--var=CONFDIR=${stage}`, `--var=LOCAL_CONFDIR=${stage}`],
      ...["configtest", "-c", `${stage}/rspamd.conf`],
    ]);
  });

  it("sees a removed file as gone", async () => {
    const { made, seen } = machine();
    await made.apply("go");
    made.put(
      "/usr/share/mailwright/templates/etc/rspamd/local.d/file.conf/template.yaml",
      "syntax: ucl\ncheck: rspamd\nwhen: false\n",
    );
    await made.apply("go");
    expect(seen[1]).toMatchObject({ file: undefined, other: "other\n" });
  });

  it("is not asked when no file of the daemon changed", async () => {
    const { made, seen } = machine();
    await made.apply("go");
    await made.apply("go");
    expect(seen).toHaveLength(1);
    expect(made.detail("check")).toBe("nothing to check");
  });

  it("is left out with --no-check", async () => {
    const { made, seen } = machine(() => ({ exit: 1 }));
    await made.apply("go", { check: false });
    expect(seen).toEqual([]);
  });

  it("that refuses stops the event with exit status 4, and nothing is touched", async () => {
    const { made, left } = machine(() => ({ exit: 1, stderr: "no\n" }));
    made.script("go", "S02-before");
    await expect(made.apply("go")).rejects.toMatchObject({
      message: "rspamd refuses the new configuration",
      code: "CHECK_FAILED",
      exit: 4,
    });
    expect(made.read("/etc/rspamd/local.d/file.conf")).toBeUndefined();
    expect(made.ledger.files.size + made.ledger.units.size).toBe(0);
    expect(made.services.verbs).toEqual([]);
    expect(made.processes.calls.map(([program]) => program)).toEqual(["/usr/bin/rspamadm"]);
    expect(left()).toEqual([]);
  });

  it("is told in the daemon's words, with the live path, the fragment and the property behind the line", async () => {
    const { made, seen } = machine((staged) => ({
      exit: 1,
      stderr: `error while parsing ${staged}: line: 4, column: 8\n  unexpected symbol\n`,
    }));
    const failure = (await made.apply("go").catch((error: unknown) => error)) as { hint: string };
    const fragment = "/usr/share/mailwright/templates/etc/rspamd/local.d/file.conf/10max.hbs";
    // The file has two lines of a header.
    expect(failure.hint.split("\n")).toEqual([
      "error while parsing /etc/rspamd/local.d/file.conf: line: 4, column: 8",
      "  unexpected symbol",
      `line 4 is from ${fragment}:2 and uses rspamd MaxProcesses`,
      "Nothing was touched.",
    ]);
    expect(failure.hint).not.toContain(seen[0]?.stage);
  });

  it("a refusal that names a line without a property, or no line at all, says no more than it knows", async () => {
    for (const [words, behind] of [
      ["FILE: line 3", 1],
      ["FILE is wrong", 0],
      ["line 4 of something else", 0],
      ["FILE: line 99", 0],
    ] as const) {
      const { made } = machine((staged) => ({ exit: 1, stderr: words.replace("FILE", staged) }));
      const failure = (await made.apply("go").catch((error: unknown) => error)) as { hint: string };
      expect(failure.hint.match(/is from/g)?.length ?? 0, words).toBe(behind);
      expect(failure.hint).not.toContain("and uses");
    }
  });

  it("its words hold no secret", async () => {
    const { made } = machine(() => ({ exit: 1, stderr: 'bad: password = "hunter2hunter2"' }));
    made.set("rspamd", { Password: "hunter2hunter2" });
    const failure = (await made.apply("go").catch((error: unknown) => error)) as { hint: string };
    expect(failure.hint).toContain('bad: password = "••••••"');
    expect(JSON.stringify(made.progress)).not.toContain("hunter2");
  });

  it("that takes too long is a refusal, and is told so", async () => {
    const { made, left } = machine(() => ({ exit: 137, timedOut: true }));
    const failure = (await made.apply("go").catch((error: unknown) => error)) as { hint: string };
    expect(failure).toMatchObject({ code: "CHECK_FAILED" });
    expect(failure.hint).toContain("it took too long");
    expect(left()).toEqual([]);
  });

  it("leaves no folder behind when it breaks down itself", async () => {
    const { made, left } = machine(() => {
      throw new Error("no memory");
    });
    await expect(made.apply("go")).rejects.toThrow("no memory");
    expect(left()).toEqual([]);
  });

  it("of a daemon that is not installed is skipped, and that is said", async () => {
    const { made } = machine();
    made.processes.programs.delete("rspamadm");
    await made.apply("go");
    expect(made.notices).toEqual(["check of rspamd skipped: rspamadm is not installed"]);
    expect(made.read("/etc/rspamd/local.d/file.conf")).toBeDefined();
  });

  it("of a daemon without its main file is skipped, and that is said", async () => {
    const { made, seen } = machine();
    made.volume.unlinkSync("/etc/rspamd/rspamd.conf");
    await made.apply("go");
    expect(seen).toEqual([]);
    expect(made.notices).toEqual(["check of rspamd skipped: /etc/rspamd/rspamd.conf does not exist"]);
  });
});
