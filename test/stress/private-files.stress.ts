import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtExecutable } from "../cli/built-executable.ts";
import { trialOf } from "../cli/events/trial.ts";
import { temporaryRoot } from "./processes.ts";

/** The system calls of a command that must go well, a line each. */
function traced(calls: string, command: readonly string[], environment: NodeJS.ProcessEnv = {}): string[] {
  const log = join(temporaryRoot(), "trace");
  execFileSync("strace", ["-f", "-o", log, "-e", `trace=${calls}`, ...command], {
    env: { PATH: process.env["PATH"], ...environment },
  });
  return readFileSync(log, "utf8").split("\n");
}

describe("what holds secrets is never readable by others", () => {
  it("the database, not even under its first name", () => {
    const place = temporaryRoot();
    const config = [builtExecutable("config"), "--root", place];
    const modes = new Map<string, string>();
    for (const line of traced("open,openat,creat,link", [
      ...config,
      "setprop",
      "rspamd",
      "Password",
      "s3cret",
    ])) {
      const [, path, mode] = /"([^"]+)", [A-Z_|]*O_CREAT[A-Z_|]*, (0\d+)\) = \d/.exec(line) ?? [];
      const [, source, link] = / link\("([^"]+)", "([^"]+)"\) = 0/.exec(line) ?? [];
      if (link !== undefined) modes.set(link, modes.get(source ?? "") ?? "");
      // Who opens a file that is there does not change its mode.
      if (path?.startsWith(place) && mode !== undefined && !modes.has(path)) modes.set(path, mode);
    }
    expect([...modes.keys()]).toContain(join(place, "var/lib/mailwright/mailwright.db"));
    expect([...modes.keys()]).toContain(join(place, "var/lib/mailwright/mailwright.db-wal"));
    expect([...new Set(modes.values())]).toEqual(["0600"]);
  });

  it("a secret file, not even as its temporary", () => {
    const trial = trialOf({ "10.hbs": "password {{config.rspamd.Password}}\n" }, 'mode: "0640"\n');
    const lines = traced(
      "openat,fchmod,fchmodat,chmod,fchown,rename,renameat,renameat2,unlink",
      [builtExecutable("signal-event"), "--root", trial.root, "go"],
      { MAILWRIGHT_SHARE: trial.share },
    );
    const made = lines.filter((line) => line.includes("O_CREAT") && line.includes(".file.mailwright-"));
    expect(made).toHaveLength(1);
    expect(made[0]).toMatch(/O_EXCL.*, 0600\)/);
    // Nothing else makes it, and nothing opens it to others later.
    const from = lines.indexOf(made[0] ?? "");
    const until = lines.findIndex((line) => /rename.*\.file\.mailwright-/.test(line));
    expect(until).toBeGreaterThan(from);
    const modes = lines.slice(from, until).flatMap((line) => /chmod.*, (0\d+)\)/.exec(line)?.[1] ?? []);
    expect(modes).toEqual(["0640"]);
    expect(lines.slice(until).filter((line) => /chmod.*file/.test(line))).toEqual([]);
    expect(trial.mode("/etc/file")).toBe("0640");
  });
});
