"""One IMAP session: {"host", "user", "password", "do": [[command, argument…]…]} on standard input → [[status, [answer…]]…].

Commands are those of imaplib, and `list`, `lsub`, `flags FOLDER` (flags of each message in it), `subjects FOLDER`. Folder names are
plain text: they are encoded and quoted here (RFC 3501, 5.1.3). A refusal is an answer: ["NO", [text]].
"""
import base64
import email
import imaplib
import json
import re
import ssl
import sys

FOLDERS = {"create", "delete", "select", "examine", "getacl", "setacl", "deleteacl", "myrights", "append", "subscribe", "unsubscribe",
           "rename", "copy"}


def encoded(name):
    """Modified UTF-7 of a mailbox name, as a quoted string."""
    def shifted(match):
        text = base64.b64encode(match[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
        return f"&{text}-"
    name = re.sub(r"[^\x20-\x7e]+", shifted, name.replace("&", "&-"))
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def decoded(name):
    def plain(match):
        if match[1] == "":
            return "&"
        text = match[1].replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be")
    return re.sub(r"&([^-]*)-", plain, name)


def listed(parts):
    """The names in LIST answers, those that can be selected."""
    names = []
    for part in parts:
        if part is None:
            continue
        if isinstance(part, tuple):  # a literal: the name has a quote
            head, name = part[0].decode(), part[1].decode()
        else:
            head = part.decode() if isinstance(part, bytes) else part
            found = re.match(r'(\(.*?\) (?:"."|NIL)) (?:"((?:[^"\\]|\\.)*)"|(\S+))$', head)
            if not found:
                continue
            name = re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]
        if "\\Noselect" not in head and "\\NonExistent" not in head:
            names.append(decoded(name))
    return sorted(names)


def text(part):
    if isinstance(part, tuple):
        return "".join(piece.decode("utf-8", "replace") for piece in part)
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)


def messages(client, folder, item):
    status, answer = client.select(encoded(folder), readonly=True)
    if status != "OK":
        return status, [text(part) for part in answer]
    _, numbers = client.search(None, "ALL")
    return "OK", [client.fetch(number, item)[1][0] for number in numbers[0].split()]


def flags(client, folder):
    status, found = messages(client, folder, "(FLAGS)")
    if status != "OK":
        return status, found
    own = [set(imaplib.ParseFlags(line)) - {b"\\Recent"} for line in found]
    return status, [b" ".join(sorted(one)).decode() for one in own]


def subjects(client, folder):
    status, found = messages(client, folder, "(BODY.PEEK[])")
    return status, [email.message_from_bytes(one[1])["Subject"] for one in found] if status == "OK" else found


def do(client, command, *words):
    if command == "list":
        return "OK", listed(client.list()[1])
    if command == "lsub":
        return "OK", listed(client.lsub()[1])
    if command in ("flags", "subjects"):
        return {"flags": flags, "subjects": subjects}[command](client, words[0])
    words = list(words)
    if command in FOLDERS:
        at = 1 if command == "copy" else 0
        words[at] = encoded(words[at])
        if command == "rename":
            words[1] = encoded(words[1])
        if command in ("setacl", "deleteacl"):
            words[1] = '"' + words[1] + '"'
        if command == "append":
            words = [words[0], None, None, words[1].replace("\n", "\r\n").encode()]
    status, answer = getattr(client, command)(*words)
    return status, [text(part) for part in answer if part is not None]


def main():
    request = json.load(sys.stdin)
    client = imaplib.IMAP4(request["host"], timeout=30)
    client.starttls(ssl._create_unverified_context())
    answers = []
    try:
        client.login(request["user"], request["password"])
    except imaplib.IMAP4.error as error:
        json.dump([["NO", [str(error)]]], sys.stdout)
        return
    for command in request["do"]:
        try:
            answers.append(do(client, *command))
        except imaplib.IMAP4.readonly as error:
            answers.append(("NO", [f"read-only: {error}"]))
        except imaplib.IMAP4.error as error:
            answers.append(("NO", [str(error)]))
    client.logout()
    json.dump(answers, sys.stdout)


main()
