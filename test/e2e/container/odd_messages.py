"""Puts messages of odd shapes into mailboxes of the provider, and compares what came of each: odd_messages.py put FOLDER... | compare FOLDER USER"""
import os
import pwd
import subprocess
import sys

head = b"From: a@sender.example.net\nSubject: odd %s\nMessage-ID: <%s@sender.example.net>\n\n"


def with_head(name, body):
    return head % (name, name) + body


def nested(depth):
    text = b"Content-Type: text/plain\n\nthe innermost\n"
    for level in range(depth):
        line = b"--b%d" % level
        text = b'Content-Type: multipart/mixed; boundary="b%d"\n\n%s\n%s\n%s--\n' % (level, line, text, line)
    return b"From: a@sender.example.net\nSubject: odd nested\n" + text


shapes = {
    "empty": b"",
    "newline": b"\n\n",
    "noheaders": b"only text\n\nand more of it\n",
    "onlyhead": b"Subject: odd onlyhead\n",
    "unended": with_head(b"unended", b"no line break at the end"),
    "mbox": b"From someone Thu Nov 26 09:31:07 2026\n" + with_head(b"mbox", b"From here\n"),
    "points": with_head(b"points", b".\n..\n.a\r.b\n.\n\n.\n"),
    "returns": with_head(b"returns", b"a\rb\nc\n\r\n"),
    "zero": with_head(b"zero", b"a\0b\0\0\n"),
    "eight": b"X-Name: \xff\xfe\n" + with_head(b"eight", bytes(range(128, 256)) + b"\n"),
    "broken": b"From: a@sender.example.net\nno header\nSubject: odd broken\n\nbody\n",
    "boundary": b'Content-Type: multipart/mixed; boundary="x"\n' + with_head(b"boundary", b"--x\n\npart\n--y\n"),
    "folded": b"X-Long: " + b"x" * 5000 + b"\n\tfolded  \n" + with_head(b"folded", b"text  \n\n\n"),
    "path": b"Return-Path: =?utf-8?q?=ff?= \xff<>\n" + with_head(b"path", b"text\n"),
    "long": with_head(b"long", b"y" * 100_000 + b"\n" + b"z" * 100_000 + b"\n"),
    "longer": with_head(b"longer", b"y" * 3_000_000 + b"\n"),
    "nested": nested(1500),
    "large": with_head(b"large", (b"x" * 76 + b"\n") * 780_000),
}


def put(box):
    owner = pwd.getpwnam("vmail")
    for path in (os.path.dirname(box), box, *(f"{box}/{name}" for name in ("cur", "new", "tmp"))):
        os.makedirs(path, exist_ok=True)
        os.chown(path, owner.pw_uid, owner.pw_gid)
    for number, (name, content) in enumerate(shapes.items()):
        path = f"{box}/new/{number:06}.{name}.provider"
        with open(path, "wb") as file:
            file.write(content)
        os.chown(path, owner.pw_uid, owner.pw_gid)


def plain(text):
    """As LMTP and Dovecot's POP3 and IMAP leave it: lines end with LF, and what is no text is 0x80."""
    return text.replace(b"\r\n", b"\n").replace(b"\0", b"\x80")


def expected(name, content):
    """Behind the headers that are added."""
    if name == "mbox":
        content = content.partition(b"\n")[2]
    if name == "path":
        content = content.partition(b"\n")[2]
    if name in ("empty", "noheaders"):
        content = b"\n" + content
    text = plain(content)
    return text if text.endswith(b"\n") else text + b"\n"


def compare(user):
    """Names those that came once, and as they were."""
    listing = subprocess.run(["doveadm", "search", "-u", user, "mailbox", "INBOX"], capture_output=True, check=True)
    found = []
    for line in listing.stdout.decode().splitlines():
        guid, uid = line.split()
        query = ["doveadm", "fetch", "-u", user, "text", "mailbox-guid", guid, "uid", uid]
        text = subprocess.run(query, capture_output=True, check=True).stdout
        text = plain(text).partition(b"text:\n")[2].removesuffix(b"\x0c\n")
        mark = text.index(b"X-Fetch-Id: ")
        received = text.index(b"Received: from outside.example.net by ", mark)
        found.append(text[text.index(b"\n", received) + 1 :])
    for name, content in shapes.items():
        count = found.count(expected(name, content))
        print(name, count)
        if count != 1 and len(sys.argv) > 3:
            print(repr(expected(name, content)[:200]), *[repr(one[:200]) for one in found], sep="\n  ")
    print("all", len(found))


if sys.argv[1] == "put":
    for folder in sys.argv[2:]:
        put(folder)
else:
    compare(sys.argv[2])
