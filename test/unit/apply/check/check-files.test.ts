import { beforeEach, describe, expect, it } from "vitest";
import { checkFiles } from "../../../../src/apply/check/check-files.ts";
import { Machine, success } from "../harness.ts";
import { check, failure, left, planned, refusalOf, slowed, stageOf } from "./planned.ts";

let machine: Machine;
const file = planned("/etc/rspamd/local.d/file.conf", "# x\na = 1;\nmax = 2;\n", { check: "rspamd" });

beforeEach(() => {
  machine = new Machine();
  machine.put("/etc/rspamd/rspamd.conf", "main\n");
  machine.put("/etc/rspamd/other.conf", "other\n");
  machine.put("/etc/dovecot/dovecot.conf", "protocols = imap\n");
  machine.processes.programs.set("rspamadm", () => success);
});

describe("the check of a daemon", () => {
  it("is of its whole tree with the new file laid over it, in a folder that is gone afterwards", async () => {
    const seen: unknown[] = [];
    machine.processes.programs.set("rspamadm", (argv) => {
      const stage = stageOf(argv);
      const mode = Number(machine.volume.statSync(`${stage}/etc/rspamd/local.d/file.conf`).mode) & 0o777;
      const staged = machine.read(`${stage}/etc/rspamd/local.d/file.conf`);
      seen.push({ mode, staged, other: machine.read(`${stage}/etc/rspamd/other.conf`) });
      return success;
    });
    const verdicts = await check(machine, [file]);
    expect(seen).toEqual([{ mode: 0o600, staged: "# x\na = 1;\nmax = 2;\n", other: "other\n" }]);
    expect(verdicts).toMatchObject([{ checker: { title: "rspamd configtest" }, passed: true }]);
    expect(left(machine)).toEqual([]);
  });

  it("is run from an argument array, over the stage alone", async () => {
    await check(machine, [file]);
    const [argv = []] = machine.processes.calls;
    const tree = `${stageOf(argv)}/etc/rspamd`;
    expect(argv).toEqual([
      ...["/usr/bin/rspamadm", `--var=CONFDIR=${tree}`, `--var=LOCAL_CONFDIR=${tree}`],
      ...["configtest", "-c", `${tree}/rspamd.conf`],
    ]);
  });

  it("sees a removed file as gone", async () => {
    machine.put("/etc/rspamd/local.d/file.conf", "old\n");
    let seen: string | undefined = "not asked";
    machine.processes.programs.set("rspamadm", (argv) => {
      seen = machine.read(`${stageOf(argv)}/etc/rspamd/local.d/file.conf`);
      return success;
    });
    await check(machine, [planned("/etc/rspamd/local.d/file.conf", undefined, { check: "rspamd" })]);
    expect(seen).toBeUndefined();
  });

  it("is not asked for files of others", async () => {
    expect(await check(machine, [planned("/etc/other", "x\n")])).toEqual([]);
    expect(machine.processes.calls).toEqual([]);
  });

  it("that refuses ends with status 4, its words by live paths, the fragment and the property; and no folder", async () => {
    machine.processes.programs.set("rspamadm", (argv) =>
      failure(
        `error while parsing ${stageOf(argv)}/etc/rspamd/local.d/file.conf: line: 3, column: 8\n  unexpected\n`,
      ),
    );
    const refused = check(machine, [file]);
    await expect(refused).rejects.toMatchObject({ code: "CHECK_FAILED", exit: 4 });
    expect(await refusalOf(refused)).toEqual([
      "rspamd refuses the new configuration",
      "error while parsing /etc/rspamd/local.d/file.conf: line: 3, column: 8",
      "  unexpected",
      "line 3 is from /site/95x.hbs:3 and uses key P3",
      "Nothing was touched.",
    ]);
    expect(left(machine)).toEqual([]);
  });

  it("that refuses without a word is told so", async () => {
    machine.processes.programs.set("rspamadm", () => failure(""));
    expect(await refusalOf(check(machine, [file]))).toEqual([
      "rspamd refuses the new configuration",
      "rspamd configtest gives no reason.",
      "Nothing was touched.",
    ]);
  });

  it("shows no more than the last eight of many words", async () => {
    const words = Array.from({ length: 30 }, (_, index) => `word ${index + 1}`);
    machine.processes.programs.set("rspamadm", () => failure(words.join("\n")));
    expect(await refusalOf(check(machine, [file]))).toEqual([
      "rspamd refuses the new configuration",
      ...words.slice(22),
      "Nothing was touched.",
    ]);
  });

  it("that does not come to an end is no refusal, and stops all the same", async () => {
    machine.processes.programs.set("rspamadm", () => ({ ...success, exit: 137, timedOut: true }));
    const refused = check(machine, [file]);
    await expect(refused).rejects.toMatchObject({ code: "CHECK_FAILED", exit: 4 });
    expect(await refusalOf(refused)).toEqual([
      "rspamd does not come to a verdict on the new configuration",
      "rspamd configtest: it took too long, and was ended after 60 s.",
      "Nothing was touched.",
    ]);
    expect(left(machine)).toEqual([]);
  });

  it("leaves no folder behind when it breaks down itself", async () => {
    machine.processes.programs.set("rspamadm", () => {
      throw new Error("no memory");
    });
    await expect(check(machine, [file])).rejects.toThrow("no memory");
    expect(left(machine)).toEqual([]);
  });

  it("of a daemon that is not installed, or without its main file, is skipped, and that is said", async () => {
    machine.processes.programs.clear();
    expect(await check(machine, [file])).toMatchObject([{ skipped: "rspamadm is not installed" }]);
    machine.processes.programs.set("rspamadm", () => success);
    machine.volume.unlinkSync("/etc/rspamd/rspamd.conf");
    expect(await check(machine, [file])).toMatchObject([
      { skipped: "/etc/rspamd/rspamd.conf does not exist" },
    ]);
    const main = planned("/etc/rspamd/rspamd.conf", "main\n", { check: "rspamd" });
    expect(await check(machine, [file, main])).toMatchObject([{ passed: true }]);
  });

  it("of Rspamd refuses what it goes on without: a plugin that does not load, a module whose file is planned", async () => {
    const plugin = planned("/etc/rspamd/plugins.d/mine.lua", "-- x\nthis is not lua\n", { check: "rspamd" });
    machine.processes.programs.set("rspamadm", (argv) => {
      const path = "/etc/rspamd/plugins.d//mine.lua";
      const end = `...${stageOf(argv).slice(-8)}${path}`;
      return failure(
        `address resolution for fuzzy1.rspamd.com failed: Name or service not known\n` +
          `load of ${stageOf(argv)}${path} failed: ${end}:2: '=' expected near 'is'\n`,
        0,
      );
    });
    expect(await refusalOf(check(machine, [plugin]))).toEqual([
      "rspamd refuses the new configuration",
      `load of /etc/rspamd/plugins.d//mine.lua failed: /etc/rspamd/plugins.d//mine.lua:2: '=' expected near 'is'`,
      "line 2 is from /site/95x.hbs:2 and uses key P2",
      "Nothing was touched.",
    ]);
    const doubt = 'invalid config for milter_headers: field "use": expected array of type "string"';
    machine.processes.programs.set("rspamadm", () => failure(doubt, 0));
    const module = planned("/etc/rspamd/local.d/milter_headers.conf", "# x\nuse = 5;\n", { check: "rspamd" });
    expect(await refusalOf(check(machine, [module]))).toContain(
      "line 2 is from /site/95x.hbs:2 and uses key P2",
    );
    expect(await check(machine, [file])).toMatchObject([{ passed: true, warnings: [doubt] }]);
  });
});

