import { describe, expect, it } from "vitest";
import { type NamedFile, namesAny, placesIn, tellOrigins } from "../../../../src/apply/check/places.ts";
import { rendered } from "./planned.ts";

function named(path: string, text: string, ...names: string[]): NamedFile {
  return { file: rendered(path, text), names: [path, ...names] };
}

const mainCf = named(
  "/etc/postfix/main.cf",
  "# foo = bar\nmessage_size_limit = 1\nfoo = bar\nrelayhost = $nosuch\nmessage_size_limit = lots\njust words\nmail_owner = nobody1\nmyhostname =\nbiff = ${nosuchcont\n",
);
const masterCf = named(
  "/etc/postfix/master.cf",
  "smtp inet n - n - - smtpd\n  -o foo=bar\n  -o smtpd_banner=$nosuch\nfoo   inot n - n - - smtpd\n",
);
const dovecotConf = named(
  "/etc/dovecot/dovecot.conf",
  "protocols = imap nosuch\nnosuch = 1\nprotocol imap {\n",
);
const actions = named("/etc/rspamd/local.d/actions.conf", "# nosuch\nnosuch = 5;\nreject = {\n");
const worker = named("/etc/rspamd/local.d/worker-normal.inc", 'bind_socket = "nosuch:x:y";\ncount = lots;\n');
const plugin = named("/etc/rspamd/plugins.d/mailwright_quarantine.lua", "-- x\nthis is not lua\n");
const site = named("/etc/nginx/conf.d/x.conf", "# x\nssl_certificate /nowhere;\ngzip maybe;\n");
const unit = named(
  "/etc/systemd/system/a.service",
  "[Unit]\nRequires=b.service\n[Service]\nExecStart=/bin/nosuch\n",
  "a.service",
);
const mount = named("/etc/systemd/system/d.mount", "[Mount]\nWhat=x\nWhere=/mnt\n", "d.mount");
const table = named("/etc/postfix/t1", '# x\na@x b\nc d\nA@x e\n"a b" c\nword\n', "/etc/postfix/t1.db");
const all = [mainCf, masterCf, dovecotConf, actions, worker, plugin, site, unit, mount, table];

/** Words of Postfix 3.7, Dovecot 2.3, Rspamd 3.4, nginx 1.22, cron 3.0 and systemd 252, and where they point. */
const words: readonly (readonly [line: string, ...places: string[]])[] = [
  [
    `postmap: fatal: /etc/postfix/main.cf, line 6: missing '=' after attribute name: "just words"`,
    "main.cf 6",
  ],
  [
    "postconf: warning: /etc/postfix/main.cf, line 5: overriding earlier entry: message_size_limit=1",
    "main.cf 5",
  ],
  ["/usr/sbin/postconf: warning: /etc/postfix/main.cf: unused parameter: foo=bar", "main.cf 3"],
  ["postconf: warning: /etc/postfix/master.cf: unused parameter: foo=bar", "master.cf 2"],
  ["postconf: warning: /etc/postfix/main.cf: undefined parameter: nosuch", "main.cf 4"],
  ["postconf: warning: /etc/postfix/master.cf: undefined parameter: nosuch", "master.cf 3"],
  ["postconf: warning: /etc/postfix/other.cf: unused parameter: foo=bar"],
  ["postmap: fatal: bad numerical configuration: message_size_limit = lots", "main.cf 5"],
  ["postmap: fatal: bad string length 0 < 1: myhostname = ", "main.cf 8"],
  [
    "postmap: fatal: file /etc/postfix/main.cf: parameter mail_owner: unknown user name value: nobody1",
    "main.cf 7",
  ],
  ['postmap: warning: truncated macro reference: "${nosuchcont"', "main.cf 9"],
  ["postmap: fatal: dictionary mail_dict: macro processing error"],
  ["postconf: fatal: file /etc/postfix/master.cf: line 4: bad field count", "master.cf 4"],
  ['postconf: fatal: invalid type field "inot" in "foo   inot n - n - - smtpd"', "master.cf 4"],
  ["postmap: warning: regexp map /etc/postfix/t1, line 3: Unmatched ( or \\(", "t1 3"],
  ['postmap: warning: pcre map /etc/postfix/other, line 3: unknown regexp option "q": skipping this rule'],
  ["postmap: warning: /etc/postfix/t1, line 6: expected format: key whitespace value", "t1 6"],
  ['postmap: warning: /etc/postfix/t1: duplicate entry: "a@x"', "t1 2", "t1 4"],
  ['postmap: warning: /etc/postfix/t1.db: duplicate entry: "a@x"', "t1 2", "t1 4"],
  ['postmap: warning: lmdb:/etc/postfix/t1: duplicate entry: ""a b""', "t1 5"],
  [
    "doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf line 2: Unknown setting: nosuch",
    "dovecot.conf 2",
  ],
  [
    "doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf: Missing '}' (section started at /etc/dovecot/dovecot.conf:3)",
    "dovecot.conf 3",
  ],
  [
    "doveconf: Warning: Obsolete setting in /etc/dovecot/dovecot.conf:2: ssl_protocols has been replaced",
    "dovecot.conf 2",
  ],
  [
    "doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf: protocols: Unknown protocol: nosuch",
    "dovecot.conf 1",
  ],
  [
    "doveconf: Fatal: Error in configuration file /etc/dovecot/conf.d/other.conf line 2: Unknown setting: nosuch",
  ],
  ["doveconf: Error: managesieve-login: dump-capability process returned 89"],
  [
    "failed to load config: ucl parser error: error while parsing /etc/rspamd/local.d/actions.conf: line: 2, column: 9 - 'key must begin with a letter', character: '{'",
    "actions.conf 2",
  ],
  // One line more than there is: the file ended too early.
  [
    "failed to load config: ucl parser error: /etc/rspamd/local.d/actions.conf:4 unmatched open brace at 1; ",
    "actions.conf 3",
  ],
  ["unknown element in actions section: nosuch", "actions.conf 2"],
  ["rcl parse error: cannot convert string to integer in option count", "worker-normal.inc 2"],
  ["rcl parse error: cannot parse bind line: nosuch:x:y", "worker-normal.inc 1"],
  [
    "load of /etc/rspamd/plugins.d//mailwright_quarantine.lua failed: /etc/rspamd/plugins.d//mailwright_quarantine.lua:2: '=' expected near 'is'",
    "mailwright_quarantine.lua 2",
  ],
  ["init of x failed: ...spamd/plugins.d//mailwright_quarantine.lua:2: run", "mailwright_quarantine.lua 2"],
  ['nginx: [emerg] "gzip" directive is duplicate in /etc/nginx/conf.d/x.conf:3', "x.conf 3"],
  ['nginx: [emerg] unexpected end of file, expecting "}" in /etc/nginx/conf.d/x.conf:4', "x.conf 3"],
  ['nginx: [emerg] unknown directive "x" in /etc/nginx/conf.d/x.conf:99'],
  ['nginx: [emerg] unknown directive "x" in /etc/nginx/conf.d/x.conf.old:2'],
  ['nginx: [emerg] cannot load certificate "/nowhere": BIO_new_file() failed', "x.conf 2"],
  ["nginx: configuration file /etc/nginx/nginx.conf test failed"],
  ["/etc/systemd/system/a.service:2: Unknown key 'Nosuch' in section [Unit], ignoring.", "a.service 2"],
  ["a.service: Command /bin/nosuch is not executable: No such file or directory", "a.service 4"],
  ["a.service: Failed to create a.service/start: Unit b.service not found.", "a.service 2"],
  ["d.mount: Where= setting doesn't match unit name. Refusing.", "d.mount 3"],
  ["line 2 of something else"],
];

