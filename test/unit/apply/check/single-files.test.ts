import { beforeEach, describe, expect, it } from "vitest";
import { cronJobs, reportedLine } from "../../../../src/apply/check/cron-table.ts";
import { Machine, success } from "../harness.ts";
import { check, commands, failure, left, planned, refusalOf, stageOf } from "./planned.ts";

let machine: Machine;

beforeEach(() => {
  machine = new Machine();
});

/** A program that says this of its stage. */
function says(program: string, words: string, exit = 1): void {
  machine.processes.programs.set(program, (argv) => failure(words.replaceAll("STAGE", stageOf(argv)), exit));
}

describe("Dovecot", () => {
  const conf = planned("/etc/dovecot/dovecot.conf", "a = b\nssl_key = </k\n", { check: "dovecot" });

  it("reads the files that its settings name, and what it prints of them is not shown", async () => {
    machine.processes.programs.set("doveconf", () => ({ ...success, exit: 89, stdout: "ssl_key = SECRET" }));
    expect((await refusalOf(check(machine, [conf]))).join()).not.toContain("SECRET");
    expect(commands(machine)).toEqual(["/usr/bin/doveconf -c STAGE/etc/dovecot/dovecot.conf -n -x"]);
  });

  it("refuses by its words alone, where it ends with status 0", async () => {
    says(
      "doveconf",
      "doveconf: Fatal: Error in configuration file STAGE/etc/dovecot/dovecot.conf line 2: Unknown variable: $x\n",
      0,
    );
    expect(await refusalOf(check(machine, [conf]))).toContain(
      "line 2 is from /site/95x.hbs:2 and uses key P2",
    );
  });

  it("has its warnings told", async () => {
    says("doveconf", "doveconf: Warning: Obsolete setting in STAGE/etc/dovecot/dovecot.conf:1: a\n", 0);
    expect(await check(machine, [conf])).toMatchObject([
      { passed: true, warnings: ["doveconf: Warning: Obsolete setting in /etc/dovecot/dovecot.conf:1: a"] },
    ]);
  });
});

describe("Sieve scripts", () => {
  const script = planned("/var/lib/x/a.sieve", "keep;\nno;\n", { syntax: "sieve" });

  it("are compiled by the staged settings of Dovecot, into the stage", async () => {
    machine.put("/etc/dovecot/dovecot.conf", "a = b\n");
    machine.processes.programs.set("sievec", () => success);
    expect(await check(machine, [script])).toMatchObject([{ checker: { title: "sievec" }, passed: true }]);
    expect(commands(machine)).toEqual([
      "/usr/bin/sievec -c STAGE/etc/dovecot/dovecot.conf -o mail_uid= -o mail_gid= STAGE/var/lib/x/a.sieve STAGE/compiled-0.svbin",
    ]);
  });

  it("that do not compile refuse in Dovecot's name", async () => {
    machine.put("/etc/dovecot/dovecot.conf", "a = b\n");
    says(
      "sievec",
      "a: line 2: error: unknown command 'no'\nsievec: Fatal: failed to compile 'STAGE/var/lib/x/a.sieve'\n",
      89,
    );
    expect(await refusalOf(check(machine, [script]))).toEqual([
      "dovecot refuses the new configuration",
      "a: line 2: error: unknown command 'no'",
      "sievec: Fatal: failed to compile '/var/lib/x/a.sieve'",
      "line 2 is from /site/95x.hbs:2 and uses key P2",
      "Nothing was touched.",
    ]);
    expect(left(machine)).toEqual([]);
  });
});

