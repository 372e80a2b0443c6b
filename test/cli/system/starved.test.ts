import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { isRoot } from "../../given.ts";

/** Root has no limit of processes; this user has, and may read the working copy nevertheless. */
const asNobody = [
  ...["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
  ...["--inh-caps=+dac_override", "--ambient-caps=+dac_override"],
];

function starved(limit: string, number: number): unknown {
  const script = fileURLToPath(new URL("starved.ts", import.meta.url));
  const command = [process.execPath, script, limit, String(number)];
  const [program = "", ...args] = isRoot ? [...asNobody, ...command] : command;
  return JSON.parse(execFileSync(program, args, { encoding: "utf8" }));
}

describe("a program that cannot be started for want of", () => {
  it("processes is told in words", () => {
    expect(starved("nproc", 1)).toEqual({
      ...{ exit: 126, stdout: "", timedOut: false },
      stderr:
        "/bin/true cannot be started: no more processes can be started here: the limit of the process table, " +
        "of the user or of the container is reached",
    });
  });

  it("open files is told in words", () => {
    expect(starved("nofile", 3)).toEqual({
      ...{ exit: 126, stdout: "", timedOut: false },
      stderr: "/bin/true cannot be started: this process has too many open files",
    });
  });
});
