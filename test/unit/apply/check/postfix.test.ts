import { beforeEach, describe, expect, it } from "vitest";
import { namedTables } from "../../../../src/apply/check/pattern-tables.ts";
import { Machine, success } from "../harness.ts";
import { check, commands, failure, left, planned, refusalOf, stageOf } from "./planned.ts";

let machine: Machine;

const main = planned("/etc/postfix/main.cf", "# x\na = b\nfoo = bar\nrelayhost = $nosuch\n", {
  check: "postfix",
});
const master = planned("/etc/postfix/master.cf", "smtp inet n - n - - smtpd\n  -o foo=bar\n", {
  check: "postfix",
});

/** Postfix whose postconf -n says this; STAGE stands for the stage. */
function postconfSays(words: string, exit = 0): void {
  machine.processes.programs.set("postconf", (argv) =>
    argv.at(-1) === "-n" ? failure(words.replaceAll("STAGE", stageOf(argv)), exit) : success,
  );
}

beforeEach(() => {
  machine = new Machine();
  machine.put("/etc/postfix/main.cf", "live = yes\n");
  machine.put("/etc/postfix/master.cf", "live\n");
  for (const name of ["postmap", "postconf", "postfix"]) machine.processes.programs.set(name, () => success);
});

describe("Postfix", () => {
  it("reads its parameters, looks for slips in both files, and checks itself", async () => {
    await check(machine, [main]);
    expect(commands(machine)).toEqual([
      "/usr/bin/postmap -c STAGE/etc/postfix -q any static:any",
      "/usr/bin/postconf -c STAGE/etc/postfix -n",
      "/usr/bin/postconf -c STAGE/etc/postfix -M",
      "/usr/bin/postfix -c STAGE/postfix-check check",
    ]);
  });

  it("checks itself on an empty queue and with a log of its own, whose words are shown", async () => {
    let text = "";
    machine.processes.programs.set("postfix", (argv) => {
      const folder = `${stageOf(argv)}/postfix-check`;
      text = machine.read(`${folder}/main.cf`)?.replaceAll(stageOf(argv), "STAGE") ?? "";
      machine.put(
        `${folder}/log`,
        "Nov 25 14:44:40 mail postfix/postfix-script[5799]: warning: not owned by postfix: /x/data/.\n" +
          "Nov 25 14:44:41 mail postfix[5828]: fatal: chdir(/nowhere): No such file or directory\n",
      );
      return { ...success, exit: 1 };
    });
    const file = planned("/etc/postfix/main.cf", "a = b\ndaemon_directory = /nowhere\n", {
      check: "postfix",
    });
    expect(await refusalOf(check(machine, [file]))).toEqual([
      "postfix refuses the new configuration",
      "postfix: fatal: chdir(/nowhere): No such file or directory",
      "line 2 is from /site/95x.hbs:2 and uses key P2",
      "Nothing was touched.",
    ]);
    expect(text).toContain("queue_directory = STAGE/postfix-check/queue\n");
    expect(text).toContain("maillog_file = STAGE/postfix-check/log\n");
  });

  it("warns of a parameter in a planned file: that refuses, with fragment and property", async () => {
    postconfSays("postconf: warning: STAGE/etc/postfix/main.cf: unused parameter: foo=bar\n");
    expect(await refusalOf(check(machine, [main, master]))).toEqual([
      "postfix refuses the new configuration",
      "postconf: warning: /etc/postfix/main.cf: unused parameter: foo=bar",
      "line 3 is from /site/95x.hbs:3 and uses key P3",
      "Nothing was touched.",
    ]);
    postconfSays("postconf: warning: STAGE/etc/postfix/main.cf: undefined parameter: nosuch\n");
    expect(await refusalOf(check(machine, [main]))).toContain(
      "line 4 is from /site/95x.hbs:4 and uses key P4",
    );
    expect(left(machine)).toEqual([]);
  });

  it("warns of a parameter in a file that is not planned: that is told", async () => {
    postconfSays("postconf: warning: STAGE/etc/postfix/main.cf: unused parameter: foo=bar\n");
    expect(await check(machine, [master])).toMatchObject([
      { passed: true, warnings: ["postconf: warning: /etc/postfix/main.cf: unused parameter: foo=bar"] },
    ]);
  });

  it("warns of a parameter that is set twice: that is told once, and is how a site overrides", async () => {
    const words = "warning: STAGE/etc/postfix/main.cf, line 3: overriding earlier entry: foo=baz\n";
    machine.processes.programs.set("postconf", (argv) =>
      failure(`postconf: ${words.replaceAll("STAGE", stageOf(argv))}`, 0),
    );
    const [verdict] = await check(machine, [main]);
    expect(verdict).toMatchObject({
      warnings: ["postconf: warning: /etc/postfix/main.cf, line 3: overriding earlier entry: foo=baz"],
    });
  });

  it("says the same by many programs: it is shown once", async () => {
    for (const name of ["postmap", "postconf"]) {
      machine.processes.programs.set(name, (argv) =>
        failure(
          `${argv[0]}: fatal: ${stageOf(argv)}/etc/postfix/main.cf, line 2: missing '=' after attribute name: "a"\n`,
        ),
      );
    }
    const words = await refusalOf(check(machine, [main]));
    expect(words.filter((line) => line.includes("missing '='"))).toHaveLength(1);
  });

  it("does not look through all of it again for a table", async () => {
    await check(machine, [planned("/etc/postfix/users", "x y\n", { check: "postfix", map: "cdb" })]);
    expect(commands(machine)).toEqual(["/usr/bin/postmap -c STAGE/etc/postfix -q any static:any"]);
  });

  it("is skipped where one of its programs is missing", async () => {
    machine.processes.programs.delete("postconf");
    expect(await check(machine, [main])).toMatchObject([{ skipped: "postconf is not installed" }]);
    expect(machine.processes.calls).toEqual([]);
  });
});