describe("getmail", () => {
  const text = "[retriever]\nport = 110\npassword = hunter2hunter2\n";
  const file = planned("/etc/getmail/john", text, { check: "getmail", syntax: "getmail", mode: 0o600 });

  it("prints how it understands a file, with its own files in the stage", async () => {
    machine.processes.programs.set("getmail", () => success);
    expect(await check(machine, [file])).toMatchObject([{ passed: true }]);
    expect(commands(machine)).toEqual([
      "/usr/bin/getmail --rcfile STAGE/etc/getmail/john --getmaildir STAGE/getmail --dump",
    ]);
  });

  it("refuses with the error alone, and without a password", async () => {
    says(
      "getmail",
      [
        "Exception: please read docs/BUGS and include the following information in any bug report:",
        "  getmail version 6.18.11",
        "Unhandled exception follows:",
        '    File "/usr/lib/python3/dist-packages/getmailcore/baseclasses.py", line 130, in validate',
        "    val = self.dtype(eval(val))",
        "  NameError: name 'hunter2hunter2' is not defined",
        "Please also include configuration information from running getmail",
      ].join("\n"),
      4,
    );
    expect(await refusalOf(check(machine, [file]))).toEqual([
      "getmail refuses the new configuration",
      "NameError: name '••••••' is not defined",
      "Nothing was touched.",
    ]);
  });

  it("does not show a line that it cannot read: it may be a password", async () => {
    const error = "Configuration error: configuration file STAGE/etc/getmail/john incorrect";
    for (const words of [
      `${error} (Source contains parsing errors: 'STAGE/etc/getmail/john'\n\t[line  2]: 'password hunter4\\n')`,
      `${error} (File contains no section headers.\nfile: 'STAGE/etc/getmail/john', line: 2\n'password hunter4\\n')`,
    ]) {
      says("getmail", words, 2);
      const refused = await refusalOf(check(machine, [file]));
      expect(refused).toContain("line 2 is from /site/95x.hbs:2 and uses key P2");
      expect(refused.join("\n")).not.toContain("hunter");
    }
    says("getmail", 'Warning: ignoring unknown parameter "passwrod" (value: hunter4)\n', 0);
    expect(await check(machine, [file])).toMatchObject([
      { warnings: ['Warning: ignoring unknown parameter "passwrod" (value: ••••••)'] },
    ]);
  });

  it("is not asked for a file that is to be removed", async () => {
    machine.processes.programs.set("getmail", () => success);
    expect(await check(machine, [planned("/etc/getmail/john", undefined, { check: "getmail" })])).toEqual([]);
  });
});

describe("cron", () => {
  const table = (text: string) => planned("/etc/cron.d/x", text, { check: "cron", syntax: "cron" });

  it("counts lines as everybody does", async () => {
    says("crontab", '"STAGE/etc/cron.d/x":1: bad minute\nerrors in crontab file, can\'t install.\n');
    expect(await refusalOf(check(machine, [table("# x\n61 * * * * root x\n")]))).toEqual([
      "cron refuses the new configuration",
      '"/etc/cron.d/x":2: bad minute',
      "errors in crontab file, can't install.",
      "line 2 is from /site/95x.hbs:2 and uses key P2",
      "Nothing was touched.",
    ]);
    expect(commands(machine)).toEqual(["/usr/bin/crontab -n STAGE/etc/cron.d/x"]);
  });

  it("names a line that ends too early by its own number, and others by the one before", () => {
    for (const [text, said, line] of [
      ["@dayly\n", 1, 1],
      ["# x\n@dayly root x\n", 1, 2],
      ["# x\n* * * *\n", 2, 2],
      ["# x\n* * * * 8 root x\n", 1, 2],
      ["@daily root x\nx y z\n", 2, 2],
      ["# x\nA=\n61 * * * * root x\n", 1, 2],
    ] as const)
      expect(reportedLine(text, said), text).toBe(line);
  });

  it("wants a command behind the user, which crontab does not see", async () => {
    machine.processes.programs.set("crontab", () => success);
    expect(await refusalOf(check(machine, [table("# x\n* * * * * root\n")]))).toContain(
      "line 2 is from /site/95x.hbs:2 and uses key P2",
    );
  });

  it("passes over tables of users that are not there: that is told", async () => {
    machine.processes.programs.set("crontab", () => success);
    machine.processes.programs.set("getent", () => ({
      ...success,
      exit: 2,
      stdout: "root:x:0:0::/root:/bin/sh\n",
    }));
    const text = "MAILTO=root\n* * * * * root true\n@daily vmail true\n";
    expect(await check(machine, [table(text)])).toMatchObject([
      {
        passed: true,
        warnings: [
          "/etc/cron.d/x:3: there is no user vmail, and cron passes over the whole file until there is",
        ],
      },
    ]);
    expect(commands(machine)).toContain("/usr/bin/getent passwd -- root vmail");
  });

  it("has jobs with five times or a word, and variables that are none", () => {
    expect(cronJobs('A = b\n"B" = c\n# x\n\n*/5 1 * * 1 root a  b=c\n@reboot vmail x\n* * *\n')).toEqual([
      { line: 5, user: "root", command: "a b=c" },
      { line: 6, user: "vmail", command: "x" },
    ]);
  });
});