describe("the checks of several daemons", () => {
  const both = [file, planned("/etc/dovecot/dovecot.conf", "protocols = pop3\n", { check: "dovecot" })];

  it("run side by side", async () => {
    machine.processes.programs.set("doveconf", () => success);
    const start = performance.now();
    await checkFiles(slowed(machine, 200), machine.paths, both);
    expect(performance.now() - start).toBeLessThan(350);
    expect(machine.processes.calls).toHaveLength(2);
  });

  it("are all waited for when one refuses, and of two refusals the first in the order of daemons is told", async () => {
    const started = new Map<string, number>();
    machine.processes.programs.set("doveconf", () => failure("doveconf: Fatal: no"));
    const system = slowed(machine, 0);
    const inspect = system.processes.inspect.bind(system.processes);
    let ended = 0;
    const late = {
      ...system,
      processes: {
        ...system.processes,
        inspect: async (...args: Parameters<typeof inspect>) => {
          const [[program]] = args;
          started.set(program, started.size);
          if (program.endsWith("rspamadm")) await new Promise((resolve) => setTimeout(resolve, 60));
          const outcome = await inspect(...args);
          ended++;
          return outcome;
        },
      },
    };
    await expect(checkFiles(late, machine.paths, both)).rejects.toThrow("dovecot refuses");
    expect(ended).toBe(2);
    expect(left(machine)).toEqual([]);
    machine.processes.programs.set("rspamadm", () => failure("no"));
    await expect(checkFiles(late, machine.paths, both)).rejects.toThrow("rspamd refuses");
    expect(left(machine)).toEqual([]);
  });
});
