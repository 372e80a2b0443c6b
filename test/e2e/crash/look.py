"""Tells in JSON, from outside of the program, what is there.

`state` must be the same after every apply of one number; `trouble` must be nothing; `progress` is how far the last
apply came. Usage: look.py NUMBER, which each daemon shall have read, or `now`, which asks none.
"""
import glob, hashlib, json, os, re, smtplib, socket, sqlite3, subprocess, sys, time, urllib.request
number = sys.argv[1]
numbered = re.compile(rb"^(?:#|--) number (\d)$", re.M)
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