describe("tables of regular expressions", () => {
  const table = planned("/etc/postfix/headers", "# x\n/bad(/ REJECT\n", {
    check: "postfix",
    syntax: "postfix-map",
  });

  /** A postmap that finds this in a table. */
  function postmapSays(words: string, exit = 1): void {
    machine.processes.programs.set("postmap", (argv) => {
      const path = /^(?:regexp|pcre):(.*)$/.exec(argv.at(-1) ?? "")?.[1];
      return path === undefined ? success : failure(words.replaceAll("TABLE", path), exit);
    });
  }

  it("are tried by the type under which main.cf names them; all of them where main.cf is planned", async () => {
    const text = "header_checks = pcre:/etc/postfix/headers, regexp:/srv/other\n";
    const tried = () =>
      commands(machine).flatMap((line) => / -q any ((?:pcre|regexp):.*)/.exec(line)?.[1] ?? []);
    machine.put("/etc/postfix/main.cf", text);
    await check(machine, [table]);
    expect(tried()).toEqual(["pcre:STAGE/etc/postfix/headers"]);
    machine.processes.calls.length = 0;
    await check(machine, [planned("/etc/postfix/main.cf", text, { check: "postfix" })]);
    expect(tried()).toEqual(["pcre:STAGE/etc/postfix/headers", "regexp:/srv/other"]);
  });

  it("refuse with a rule that Postfix would leave out; status 1 is that of a key that is not there", async () => {
    postmapSays("");
    expect(await check(machine, [table])).toMatchObject([{ passed: true }]);
    postmapSays("postmap: warning: regexp map TABLE, line 2: Unmatched ( or \\(\n");
    expect(await refusalOf(check(machine, [table]))).toEqual([
      "postfix refuses the new configuration",
      "postmap: warning: regexp map /etc/postfix/headers, line 2: Unmatched ( or \\(",
      "line 2 is from /site/95x.hbs:2 and uses key P2",
      "Nothing was touched.",
    ]);
  });

  it("that are not planned and were so before are told", async () => {
    machine.put("/etc/postfix/headers", "/bad(/ REJECT\n");
    machine.put("/etc/postfix/main.cf", "header_checks = regexp:/etc/postfix/headers\n");
    postmapSays("postmap: warning: regexp map TABLE, line 1: Unmatched ( or \\(\n");
    expect(await check(machine, [master])).toMatchObject([
      { warnings: ["postmap: warning: regexp map /etc/postfix/headers, line 1: Unmatched ( or \\("] },
    ]);
  });

  it("that a planned main.cf names and that are not there refuse", async () => {
    const text = "a = b\nheader_checks = pcre:/etc/postfix/nowhere\n";
    postmapSays("postmap: fatal: open TABLE: No such file or directory\n");
    const refused = await refusalOf(
      check(machine, [planned("/etc/postfix/main.cf", text, { check: "postfix" })]),
    );
    expect(refused).toContain("postmap: fatal: open /etc/postfix/nowhere: No such file or directory");
    expect(refused).toContain("line 2 is from /site/95x.hbs:2 and uses key P2");
  });

  it("are found in main.cf and master.cf, comments left out", () => {
    expect(
      namedTables(
        "# regexp:/no\na = regexp:/a, pcre:/b\n  proxy:pcre:/c\n -o x={regexp:/d}\n b = cdb:/e regexp:{ x }\n",
      ),
    ).toEqual([
      { type: "regexp", path: "/a" },
      { type: "pcre", path: "/b" },
      { type: "pcre", path: "/c" },
      { type: "regexp", path: "/d" },
    ]);
  });
});
