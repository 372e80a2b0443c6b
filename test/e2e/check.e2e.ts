import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "./container/container.ts";
import { debPath, rootCache } from "./places.ts";

const templates = "/etc/mailwright/templates";
const events = "/etc/mailwright/events";

/** What an administrator puts into /etc/mailwright, and what a daemon has against it. */
interface Mistake {
  readonly title: string;
  /** Texts of fragments and other files, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly event: string;
  readonly refuses: string;
  /** The daemon's own words. */
  readonly words: string;
  /** Where the line at fault comes from. */
  readonly from: string;
}

/** A fragment in a shipped template. */
const fragment = (target: string, text: string) => ({ [`${templates}${target}/95site.hbs`]: text });
const fragmentOf = (target: string, line: number, name = "95site") =>
  `is from ${templates}${target}/${name}.hbs:${line}`;

/** A template of the site's own, and the event that makes its file. */
function own(target: string, metadata: string, text: string): Record<string, string> {
  return {
    [`${templates}${target}/template.yaml`]: metadata,
    [`${templates}${target}/10site.hbs`]: text,
    [`${events}/site-save/event.yaml`]: `description: the site's own\ntemplates:\n  - ${target}\n`,
  };
}

const mistakes: readonly Mistake[] = [
  {
    title: "a parameter that Postfix does not have",
    files: fragment("/etc/postfix/main.cf", "\nsmtpd_typo = {{config.postfix.MessageSizeMax}}\n"),
    event: "nethserver-mail-common-save",
    refuses: "postfix refuses the new configuration",
    words: "warning: /etc/postfix/main.cf: unused parameter: smtpd_typo=20000000",
    from: `${fragmentOf("/etc/postfix/main.cf", 2)} and uses postfix MessageSizeMax`,
  },
  {
    title: "a parameter that Postfix cannot read",
    files: fragment("/etc/postfix/main.cf", "fork_attempts = lots\n"),
    event: "nethserver-mail-common-save",
    refuses: "postfix refuses the new configuration",
    words: "fatal: bad numerical configuration: fork_attempts = lots",
    from: fragmentOf("/etc/postfix/main.cf", 1),
  },
  {
    title: "a folder that only `postfix check` looks for",
    files: fragment("/etc/postfix/main.cf", "daemon_directory = /nowhere\n"),
    event: "nethserver-mail-common-save",
    refuses: "postfix refuses the new configuration",
    words: "postfix: fatal: chdir(/nowhere): No such file or directory",
    from: fragmentOf("/etc/postfix/main.cf", 1),
  },
  {
    title: "a service of Postfix with too few columns",
    files: fragment("/etc/postfix/master.cf", "8025 inet n - n\n"),
    event: "nethserver-mail-common-save",
    refuses: "postfix refuses the new configuration",
    words: "bad field count",
    from: fragmentOf("/etc/postfix/master.cf", 1),
  },
  {
    title: "a rule that Postfix would leave out of a table of patterns",
    files: fragment("/etc/postfix/milter-header-checks", "/^Subject: bad(/ REJECT\n"),
    event: "nethserver-mail-server-save",
    refuses: "postfix refuses the new configuration",
    words: "warning: regexp map /etc/postfix/milter-header-checks, line",
    from: fragmentOf("/etc/postfix/milter-header-checks", 1),
  },
  {
    title: "an address that stands twice in a table",
    files: fragment(
      "/etc/postfix/virtual-aliases",
      "twice@domain.org a@domain.org\ntwice@domain.org b@domain.org\n",
    ),
    event: "notifications-save",
    refuses: "postfix refuses the new configuration",
    words: 'postmap: warning: /etc/postfix/virtual-aliases: duplicate entry: "twice@domain.org"',
    from: fragmentOf("/etc/postfix/virtual-aliases", 2),
  },
  {
    title: "a line that is no entry of a table",
    files: fragment("/etc/postfix/local-domains", "# mine\nlonely\n"),
    event: "nethserver-mail-server-save",
    refuses: "postfix refuses the new configuration",
    words: "expected format: key whitespace value",
    from: fragmentOf("/etc/postfix/local-domains", 2),
  },
  {
    title: "a section of Dovecot that does not end",
    files: fragment("/etc/dovecot/dovecot.conf", "protocol imap {\n"),
    event: "nethserver-mail-server-save",
    refuses: "dovecot refuses the new configuration",
    words: "Missing '}' (section started at /etc/dovecot/dovecot.conf:",
    from: fragmentOf("/etc/dovecot/dovecot.conf", 1),
  },
  {
    title: "a variable that Dovecot does not know, though doveconf ends with status 0",
    files: fragment("/etc/dovecot/dovecot.conf", "log_timestamp = $nosuch\n"),
    event: "nethserver-mail-server-save",
    refuses: "dovecot refuses the new configuration",
    words: "Unknown variable: $nosuch",
    from: fragmentOf("/etc/dovecot/dovecot.conf", 1),
  },
  {
    title: "a certificate that is not there",
    files: fragment("/etc/dovecot/dovecot.conf", "ssl_cert = </nowhere/cert.pem\n"),
    event: "nethserver-mail-server-save",
    refuses: "dovecot refuses the new configuration",
    words: "ssl_cert: Can't open file /nowhere/cert.pem: No such file or directory",
    from: fragmentOf("/etc/dovecot/dovecot.conf", 1),
  },
  {
    title: "a Sieve script that does not compile",
    files: own(
      "/var/lib/nethserver/site.sieve",
      "syntax: sieve\ncheck: dovecot\n",
      'require ["fileinto"];\nfileinto "{{config.postfix.MessageSizeMax}}"\n',
    ),
    event: "site-save",
    refuses: "dovecot refuses the new configuration",
    words: "sievec: Fatal: failed to compile sieve script '/var/lib/nethserver/site.sieve'",
    from: fragmentOf("/var/lib/nethserver/site.sieve", 2, "10site"),
  },
  {
    title: "a brace of Rspamd's too many",
    files: fragment("/etc/rspamd/local.d/actions.conf", "broken { {\n"),
    event: "nethserver-mail-filter-save",
    refuses: "rspamd refuses the new configuration",
    words: "error while parsing /etc/rspamd/local.d/actions.conf: line:",
    from: fragmentOf("/etc/rspamd/local.d/actions.conf", 1),
  },
  {
    title: "a plugin that is no Lua, without which Rspamd would go on",
    files: fragment("/etc/rspamd/plugins.d/mailwright_quarantine.lua", "this is not lua\n"),
    event: "nethserver-mail-quarantine-save",
    refuses: "rspamd refuses the new configuration",
    words: "load of /etc/rspamd/plugins.d//mailwright_quarantine.lua failed: ",
    from: fragmentOf("/etc/rspamd/plugins.d/mailwright_quarantine.lua", 1),
  },
  {
    title: "a directive that nginx does not have, in a file that nginx.conf includes by its whole path",
    files: own(
      "/etc/nginx/conf.d/site.conf",
      "syntax: nginx\ncheck: nginx\n",
      "gzip_types text/css;\nnosuch {{config.postfix.MessageSizeMax}};\n",
    ),
    event: "site-save",
    refuses: "nginx refuses the new configuration",
    words: 'nginx: [emerg] unknown directive "nosuch" in /etc/nginx/conf.d/site.conf:',
    from: `${fragmentOf("/etc/nginx/conf.d/site.conf", 2, "10site")} and uses postfix MessageSizeMax`,
  },
  {
    title: "a program for getmail that is not there",
    files: own(
      "/etc/getmail/site",
      'syntax: getmail\ncheck: getmail\nmode: "0600"\n',
      "[retriever]\ntype = SimplePOP3Retriever\nserver = pop.example.net\nusername = u\npassword = hunter2hunter2\n" +
        "[destination]\ntype = MDA_external\npath = /nowhere/deliver\n",
    ),
    event: "site-save",
    refuses: "getmail refuses the new configuration",
    words: 'incorrect (path: specified file "/nowhere/deliver" does not exist)',
    from: fragmentOf("/etc/getmail/site", 8, "10site"),
  },
  {
    title: "a time of day that cron does not know",
    files: own(
      "/etc/cron.d/site",
      "syntax: cron\ncheck: cron\n",
      "MAILTO=root\n0 1 * * * root true\n61 * * * * root true\n",
    ),
    event: "site-save",
    refuses: "cron refuses the new configuration",
    words: ": bad minute",
    from: fragmentOf("/etc/cron.d/site", 3, "10site"),
  },
  {
    title: "a setting that systemd would ignore",
    files: own(
      "/etc/systemd/system/site.service",
      "syntax: systemd\ncheck: systemd\n",
      "[Unit]\nDescription=mine\n[Service]\nExecStart=/bin/true\nRestrat=always\n",
    ),
    event: "site-save",
    refuses: "systemd refuses the new configuration",
    words: "Unknown key 'Restrat' in section [Service], ignoring.",
    from: fragmentOf("/etc/systemd/system/site.service", 5, "10site"),
  },
];

