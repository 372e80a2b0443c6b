"""Changes the mailbox of ann at another provider's IMAP server, by commands on standard input."""
import imaplib
import json
import sys
import zlib

FLAGS = ["", "\\Seen", "\\Flagged \\Seen", "\\Answered", "\\Draft", "important", "\\Deleted"]

given = json.load(sys.stdin)
server = imaplib.IMAP4("192.0.2.2", 143)
server._encoding = "utf-8"
server.login("ann*vmail", given["password"])


def quoted(name):
    name = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}"'


def must(answer):
    if answer[0] != "OK":
        raise SystemExit(str(answer))
    return answer[1]


def fill(folder, count, mark=""):
    """`count` messages of various flags, dates and sizes; their subjects are unique."""
    if folder != "INBOX":
        server.create(quoted(folder))
    for number in range(count):
        date = '"%02d-Mar-%d 10:%02d:00 +0100"' % (number % 28 + 1, 2001 + number % 20, number % 60)
        head = f"Subject: {mark}{folder.encode('ascii', 'replace').decode()} {number}\r\nFrom: a@example.net\r\n"
        # Some have no Message-ID, some have that of another.
        if number % 10 != 9:
            head += f"Message-ID: <{number - number % 7 % 2}.{zlib.crc32(folder.encode())}{mark}@example.net>\r\n"
        text = "\r\n" + f"Line {number} of the text.\r\n" * (number % 40 + 1)
        must(server.append(quoted(folder), f"({FLAGS[number % len(FLAGS)]})", date, (head + text).encode()))


def expunge(folder, subjects):
    must(server.select(quoted(folder)))
    for subject in subjects:
        for number in must(server.search(None, "SUBJECT", quoted(subject)))[0].split():
            must(server.store(number, "+FLAGS", "\\Deleted"))
    must(server.expunge())


def flag(folder, subject, change, flags):
    must(server.select(quoted(folder)))
    for number in must(server.search(None, "SUBJECT", quoted(subject)))[0].split():
        must(server.store(number, f"{change}FLAGS", f"({flags})"))


def delete(folder):
    must(server.select("INBOX"))
    must(server.delete(quoted(folder)))


def rename(old, new):
    must(server.select("INBOX"))
    must(server.rename(quoted(old), quoted(new)))


for name, *arguments in given["commands"]:
    {"fill": fill, "expunge": expunge, "flag": flag, "delete": delete, "rename": rename}[name](*arguments)
server.logout()