describe("systemd", () => {
  const unit = (name: string, text: string) =>
    planned(`/etc/systemd/system/${name}`, text, { check: "systemd", syntax: "systemd" });

  it("sees all planned units together and in their place, and drop-ins by the unit that they add to", async () => {
    let path: string | undefined;
    machine.processes.programs.set("systemd-analyze", (argv, options) => {
      path = options.environment?.["SYSTEMD_UNIT_PATH"]?.replaceAll(stageOf(argv), "STAGE");
      return success;
    });
    const files = [unit("a.service", "x\n"), unit("a.timer", "x\n"), unit("postfix.service.d/o.conf", "x\n")];
    await check(machine, files);
    const tree = "STAGE/etc/systemd/system";
    expect(commands(machine)).toEqual([
      `/usr/bin/systemd-analyze verify --man=no ${tree}/a.service ${tree}/a.timer postfix.service`,
    ]);
    expect(path).toMatch(/^STAGE\/etc\/systemd\/system:\/run\/systemd\/system:/);
    expect(path).not.toContain(":/etc/systemd/system");
  });

  it("counts what it says of planned units alone, whatever its status", async () => {
    says(
      "systemd-analyze",
      "/lib/systemd/system/other.service:3: Unknown key 'X' in section [Unit], ignoring.\n" +
        "other.service: Command /bin/x is not executable: No such file or directory\n",
    );
    expect(await check(machine, [unit("a.service", "[Unit]\nNosuch=1\n")])).toMatchObject([{ passed: true }]);
    says(
      "systemd-analyze",
      "STAGE/etc/systemd/system/a.service:2: Unknown key 'Nosuch' in section [Unit], ignoring.\n",
      0,
    );
    expect(await refusalOf(check(machine, [unit("a.service", "[Unit]\nNosuch=1\n")]))).toEqual([
      "systemd refuses the new configuration",
      "/etc/systemd/system/a.service:2: Unknown key 'Nosuch' in section [Unit], ignoring.",
      "line 2 is from /site/95x.hbs:2 and uses key P2",
      "Nothing was touched.",
    ]);
  });

  it("does not mind that this program is not where it will be, and minds it of every other", async () => {
    const absent = (program: string): string =>
      `a.service: Command ${program} is not executable: No such file or directory\n`;
    const files = [unit("a.service", "[Service]\nExecStart=x\n")];
    says("systemd-analyze", absent("/usr/bin/mailwright"));
    const [passed] = await check(machine, files);
    expect(passed).toMatchObject({ passed: true });
    expect(passed).not.toHaveProperty("warnings");
    says("systemd-analyze", absent("/usr/bin/mailwright-other"));
    await expect(check(machine, files)).rejects.toThrow("systemd refuses");
  });

  it("gives advice, which is told", async () => {
    says(
      "systemd-analyze",
      "STAGE/etc/systemd/system/a.service:2: Special user nobody configured, this is not safe!\n",
      0,
    );
    expect(await check(machine, [unit("a.service", "[Service]\nUser=nobody\n")])).toMatchObject([
      { warnings: ["/etc/systemd/system/a.service:2: Special user nobody configured, this is not safe!"] },
    ]);
  });

  it("does not miss a program that is about to be written", async () => {
    const seen: unknown[] = [];
    machine.processes.programs.set("systemd-analyze", (argv) => {
      const stage = stageOf(argv);
      seen.push(machine.read(`${stage}/etc/systemd/system/a.service`)?.replaceAll(stage, "STAGE"));
      seen.push(Number(machine.volume.statSync(`${stage}/usr/local/bin/x`).mode) & 0o777);
      return success;
    });
    const file = unit("a.service", "[Service]\nExecStart=-/usr/local/bin/x --a\n");
    await check(machine, [file, planned("/usr/local/bin/x", "#!/bin/sh\n", { mode: 0o755 })]);
    expect(seen).toEqual(["[Service]\nExecStart=-STAGE/usr/local/bin/x --a\n", 0o700]);
  });

  it("that cannot judge here is skipped with its words", async () => {
    says("systemd-analyze", "Failed to initialize manager: No medium found\n");
    expect(await check(machine, [unit("a.service", "x\n")])).toMatchObject([
      { skipped: "Failed to initialize manager: No medium found" },
    ]);
  });
});
