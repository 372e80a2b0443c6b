"""Sends the shapes of note-shapes.py as a login, and compares what came with what went, as Python's email library reads both.

note-check.py send PORT USER PASSWORD FROM SUFFIX [FOLDER]: each with the subject NAME and SUFFIX; with FOLDER what lies there
                                                            under the name instead. Prints what was refused, by name
note-check.py compare FOLDER SUFFIX:                        prints what is wrong with each, by name
"""
import email
import importlib.util
import json
import os
import re
import smtplib
import ssl
import sys

SPEC = importlib.util.spec_from_file_location("shapes", os.path.join(os.path.dirname(__file__), "note-shapes.py"))
SHAPES_MODULE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(SHAPES_MODULE)
SHAPES = SHAPES_MODULE.SHAPES

NOTE = "From Domain Org: confidential, see our terms\n(https://example.org/terms).\n\n- Größe – „€“ 😀\n- second"
HTML_NOTE = (
    '<div class="disclaimer">\n<p>From <em>Domain Org</em>: confidential, see '
    '<a href="https://example.org/terms">our terms</a>.</p>\n<ul>\n<li>Größe – „€“ 😀</li>\n<li>second</li>\n</ul>\n</div>'
)
CHANGEABLE = {"content-type", "content-transfer-encoding"}


def message(name, sender, suffix=""):
    content, charset = SHAPES[name][0], (SHAPES[name] + ("utf-8",))[2]
    head = f"From: John <{sender}>\r\nTo: a@outside.example.net\r\nSubject: {name}{suffix}\r\n"
    without_version = content.startswith("\r\n") or name == "type-without-version"
    return (head + ("" if without_version else "MIME-Version: 1.0\r\n") + content).encode(charset)


def send(port, user, password, sender, suffix, folder=None):
    refused = {}
    client = smtplib.SMTP("192.0.2.1", int(port), timeout=60)
    client.starttls(context=ssl._create_unverified_context())
    client.login(user, password)
    for name in SHAPES:
        raw = message(name, sender, suffix)
        if folder is not None:
            with open(os.path.join(folder, name), "rb") as file:
                raw = re.sub(rb"(?m)^Subject: .*$", f"Subject: {name}{suffix}\r".encode(), file.read(), count=1)
        try:
            client.sendmail(sender, ["a@outside.example.net"], raw, ["BODY=8BITMIME"])
        except smtplib.SMTPException as error:
            refused[name] = [str(error)]
    client.quit()
    return refused


def text_of(part):
    charset = part.get_content_charset("utf-8")
    text = part.get_payload(decode=True).decode(charset)
    if part.get_param("format") == "flowed":
        text = re.sub(r"(?m)^ ", "", text)
    return text


def annotated(old, new):
    """What is wrong with a part that must have the note now."""
    problems = []
    before, after = text_of(old), text_of(new)
    if old.get_content_type() == "text/plain":
        if not after.startswith(before):
            problems.append(f"text is another: {after!r}")
        added = after[len(before):].replace("\r\n", "\n")
        gap = "" if before == "" else "\n" if before.endswith("\n") else "\n\n"
        if added.rstrip("\n") != gap + NOTE:
            problems.append(f"note is {added!r}")
    else:
        after = re.sub(r"&#(\d+);", lambda code: chr(int(code[1])), after) if "&#" not in before else after
        note = HTML_NOTE.replace("\n", "\r\n")
        head, found, tail = after.partition(f"\r\n{note}\r\n")
        if not found or head + tail != before:
            problems.append(f"HTML is {after!r}")
        if not re.fullmatch(r"(?i)(</body\s*>)?\s*(</html\s*>)?\s*", tail):
            problems.append(f"behind the note stands {tail!r}")
    if old._payload.isascii() and not new._payload.isascii():
        problems.append("it is no longer of 7 bits")
    parameters = [{k: v for k, v in one.get_params([("text/plain", "")]) if k != "charset"} for one in (old, new)]
    if old["Content-Type"] and parameters[0] != parameters[1]:
        problems.append(f"parameters are {parameters[1]}")
    return problems


def compare_part(old, new, has_note, is_whole):
    problems = []
    changeable = CHANGEABLE if has_note else set()
    kept = [(name, value) for name, value in old.raw_items() if name.lower() not in changeable | {"subject"}]
    found = list(new.raw_items())
    if any(field not in found for field in kept) or not is_whole and len(found) < len(kept):
        problems.append(f"fields {kept} became {found}")
    for name in (*CHANGEABLE, "mime-version", "from", "to"):
        if len(new.get_all(name, [])) > max(1, len(old.get_all(name, []))):
            problems.append(f"{name} is there twice")
    if old.is_multipart():
        if (old.preamble, old.epilogue or "") != (new.preamble, new.epilogue or ""):
            problems.append("preamble or epilogue is another")
        return problems + ([] if new.is_multipart() else ["no multipart"])
    if has_note:
        return problems + annotated(old, new)
    return problems + ([] if old._payload == new._payload else [f"content is {new._payload!r}"])


def body(raw):
    return raw[raw.index(b"\r\n\r\n"):]


def compare(name, sent, got):
    places = SHAPES[name][1]
    old, new = (email.message_from_bytes(raw) for raw in (sent, got))
    parts, parts_now = list(old.walk()), list(new.walk())
    if len(parts) != len(parts_now):
        return [f"{len(parts)} parts became {len(parts_now)}"]
    problems = [] if places or body(sent) == body(got) else ["the body is another"]
    for place, (one, other) in enumerate(zip(parts, parts_now)):
        for problem in compare_part(one, other, place in places, place == 0):
            problems.append(f"part {place}: {problem}")
    if any(len(line) > 998 for line in got.split(b"\r\n")):
        problems.append("a line is too long")
    return problems


def compare_all(folder, suffix):
    problems = {}
    for name in SHAPES:
        try:
            with open(os.path.join(folder, name + suffix), "rb") as file:
                problems[name] = compare(name, message(name, "john@domain.org"), file.read())
        except (OSError, ValueError) as error:
            problems[name] = [str(error)]
    return problems


json.dump({"send": send, "compare": compare_all}[sys.argv[1]](*sys.argv[2:]), sys.stdout, indent=1)
