import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { links } from "../../packaging/links.ts";
import { type Container, startContainer } from "./container/container.ts";
import { debPath, rootCache } from "./places.ts";

const database = "/var/lib/mailwright/mailwright.db";
const mail = "/var/lib/nethserver/vmail/domain.org/john/Maildir/new/1";
const own = "/etc/mailwright/templates/etc/postfix/main.cf/95site.hbs";

/** The package on a Debian 12: what it installs, and what it leaves to the administrator. In this order. */
describe("the package", () => {
  let container: Container;
  const run = (...argv: string[]) => container.run(argv);
  const must = (...argv: string[]) => container.must(argv);
  const shell = (script: string, ...args: string[]) => must("sh", "-ec", script, "sh", ...args);
  const has = async (program: string): Promise<boolean> => {
    const found = (await run("sh", "-c", `command -v ${program}`)).exit === 0;
    if (!found) console.warn(`package.e2e: the root has no ${program}; what it would show is left out`);
    return found;
  };

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
  });
  afterAll(() => container?.stop());

  test("makes no database, no user and no file of a daemon when it is installed", async () => {
    expect((await run("test", "-e", "/var/lib/mailwright")).exit).toBe(1);
    expect((await run("getent", "passwd", "vmail")).exit).toBe(2);
    expect((await run("grep", "-rl", "mailwright", "/etc/postfix", "/etc/dovecot", "/etc/rspamd")).exit).toBe(
      1,
    );
  });

  test("has every file as it was packed, with its mode, owned by root", async () => {
    expect(await must("dpkg", "-V", "mailwright")).toBe("");
    const listed = await shell("dpkg -L mailwright | tail -n +2 | xargs stat -c '%A %U %G %n'");
    const rows = listed.trimEnd().split("\n");
    expect(rows.length).toBeGreaterThan(50);
    const expected = /^(drwxr-xr-x|lrwxrwxrwx|-rw-r--r--) root root /;
    const others = rows.filter((row) => !expected.test(row));
    const executable =
      /^-rwxr-xr-x root root (\/usr\/bin\/mailwright|\/usr\/share\/mailwright\/events\/.*\/S\d\d.*)$/;
    expect(others.filter((row) => !executable.test(row))).toEqual([]);
    expect(others.length).toBeGreaterThan(1);
  });

  test("answers by every name", async () => {
    for (const name of links) expect(await must(name, "--help")).toMatch(new RegExp(`^${name}: `));
    expect(await must("mailwright", "--version")).toMatch(/^mailwright \d/);
  });

  test("has manual pages that man finds and shows", async () => {
    const pages = (await must("dpkg", "-L", "mailwright"))
      .split("\n")
      .filter((path) => path.includes("/man/man"));
    expect(pages.filter((path) => path.endsWith(".gz")).length).toBeGreaterThan(6);
    if (!(await has("man"))) return;
    for (const path of pages.filter((name) => name.endsWith(".gz"))) {
      const [, name = "", section = ""] = /([^/]+)\.(\d)\.gz$/.exec(path) ?? [];
      const { stdout, stderr } = await container.run(["man", "--warnings", section, name], {
        env: { MANWIDTH: "80" },
      });
      expect(stderr).toBe("");
      expect(stdout).toMatch(new RegExp(`^${name.toUpperCase()}\\(${section}\\)`));
    }
    expect(await must("man", "config")).toContain("setprop KEY PROPERTY VALUE");
  });

  test("completes in bash", async () => {
    const script = `
      . /usr/share/bash-completion/completions/"\${1%% *}"
      COMP_LINE=$1 COMP_POINT=\${#1}
      _mailwright "\${1%% *}"
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const offered = async (line: string) =>
      (await must("bash", "-c", script, "bash", line)).trimEnd().split("\n");
    expect(await offered("config setprop rspamd QuarantineStat")).toEqual(["QuarantineStatus"]);
    expect(await offered("signal-event nethserver-mail-quarantine-s")).toEqual([
      "nethserver-mail-quarantine-save",
    ]);
    expect(await offered("db accounts show postmaster@")).toEqual(["@"]);
    expect(await offered("expand-template /etc/dovecot/dov")).toEqual(["/etc/dovecot/dovecot.conf"]);
  });

  test("completes in fish and zsh, which find the files by themselves", async () => {
    if (await has("fish")) {
      const offered = await must("fish", "-c", "complete -C 'config setprop rspamd QuarantineStat'");
      expect(offered).toMatch(/^QuarantineStatus\t/);
    }
    if (await has("zsh")) {
      const script =
        "autoload -Uz compinit; compinit -D -u; print -r -- $_comps[config] $_comps[signal-event]";
      expect((await must("zsh", "-f", "-c", script)).trim()).toBe("_mailwright _mailwright");
    }
  });

  test("keeps settings, and what the site added, when it is installed over itself", async () => {
    await must("config", "setprop", "rspamd", "SpamKillLevel", "15");
    await container.write(own, "# ours\n");
    await must("dpkg", "--install", "/tmp/package.deb");
    expect(await must("config", "getprop", "rspamd", "SpamKillLevel")).toBe("15\n");
    expect(await container.read(own)).toBe("# ours\n");
    expect(await must("stat", "-c", "%a %U", database)).toBe("600 root\n");
    expect(await must("dpkg", "-V", "mailwright")).toBe("");
  });

  test("leaves settings, mail and what the site added when it is purged, and says so", async () => {
    await container.write(mail, "Subject: kept\n\n");
    const said = await must("dpkg", "--purge", "mailwright");
    for (const place of ["/var/lib/mailwright", "/var/lib/nethserver/vmail", "/etc/mailwright"])
      expect(said).toContain(place);
    expect(await must("head", "-c", "15", database)).toBe("SQLite format 3");
    expect(await container.read(mail)).toContain("Subject: kept");
    expect(await container.read(own)).toBe("# ours\n");
    expect((await run("sh", "-c", "command -v config db mailwright")).stdout).toBe("");
    expect((await run("ls", "/usr/share/mailwright")).exit).toBe(2);
  });

  test("finds the settings again when it is installed once more, and purges an untouched machine whole", async () => {
    await must("dpkg", "--install", "/tmp/package.deb");
    expect(await must("config", "getprop", "rspamd", "SpamKillLevel")).toBe("15\n");
    await must("rm", own);
    const said = await must("dpkg", "--purge", "mailwright");
    expect(said).not.toContain("/etc/mailwright holds");
    expect((await run("test", "-e", "/etc/mailwright")).exit).toBe(1);
  });
});
