import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Container, startContainer } from "./container/container.ts";
import { debPath, rootCache } from "./places.ts";

/** Where between two calls of the system the points lie: another seed moves all of them a little. */
const seed = Number(process.env["MAILWRIGHT_CRASH_SEED"] ?? 1);

/** How many points of the apply's parts are tried. */
const tried = { before: 32, commit: 54, services: 30, end: 10 } as const;

/** Those of them that must have been hit: an apply is a little different each time. */
const leastKills = 100;

/** Calls of the system by which points are named; all of an apply's are made by its first thread. */
const calls = [
  ...["openat", "read", "write", "pread64", "pwrite64", "close", "statx", "fstat", "fsync", "fdatasync"],
  ...["rename", "link", "unlink", "unlinkat", "mkdir", "fchmod", "fchown", "utimensat", "ftruncate"],
  ...["vfork", "wait4", "socket", "connect", "sendto", "recvfrom", "epoll_pwait2"],
].join(",");

const site = "/etc/mailwright";
const event = "crash-save";

/** Shipped files that get a fragment of the site's; main.cf not, for a reload waits two seconds for one that is new. */
const shipped = [
  ...["master.cf", "milter-header-checks", "local-domains", "local-recipients", "virtual-aliases"].map(
    (name) => `/etc/postfix/${name}`,
  ),
  ...["/etc/dovecot/users", "/etc/dovecot/dovecot.conf"],
  ...["actions.conf", "milter_headers.conf", "redis.conf"].map((name) => `/etc/rspamd/local.d/${name}`),
  ...["controller", "normal", "proxy"].map((name) => `/etc/rspamd/local.d/worker-${name}.inc`),
  ...["modules.d/mailwright_quarantine.conf", "plugins.d/mailwright_quarantine.lua"].map(
    (name) => `/etc/rspamd/${name}`,
  ),
];

const number = "{{config.crash.Number}}";

/** By which a daemon itself tells the number that it has read, where another tells it by a reload alone. */
const effects: Readonly<Record<string, string>> = {
  "/etc/postfix/master.cf": `127.0.0.1:2525 inet n - n - - smtpd\n  -o { smtpd_banner = $myhostname ESMTP ${number} }\n`,
  "/etc/postfix/local-domains": `crash${number}.domain.org domain\n`,
  "/etc/dovecot/dovecot.conf": `login_greeting = ready ${number}\n`,
  // Above the limit of a refusal: no message ever gets there.
  "/etc/rspamd/local.d/actions.conf": `rewrite_subject = 100${number};\n`,
};

/** What the site adds: the number in every file, a table that comes and goes with it, and the event that makes all. */
const additions: Readonly<Record<string, string>> = {
  [`${site}/catalogue.d/crash.yaml`]: `configuration:
  keys:
    crash:
      type: thing
      properties:
        Number: { kind: integer, min: 1, max: 2, text: Stands in every file., events: [${event}] }
`,
  ...Object.fromEntries(
    shipped.map((path) => [
      `${site}/templates${path}/95crash.hbs`,
      `${path.endsWith(".lua") ? "--" : "#"} number ${number}\n${effects[path] ?? ""}`,
    ]),
  ),
  [`${site}/templates/etc/postfix/crash/template.yaml`]:
    'syntax: postfix-map\ncheck: postfix\nservices: [postfix]\nmap: cdb\nmode: "0640"\nwhen: eq config.crash.Number 1\n',
  [`${site}/templates/etc/postfix/crash/10crash.hbs`]: `number ${number}\n`,
  [`${site}/events/${event}/event.yaml`]:
    "description: all of it\nextends: [nethserver-mail-server-save, nethserver-mail-filter-save]\n" +
    "templates:\n  - /etc/postfix/crash\n",
};

/**
 * Tells in JSON, from outside of the program, what is there: `state`, which must be the same after every apply of one
 * number; `trouble`, which must be nothing; and `ledger`, how far the last apply came.
 */
