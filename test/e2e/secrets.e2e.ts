import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "./container/container.ts";
import { journalctl, waitFor } from "./container/mail.ts";
import { events, fragment, lastApply, repeat, reset, setUpMailServer } from "./container/mail-server.ts";
import { debPath, rootCache } from "./places.ts";

const event = "nethserver-mail-filter-save";
const controller = "/etc/rspamd/local.d/worker-controller.inc";
/** With what means something to UCL, JSON, shells, regular expressions and terminals. */
const password = "p#a ss\"w'ö:\\x";
/** As it is, and as UCL, JSON and ASCII alone hold it: no text with one of these may be seen by anybody. */
const pieces = ["p#a ss", 'ss"w', 'ss\\"w', "w'ö", "w'\\u00f6", "w'\\303"];

/** Notes every command line of a process, and the modes of folders for staging, until it is told to stop. */
const watcher = `
import glob, os
seen = set()
while not os.path.exists("/run/watch-over"):
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                seen.add(file.read().replace(b"\\0", b" "))
        except OSError:
            pass
    for path in glob.glob("/tmp/mailwright-*"):
        try:
            seen.add(b"stage %o" % (os.stat(path).st_mode & 0o7777))
        except OSError:
            pass
with open("/run/watched.new", "wb") as file:
    file.write(b"\\n".join(sorted(seen)))
os.rename("/run/watched.new", "/run/watched")
`;

/** A password with which everything goes wrong that can print it. */
describe("a secret", () => {
  let container: Container;
  /** All that anybody could see. */
  const told: string[] = [];
  const must = (...argv: string[]) => container.must(argv);
  const run = async (...argv: string[]) => {
    const result = await container.run(argv);
    told.push(result.stdout, result.stderr);
    return result;
  };
  /** Signals the event as a job, as a program, and on a terminal; all end with the same status. */
  const signal = async (...options: string[]) => {
    const job = await run("signal-event", ...options, event);
    const program = await run("signal-event", "--json", ...options, event);
    const typed = ["signal-event", ...options, event].join(" ");
    const terminal = await run("script", "--quiet", "--return", "--command", typed, "/dev/null");
    expect([program.exit, terminal.exit]).toEqual([job.exit, job.exit]);
    return { exit: job.exit, text: job.stdout + job.stderr, json: program.stdout, typed: terminal.stdout };
  };

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await setUpMailServer(container);
    await must("systemd-run", "--quiet", "--unit=watch", "python3", "-c", watcher);
  });
  afterAll(() => container?.stop());

  test("is stored, and reaches Rspamd as it is", async () => {
    // By force, for a browser could not send it.
    const set = await container.run(["config", "--stdin", "--force", "setprop", "rspamd", "Password"], {
      input: password,
    });
    told.push(set.stdout, set.stderr, await must("config", "changes"), await must("config", "history"));
    expect(set.exit).toBe(0);
    expect((await signal("--dry-run")).exit).toBe(2);
    expect((await signal()).exit).toBe(0);
    const known = JSON.parse(await must("rspamadm", "configdump", "--json"));
    expect(findAll(known, "password")).toContain(password);
    await repeat(container, event);
  });

  test("is taken out of what Rspamd says of it", async () => {
    await container.write(fragment(controller), "bind_socket = {{config.rspamd.Password}};\n");
    const { exit, text } = await signal();
    expect(exit).toBe(4);
    expect(text).toContain("cannot parse bind line: ••••••");
    expect((await signal("--dry-run")).exit).toBe(4);
    await must("rm", fragment(controller));
  });

  test("is taken out of what scripts print, also where they fail", async () => {
    const prints = `config getprop rspamd Password; cat ${controller}; config printjson rspamd >&2; mailwright expand-template --stdout ${controller}`;
    const script = (status: number) =>
      container.write(`${events}/${event}/S50-prints`, `#!/bin/sh\n${prints}\nexit ${status}\n`, 0o755);
    await script(0);
    const { exit, json, typed } = await signal();
    expect(exit).toBe(0);
    for (const shown of [json, typed]) {
      expect(shown).toContain("••••••");
      expect(shown.replaceAll("\\", "")).toContain('password = "••••••";');
    }
    await script(3);
    const failed = await signal();
    expect(failed.exit).toBe(1);
    for (const shown of [failed.text, failed.json, failed.typed]) expect(shown).toContain("••••••");
    expect(await lastApply(container)).toMatchObject({ event, outcome: "failed" });
    await must("rm", "-r", events);
    expect((await signal()).exit).toBe(0);
  });

  test("is not shown in a difference, and the copy of an edited file is as private as the file", async () => {
    await must("sh", "-c", `echo '# by hand' >> ${controller}`);
    expect((await run("mailwright", "verify")).exit).toBe(2);
    expect((await run("mailwright", "status")).exit).toBe(2);
    expect((await signal("--dry-run")).exit).toBe(2);
    const { text } = await signal();
    const [, copy = ""] = /a copy of it goes to (\S+controller\.inc)/.exec(text) ?? [];
    expect(await container.read(copy)).toContain("# by hand");
    expect(await must("stat", "-c", "%a %U", copy)).toBe("600 root\n");
  });

  test("is in no history, no log and no command line", async () => {
    const revisions: { revision: number }[] = JSON.parse(
      (await run("mailwright", "history", "--json")).stdout,
    );
    await run("mailwright", "history");
    await run("config", "history");
    for (const { revision } of revisions) {
      await run("mailwright", "diff", String(revision));
      await run("mailwright", "diff", "--json", String(revision));
    }
    expect(revisions.length).toBeGreaterThan(5);
    expect(told.join("\n")).toContain("signal-event");
    for (const piece of pieces) expect(told.filter((text) => text.includes(piece))).toEqual([]);

    const log = await journalctl(container, "--output=verbose", "--all");
    expect(log).toContain(`${event}: check failed (4)`);
    expect(log).toContain("••••••");
    for (const piece of pieces) expect(log.includes(piece), `${piece} in the journal`).toBe(false);

    await must("touch", "/run/watch-over");
    const watched = await waitFor(async () => {
      const { exit, stdout } = await container.run(["cat", "/run/watched"]);
      return exit === 0 && stdout;
    });
    expect(watched).toMatch(/rspamadm .*configtest/);
    expect(watched).toMatch(/S50-prints/);
    expect(watched).toMatch(/^stage 700$/m);
    expect(watched).not.toMatch(/^stage (?!700$)/m);
    for (const piece of pieces) expect(watched).not.toContain(piece);
  });

  test("lies in files that others cannot read", async () => {
    const search = "grep -rlF 'p#a ss' /etc /var /run /tmp /root /home | xargs stat -c '%a %U:%G %n'";
    const files = (await must("sh", "-c", search)).trimEnd().split("\n");
    console.log(`files that hold the secret\n${files.join("\n")}`);
    expect(files.join("\n")).toContain(controller);
    expect(files.join("\n")).toContain("/var/lib/mailwright/mailwright.db");
    const open = files.filter((line) => (Number.parseInt(line, 8) & 0o137) !== 0);
    expect(open).toEqual([]);
    await reset(container);
    await repeat(container, event);
  });
});

/** Each value that a name has anywhere in a document. */
function findAll(document: unknown, name: string): unknown[] {
  if (typeof document !== "object" || document === null) return [];
  return Object.entries(document).flatMap(([key, value]) => [
    ...(key === name ? [value] : []),
    ...findAll(value, name),
  ]);
}