const shortOf = (line: string, about?: NamedFile): string[] =>
  placesIn([line], all, about?.file).map(
    ({ file, line: number }) => `${file.path.split("/").at(-1)} ${number}`,
  );

describe("the words of a daemon", () => {
  for (const [line, ...places] of words) {
    it(`${line} → ${places.join(", ") || "nowhere"}`, () => expect(shortOf(line)).toEqual(places));
  }

  it("without a path speak of the one file that the program looks at", () => {
    const script = named("/var/lib/x/a.sieve", "keep;\nif true {\n");
    const place = (line: string) =>
      placesIn([line], [script, ...all], script.file).map((found) => found.line);
    expect(place("a: line 3: error: expected end of compound block '}', but found end of file.")).toEqual([
      2,
    ]);
    expect(place("a: error: validation failed.")).toEqual([]);
    expect(place("sievec: Fatal: failed to compile sieve script '/var/lib/x/a.sieve'")).toEqual([]);
    const rc = named("/etc/getmail/john", "[retriever]\npath = /bin/nosuch\ndelete = maybe\n");
    const about = (line: string) => placesIn([line], [rc], rc.file).map((found) => found.line);
    const head = "Configuration error: configuration file /etc/getmail/john incorrect";
    expect(about(`${head} (path: specified file "/bin/nosuch" does not exist)`)).toEqual([2]);
    expect(about(`${head} (option delete must be boolean, not maybe)`)).toEqual([3]);
    expect(about(`${head} (server: missing required configuration parameter)`)).toEqual([]);
    expect(about("\t[line  1])")).toEqual([1]);
    expect(
      about(`${head} (While reading from '/etc/getmail/john' [line  3]: section 'x' already exists)`),
    ).toEqual([3]);
    expect(about("file: '/etc/getmail/john', line: 1")).toEqual([1]);
  });

  it("point at each line once", () => {
    const line = "/etc/nginx/conf.d/x.conf:3";
    expect(placesIn([line, line], all)).toHaveLength(1);
  });

  it("name a file by its path or by a name of its own, and not by a part of another's", () => {
    expect(namesAny("x: /etc/postfix/main.cf: y", all)).toBe(true);
    expect(namesAny("Unit a.service has a bad unit file setting.", all)).toBe(true);
    for (const line of ["x /etc/postfix/main.cf.proto y", "x /root/etc/postfix/main.cf y", "ba.service: no"])
      expect(namesAny(line, all), line).toBe(false);
  });
});

describe("the origin of a line", () => {
  it("is told with its fragment and properties, and with its file where there are several", () => {
    const first = { file: mainCf.file, line: 3 };
    expect(tellOrigins([first])).toEqual(["line 3 is from /site/95x.hbs:3 and uses key P3"]);
    expect(tellOrigins([first, { file: masterCf.file, line: 1 }])).toEqual([
      "line 3 of /etc/postfix/main.cf is from /site/95x.hbs:3 and uses key P3",
      "line 1 of /etc/postfix/master.cf is from /site/95x.hbs:1 and uses key P1",
    ]);
  });

  it("without properties says no more than the fragment; of no line nothing", () => {
    const file = { ...mainCf.file, lines: [{ fragment: "/f.hbs", line: 7, uses: [] }] };
    expect(
      tellOrigins([
        { file, line: 1 },
        { file, line: 2 },
      ]),
    ).toEqual(["line 1 is from /f.hbs:7"]);
  });
});