const look = `
import glob, hashlib, json, os, re, smtplib, socket, sqlite3, subprocess, sys, time, urllib.request
number = sys.argv[1]
numbered = re.compile(rb"^(?:#|--) number (\\d)$", re.M)
files, numbers, newest, trouble = {}, set(), {}, []
for top in ("/etc/postfix", "/etc/dovecot", "/etc/rspamd", "/var/lib/mailwright/edited"):
    for folder, _, names in os.walk(top):
        for path in (os.path.join(folder, name) for name in names):
            status = os.lstat(path)
            data = os.readlink(path).encode() if os.path.islink(path) else open(path, "rb").read()
            files[path] = "%o %d:%d %s" % (status.st_mode, status.st_uid, status.st_gid, hashlib.sha256(data).hexdigest())
            numbers.update(found.decode() for found in numbered.findall(data))
            newest[top] = max(newest.get(top, 0), status.st_ctime)
            if ".mailwright-" in path: trouble.append("left behind: " + path)
trouble += ["left behind: " + path for path in glob.glob("/tmp/mailwright-*") + glob.glob("/var/lib/mailwright/*.new")]
database = sqlite3.connect("file:/var/lib/mailwright/mailwright.db?mode=ro", uri=True)
rows = lambda sql: [list(row) for row in database.execute(sql)]
settings = rows("SELECT max(rev) FROM change")[0][0]
ledger = {table: sorted(map(repr, rows("SELECT * FROM " + table))) for table in
    ("managed_file", "service", "kept_file", "confirmation", "replaced_fragment")}
ledger["applied"] = sorted([event, "all" if rev == settings else rev] for event, rev in rows("SELECT * FROM applied"))
progress = {
    "begun": rows("SELECT count(*) FROM apply WHERE settings=%d" % settings)[0][0] > 0,
    "writing": rows("SELECT count(*) FROM managed_file WHERE hash LIKE '% %'")[0][0] > 0,
    "pending": rows("SELECT count(*) FROM service WHERE action IS NOT NULL")[0][0] > 0,
    "numbers": sorted(numbers),
}
integrity = rows("PRAGMA integrity_check")[0][0]
if integrity != "ok": trouble.append("SQLite: " + integrity)
def greeting(port):
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.settimeout(5)
        return connection.recv(300).decode()
def actions():
    password = re.search('^password = "(.*)";$', open("/etc/rspamd/local.d/worker-controller.inc").read(), re.M)[1]
    request = urllib.request.Request("http://127.0.0.1:11334/actions", headers={"Password": password})
    return urllib.request.urlopen(request, timeout=5).read().decode()
def works(told, sign):
    end = time.time() + 15
    while True:
        try:
            said = told()
        except OSError as error:
            said = str(error)
        if sign in said: return
        if time.time() > end: return trouble.append("%s is not told: %s" % (sign, said))
        time.sleep(0.1)
def reloaded(unit, top):
    argv = ["journalctl", "-q", "-n", "1", "-o", "json", "MESSAGE_ID=d34d037fff1847e6ae669a370e694725", "UNIT=" + unit]
    entry = json.loads(subprocess.run(argv, capture_output=True, text=True).stdout or "{}")
    last = int(entry.get("__REALTIME_TIMESTAMP", 0)) / 1e6
    if last < newest[top]: trouble.append("%s was reloaded at %f, before %f" % (unit, last, newest[top]))
if number != "now":
    works(lambda: greeting(2525), "ESMTP " + number)
    works(lambda: greeting(143), "ready " + number)
    works(actions, '"rewrite subject","value":100' + number)
    works(lambda: smtplib.SMTP("127.0.0.1", 25, timeout=5).ehlo("crash.example.org")[1].decode(), "domain.org")
    for unit, top in (("postfix@-", "postfix"), ("dovecot", "dovecot"), ("rspamd", "rspamd")):
        reloaded(unit + ".service", "/etc/" + top)
print(json.dumps({"state": {"files": files, **ledger}, "trouble": trouble, "progress": progress}))
`;

interface Seen {
  readonly state: Readonly<Record<string, unknown>>;
  readonly trouble: readonly string[];
  readonly progress: {
    readonly begun: boolean;
    readonly writing: boolean;
    readonly pending: boolean;
    readonly numbers: readonly string[];
  };
}

/** The so-many-th call of this name. */
interface Point {
  readonly call: string;
  readonly count: number;
}

/** Numbers from 0 to 1 that are the same at every run: a linear congruential generator. */
function* fractions(): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/**
 * Points spread over the trace of a whole apply: before its first note in the ledger, in the commit, until it has looked at a
 * unit for the last time, and in what it notes then.
 */
