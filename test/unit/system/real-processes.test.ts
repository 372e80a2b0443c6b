import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { RealProcesses } from "../../../src/system/real-processes.ts";

const processes = new RealProcesses();

function script(text: string): string {
  const base = mkdtempSync(join(tmpdir(), "mailwright-processes-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  writeFileSync(join(base, "script"), text);
  chmodSync(join(base, "script"), 0o755);
  return join(base, "script");
}

const sh = (text: string): [string, ...string[]] => ["/bin/sh", "-c", text];

describe("run", () => {
  it("tells the status and both streams apart", async () => {
    expect(await processes.run(sh("echo out; echo err >&2; exit 3"))).toEqual({
      ...{ exit: 3, stdout: "out\n", stderr: "err\n", timedOut: false },
    });
  });

  it("no shell stands between: every argument arrives as it is", async () => {
    const odd = ["a b", "it's", '"', "$HOME", "`id`", "*", "\\", "a\nb", "", "-n", "é"];
    const { stdout } = await processes.run(["/usr/bin/printf", "[%s]", ...odd]);
    expect(stdout).toBe(odd.map((word) => `[${word}]`).join(""));
  });

  it("gives nothing of this process's environment away, and a fixed PATH and locale", async () => {
    process.env["MAILWRIGHT_TEST_SECRET"] = "x";
    process.env["LC_ALL"] = "de_DE";
    onTestFinished(() => {
      delete process.env["MAILWRIGHT_TEST_SECRET"];
      delete process.env["LC_ALL"];
    });
    const { stdout } = await processes.run(["/usr/bin/env"], { environment: { OWN: "1" } });
    const names = stdout
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("TZ="));
    expect(names.sort()).toEqual([
      "LC_ALL=C.UTF-8",
      "OWN=1",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ]);
  });

  it("gives the input, and does not mind a program that does not read it", async () => {
    expect(await processes.run(["/bin/cat"], { input: "ünï\n" })).toMatchObject({ stdout: "ünï\n" });
    expect(await processes.run(["/bin/true"], { input: "x".repeat(1_000_000) })).toMatchObject({ exit: 0 });
  });

  it("tells each line as it comes, streams kept apart, the last one with or without its end", async () => {
    const lines: string[] = [];
    const at: number[] = [];
    const start = performance.now();
    await processes.run(
      sh("echo one; sleep 0.4; printf 'two\\r\\nthr'; sleep 0.05; printf 'ee'; printf err >&2"),
      {
        onLine: (line) => {
          lines.push(line);
          at.push(performance.now() - start);
        },
      },
    );
    expect(lines.sort()).toEqual(["err", "one", "three", "two"]);
    expect(at[0]).toBeLessThan(350);
  });

  it("a letter that arrives in two pieces is one", async () => {
    const lines: string[] = [];
    await processes.run(sh("printf '\\303'; sleep 0.1; printf '\\251\\n'"), {
      onLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(["é"]);
  });

  it("keeps the end of what is too long to keep, and cuts no pipe", async () => {
    const { exit, stdout } = await processes.run(sh("head -c 2500000 /dev/zero | tr '\\0' x && echo end"));
    expect(exit).toBe(0);
    expect(stdout).toHaveLength(1_000_000);
    expect(stdout.endsWith("xend\n")).toBe(true);
  });

  it("after the time-out the process and its children are gone", async () => {
    const start = performance.now();
    const outcome = await processes.run(sh("sleep 30 & echo $!; wait"), { timeout: 200 });
    expect(performance.now() - start).toBeLessThan(5000);
    expect(outcome).toMatchObject({ timedOut: true, exit: 137 });
    // Gone, or dead and not yet collected by its new parent.
    const status = `/proc/${outcome.stdout.trim()}/stat`;
    const isGone = (): boolean => !existsSync(status) || readFileSync(status, "utf8").includes(") Z ");
    await expect.poll(isGone).toBe(true);
  });

  it("has the status of a shell for what a signal ended, is not there, or is no program", async () => {
    expect(await processes.run(sh("kill -TERM $$"))).toMatchObject({ exit: 143 });
    expect(await processes.run(["/no/such"])).toMatchObject({
      exit: 127,
      stderr: expect.stringContaining("/no/such"),
    });
    expect(await processes.run([script("#!/no/such\n")])).toMatchObject({ exit: 127 });
    expect(await processes.run([script("echo x\n")])).toMatchObject({ exit: 126 });
    expect(await processes.run([tmpdir()])).toMatchObject({ exit: 126 });
  });

  it("leaves no handler of a signal behind", async () => {
    const count = (): number[] =>
      ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal));
    const before = count();
    await processes.run(["/bin/true"]);
    await processes.run(["/no/such"]);
    expect(count()).toEqual(before);
  });

  it("a lost terminal ends neither the program nor this process", async () => {
    const running = processes.run(sh("trap 'echo lost; exit 1' HUP; echo ready; sleep 0.3; echo done"), {
      onLine: (line) => {
        if (line === "ready") process.kill(process.pid, "SIGHUP");
      },
    });
    expect(await running).toMatchObject({ exit: 0, stdout: "ready\ndone\n" });
  });

  it("Ctrl-C reaches the program, and a second one ends it for good", async () => {
    const running = processes.run(sh("trap 'echo no' INT; echo ready; while :; do sleep 0.05; done"), {
      onLine: (line) => {
        if (line === "ready" || line === "no") process.kill(process.pid, "SIGINT");
      },
    });
    await expect(running).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});

describe("leave", () => {
  it("lets the program go on by itself, with nothing of this process's environment", async () => {
    const base = mkdtempSync(join(tmpdir(), "mailwright-processes-"));
    onTestFinished(() => rmSync(base, { recursive: true, force: true }));
    const path = join(base, "out");
    process.env["MAILWRIGHT_TEST_SECRET"] = "x";
    onTestFinished(() => {
      delete process.env["MAILWRIGHT_TEST_SECRET"];
    });
    processes.leave(sh(`echo "$PWD $PATH $MAILWRIGHT_TEST_SECRET" $(ps -o pid=,sid= -p $$) $$ > ${path}`));
    await expect.poll(() => existsSync(path) && readFileSync(path, "utf8")).toMatch(/\n/);
    // It leads a session of its own: what ends this one's does not end it.
    const [folder, list, pid, session, own] = readFileSync(path, "utf8").trim().split(/\s+/);
    expect([folder, list, pid, session]).toEqual([
      ...["/", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", own, own],
    ]);
  });

  it("tells what cannot be started", () => {
    for (const program of ["/no/such", tmpdir()]) {
      expect(() => processes.leave([program])).toThrow(
        expect.objectContaining({ code: "NOT_STARTED", message: `${program} cannot be started` }),
      );
    }
  });
});

describe("find", () => {
  it("looks in the administrator's folders, whatever PATH says", () => {
    const path = process.env["PATH"];
    process.env["PATH"] = "/nowhere";
    onTestFinished(() => {
      process.env["PATH"] = path;
    });
    expect(processes.find("sh")).toMatch(/\/bin\/sh$/);
    expect(processes.find("no-such-program")).toBeUndefined();
  });
});