/** Mistakes that an administrator makes in /etc/mailwright, each judged by the real daemon before anything is written. */
describe("a configuration that its daemon refuses", () => {
  let container: Container;
  const must = (...argv: string[]) => container.must(argv);

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await must("config", "set", "DomainName", "domain.org");
    await must("signal-event", "nethserver-mail-server-update");
    await must("signal-event", "nethserver-mail-filter-update");
  });
  afterAll(() => container?.stop());

  for (const { title, files, event, refuses, words, from } of mistakes) {
    test(`${title}: status 4, the daemon's words, the fragment, and not one byte or time changed`, async () => {
      for (const [path, text] of Object.entries(files)) await container.write(path, text);
      const before = await state(container);
      const refused = await container.run(["signal-event", event]);
      expect(refused.stderr).toContain(refuses);
      expect(refused.stderr).toContain(words);
      expect(refused.stderr).toContain(from);
      expect(refused.stderr).toContain("Nothing was touched.");
      expect(refused.stderr).not.toContain("hunter2");
      expect(refused.exit).toBe(4);
      const rehearsed = await container.run(["signal-event", "--dry-run", event]);
      expect(rehearsed.exit).toBe(4);
      expect(await state(container)).toBe(before);
      expect(await must("find", "/tmp", "-maxdepth", "1", "-name", "mailwright-*")).toBe("");
      await must("rm", "-rf", templates, events);
    });
  }

  test("without the mistakes all is as it was, and nothing is to be done", async () => {
    for (const event of ["nethserver-mail-server-save", "nethserver-mail-filter-save"])
      expect((await container.run(["signal-event", "--dry-run", event])).exit, event).toBe(0);
  });

  test("what a daemon has against a file of others is told, and the event is done", async () => {
    // A parameter by hand, in the file of which the event makes no part.
    await must("sh", "-c", "echo 'by_hand = yes' >> /etc/postfix/main.cf");
    await container.write(
      `${events}/site-save/event.yaml`,
      "description: master.cf alone\ntemplates:\n  - /etc/postfix/master.cf\n",
    );
    await container.write(
      `${templates}/etc/postfix/master.cf/95site.hbs`,
      "127.0.0.1:8025 inet n - n - - smtpd\n",
    );
    const done = await container.run(["signal-event", "site-save"]);
    expect(done.exit).toBe(0);
    expect(`${done.stdout}${done.stderr}`).toContain("/etc/postfix/main.cf: unused parameter: by_hand=yes");
  });
});

/** Every file that an event may write, and what its programs may, with inode, times and size. */
async function state(container: Container): Promise<string> {
  const folders = ["/etc", "/var/spool/postfix", "/var/lib/nethserver", "/var/lib/dovecot", "/run/nginx.pid"];
  const argv = ["find", ...folders, "-type", "f", "-printf", "%p %i %T@ %C@ %m %u:%g %s\\n"];
  return (await container.run(argv)).stdout.split("\n").sort().join("\n");
}