function pointsIn(trace: readonly string[]): Point[] {
  const isNote = (line: string): boolean => /^(pwrite64|fsync|fdatasync)\(.*mailwright\.db-wal/.test(line);
  const isStart = (line: string): boolean => line.startsWith("vfork");
  const begin = trace.findIndex(isNote);
  const lastFile = trace.findLastIndex((line) => /^unlink\(.*\.mailwright-\d+/.test(line));
  const services = trace.findIndex((line, index) => index > lastFile && isStart(line));
  const end = trace.findLastIndex(isStart);
  expect([begin, lastFile - begin, services - lastFile, end - services].every((size) => size > 0)).toBe(true);
  const random = fractions();
  const positions = trace.map((_, index) => index);
  const spread = (among: readonly number[], count: number): Point[] =>
    Array.from({ length: count }, (_, index) => {
      const at = among[Math.floor(((index + random.next().value) / count) * among.length)] ?? 0;
      const call = callOf(trace[at]);
      return { call, count: trace.slice(0, at + 1).filter((line) => callOf(line) === call).length };
    });
  return [
    ...spread(positions.slice(0, begin), tried.before),
    ...spread(positions.slice(begin, services), tried.commit),
    ...spread(positions.slice(services, end), tried.services),
    ...spread(
      positions.slice(end).filter((index) => isNote(trace[index] ?? "")),
      tried.end,
    ),
  ];
}

const callOf = (line = ""): string => line.slice(0, line.indexOf("("));

/** In which part of an apply it was killed, by what it left. */
function partOf({ begun, writing, pending }: Seen["progress"]): "before" | "commit" | "services" | "end" {
  if (!begun) return "before";
  if (writing) return "commit";
  return pending ? "services" : "end";
}

describe("an event that changes 16 files and 4 tables of Postfix, Dovecot and Rspamd", () => {
  let container: Container;
  const whole = new Map<string, Seen["state"]>();
  const set = (value: string) => container.must(["config", "setprop", "crash", "Number", value]);
  /** What is there; `now` asks no daemon, else each shall have read this number. */
  const seen = async (value: string): Promise<Seen> =>
    JSON.parse(await container.must(["python3", "-c", look, value]));

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    for (const [path, text] of Object.entries(additions)) await container.write(path, text);
    await container.must(["config", "set", "DomainName", "domain.org"]);
    await container.must(["config", "set", "crash", "thing", "Number", "2"]);
    for (const name of ["nethserver-mail-server-update", "nethserver-mail-filter-update", event])
      await container.must(["signal-event", name]);
    // What these events have set themselves.
    await container.must(["mailwright", "apply"]);
    for (const value of ["1", "2"]) {
      await set(value);
      await container.must(["signal-event", event]);
      const { state, trouble } = await seen(value);
      expect(trouble).toEqual([]);
      whole.set(value, state);
    }
  });
  afterAll(() => container?.stop());

  test("killed anywhere, is made good by one more: nothing differs from one that was never interrupted", async () => {
    const begin = performance.now();
    await set("1");
    const log = "/root/trace";
    const strace = ["strace", "-y", "-o", log, "-e", `trace=${calls}`];
    expect(await container.must([...strace, "signal-event", "--json", event])).toContain(
      '"detail":"16 files"',
    );
    const points = pointsIn((await container.read(log)).split("\n").filter((line) => /^\w+\(/.test(line)));
    const counts = { before: 0, commit: 0, services: 0, end: 0, finished: 0 };
    let [mixed, differences, old] = [0, 0, "1"];
    for (const [index, { call, count }] of points.entries()) {
      const value = old === "1" ? "2" : "1";
      await set(value);
      const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:signal=KILL:when=${count}`];
      const killed = await container.run(["strace", "-o", log, ...inject, "signal-event", event]);
      expect([0, 137], killed.stderr).toContain(killed.exit);
      const { progress } = await seen("now");
      counts[killed.exit === 0 ? "finished" : partOf(progress)]++;
      if (progress.numbers.length > 1) mixed++;

      // Some are not finished but set back, which no file must take for an edit of an administrator's.
      const wanted = index % 4 === 3 ? old : value;
      if (wanted === old) await set(old);
      const where = `seed ${seed}, killed at ${call} ${count}, ${partOf(progress)}, then ${wanted}`;
      expect(await container.run(["signal-event", event]), where).toEqual({
        exit: 0,
        stdout: "",
        stderr: "",
      });
      const { state, trouble } = await seen(wanted);
      expect(trouble, where).toEqual([]);
      if (JSON.stringify(state) !== JSON.stringify(whole.get(wanted))) differences++;
      expect(state, where).toEqual(whole.get(wanted));
      for (const command of ["status", "verify"]) {
        const { exit, stdout, stderr } = await container.run(["mailwright", command]);
        expect(exit, `${where}: mailwright ${command}: ${stdout}${stderr}`).toBe(0);
      }
      old = wanted;
    }
    const kills = points.length - counts.finished;
    const seconds = Math.round((performance.now() - begin) / 1000);
    console.log(
      `seed ${seed}: killed ${kills} times in ${seconds} s: ${JSON.stringify(counts)}, ` +
        `${mixed} of them between two files: ${differences} differences`,
    );
    expect(kills).toBeGreaterThanOrEqual(leastKills);
    expect(mixed).toBeGreaterThan(0);
    for (const part of ["before", "commit", "services", "end"] as const)
      expect(counts[part], part).toBeGreaterThan(0);
  }, 600_000);
});
