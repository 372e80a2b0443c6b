"""Messages of many shapes, which logins send, and what is to come of each.

A shape is a name, the message's header behind From, To and Subject with its body, and the places of the parts that get the
note, counted as email.message.Message.walk() does: none where it must come as it went.
"""
import base64
import quopri

HTML = "<html><head><title>t</title></head><body><p>Hello</p></body></html>\r\n"
PNG = base64.encodebytes(bytes(range(256)) * 3).replace(b"\n", b"\r\n").decode()


def part(kind, body, *fields):
    head = [f"Content-Type: {kind}", *fields]
    return "\r\n".join(head) + "\r\n\r\n" + body


def multi(subtype, *parts, boundary="=_b1", preamble="", end="--\r\n", parameters=""):
    lines = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{parameters}\r\n\r\n{preamble}'
    for one in parts:
        lines += f"--{boundary}\r\n{one}\r\n"
    return lines + f"--{boundary}{end}"


def qp(text, charset="utf-8"):
    return quopri.encodestring(text.replace("\r\n", "\n").encode(charset)).replace(b"\n", b"\r\n").decode()


def b64(text, charset="utf-8"):
    return base64.encodebytes(text.encode(charset)).replace(b"\n", b"\r\n").decode()


QP, B64, EIGHT = (f"Content-Transfer-Encoding: {name}" for name in ("quoted-printable", "base64", "8bit"))
PLAIN, WEB = "text/plain; charset=utf-8", "text/html; charset=utf-8"
IMAGE = part("image/png", PNG, B64, "Content-Disposition: inline", "Content-ID: <i@x>")
FILE = part("text/plain; charset=utf-8", "a file\r\n", 'Content-Disposition: attachment; filename="a.txt"')
PDF = part("application/pdf", PNG, B64, 'Content-Disposition: attachment; filename="a.pdf"')
LETTERS = "Grüße, Zoë: 20 °C = ½\r\n"
ALTERNATIVE = multi("alternative", part(PLAIN, "Hello\r\n"), part(WEB, HTML), boundary="=_b2")

SHAPES = {
    # single parts
    "no-header-of-mime": ("\r\nHello\r\n", [0]),
    "type-without-version": (part("text/plain", "Hello\r\n"), [0]),
    "plain-ascii": (part("text/plain; charset=us-ascii", "Hello\r\n"), [0]),
    "plain-empty": (part("text/plain; charset=us-ascii", ""), [0]),
    "plain-utf8-8bit": (part(PLAIN, LETTERS, EIGHT), [0]),
    "plain-utf8-8bit-ascii": (part(PLAIN, "Hello\r\n", EIGHT), [0]),
    "plain-utf8-quoted": (part(PLAIN, qp(LETTERS), QP), [0]),
    "plain-utf8-quoted-soft-end": (part(PLAIN, "Hello=20\r\nwor=\r\nld=", QP), [0]),
    "plain-utf8-base64": (part(PLAIN, b64(LETTERS), B64), [0]),
    "plain-latin1-quoted": (part("text/plain; charset=ISO-8859-1", qp(LETTERS, "latin1"), QP), [0]),
    "plain-latin1-8bit": (part('text/plain; format=flowed; charset="iso-8859-1"; delsp=no', LETTERS, EIGHT), [0], "latin1"),
    "plain-cp1252-8bit": (part("text/plain; charset=windows-1252", "“Größe” €\r\n", EIGHT), [0], "cp1252"),
    "plain-latin9-base64": (part("text/plain; charset=iso-8859-15", b64("12 € für Œuvre\r\n", "iso8859-15"), B64), [0]),
    "plain-koi8": (part("text/plain; charset=koi8-r", "Привет, мир\r\n", EIGHT), [0], "koi8-r"),
    "plain-big5": (part("text/plain; charset=big5", b64("您好世界\r\n", "big5"), B64), [0]),
    "plain-shift-jis": (part("text/plain; charset=Shift_JIS", b64("こんにちは、世界\r\n", "shift_jis"), B64), [0]),
    "plain-iso-2022-jp": (part("text/plain; charset=ISO-2022-JP", "こんにちは、世界\r\n"), [0], "iso2022_jp"),
    "plain-iso-2022-jp-empty": (part("text/plain; charset=iso-2022-jp", ""), [0]),
    "html-iso-2022-jp-empty": (part("text/html; charset=ISO-2022-JP", "<html><body></body></html>\r\n"), [0]),
    "plain-utf7": (part("text/plain; charset=utf-7", "1 +- 1\r\n"), [0]),
    "plain-utf16": (part("text/plain; charset=utf-16le", b64(LETTERS, "utf-16le"), B64), [0]),
    "plain-flowed": (part("text/plain; charset=utf-8; format=flowed", "Hello \r\nworld\r\n-- \r\nJohn\r\n"), [0]),
    "plain-with-dots": (part(PLAIN, ".\r\n..\r\nFrom here\r\n-- \r\nJohn\r\n"), [0]),
    "plain-with-name": ('Content-Type: text/plain;\r\n\tcharset="us-ascii";\r\n name="a;b.txt"\r\n\r\nHello\r\n', []),
    "type-in-folds": ('Content-type: TEXT/PLAIN;\r\n\tCharset="US-ASCII";\r\n\tformat=fixed\r\ncontent-transfer-encoding: 7BIT\r\n\r\nHello\r\n', [0]),
    "type-twice": ("Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\nContent-type: text/plain;\r\n charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nHello\r\n", [0]),
    "html-8bit": (part(WEB, HTML.replace("Hello", "Grüße"), EIGHT), [0]),
    "html-latin1": (part("text/html; charset=iso-8859-1", HTML.replace("Hello", "Grüße"), EIGHT), [0], "latin1"),
    "html-quoted": (part(WEB, qp(HTML.replace("Hello", "Grüße" * 20)), QP), [0]),
    "html-base64": (part(WEB, b64(HTML), B64), [0]),
    "html-utf16": (part("text/html; charset=utf-16le", b64(HTML, "utf-16le"), B64), [0]),
    "html-without-end": (part(WEB, "<p>Hello<br>\r\n"), [0]),
    "html-end-of-html": (part(WEB, "<HTML><p>Hello</HTML>\r\n"), [0]),
    "html-end-in-comment": (part(WEB, "<body>Hello <!-- </body> --> more\r\n"), [0]),
    "html-end-in-capitals": (part(WEB, "<BODY>Hello <p>1 < 2</BODY >\r\n</HTML>\r\n\r\n"), [0]),
    # multiparts
    "alternative": (ALTERNATIVE, [1, 2]),
    "alternative-mixed-encodings": (
        multi("alternative", part("text/plain; charset=iso-8859-1", qp(LETTERS, "latin1"), QP), part(WEB, b64(HTML), B64)), [1, 2]),
    "alternative-calendar": (
        multi("alternative", part(PLAIN, "Hello\r\n"), part(WEB, HTML), part("text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")), [1, 2]),
    "mixed-attachments": (multi("mixed", part(PLAIN, LETTERS, EIGHT), FILE, PDF, preamble="This is MIME.\r\n"), [1]),
    "mixed-alternative-attachments": (multi("mixed", ALTERNATIVE, PDF, FILE), [2, 3]),
    "mixed-attachment-first": (multi("mixed", PDF, FILE, part("text/html", HTML)), [3]),
    "mixed-two-texts": (multi("mixed", part(PLAIN, "Hello\r\n"), IMAGE, part(PLAIN, "and more\r\n")), [1]),
    "mixed-forwarded": (
        multi("mixed", part("text/plain", "See below\r\n"), part("message/rfc822", "From: a@b.example\r\nSubject: s\r\n" + ALTERNATIVE)), [1]),
    "forwarded-alone": (multi("mixed", part("message/rfc822", "From: a@b.example\r\nSubject: s\r\n\r\nHello\r\n")), []),
    "digest": (multi("digest", "\r\nFrom: a@b.example\r\nSubject: s\r\n\r\nHello\r\n"), []),
    "related": (multi("related", part(WEB, HTML.replace("Hello", "<img src=cid:i@x>")), IMAGE), [1]),
    "related-with-start": (
        multi("related", IMAGE, part(WEB, HTML, "Content-ID: <r@x>"), parameters='; start="<r@x>"; type="text/html"'), [2]),
    "alternative-related": (
        multi("alternative", part(PLAIN, "Hello\r\n"), multi("related", part(WEB, HTML), IMAGE, boundary="=_b2"), boundary="=_b"), [1, 3]),
    "alternative-mixed": (
        multi("alternative", part(PLAIN, "Hello\r\n"), multi("mixed", PDF, part(WEB, HTML), PDF, boundary="=_b1-in")), [1, 4]),
    "boundary-within-boundary": (
        multi("mixed", multi("alternative", part(PLAIN, "--b\x20x\r\n--bc--\r\n"), part(WEB, HTML), boundary="bc"), boundary="b"), [2, 3]),
    "without-end": (multi("mixed", part(PLAIN, "Hello"), part(PLAIN, "and more"), end="\r\n"), [1]),
    "text-after-end": (multi("alternative", part("text/plain", "Hello"), part("text/html", HTML)) + "epilogue\r\n", [1, 2]),
    "header-without-body": (multi("mixed", "Content-Type: text/plain", part(PLAIN, "Hello\r\n")), [2]),
    # to be left alone
    "signed-smime": (multi("signed", ALTERNATIVE, part("application/pkcs7-signature; name=smime.p7s", PNG, B64)), []),
    "signed-pgp": (multi("signed", part(PLAIN, "Hello\r\n"), part("application/pgp-signature", "-----BEGIN PGP SIGNATURE-----\r\n")), []),
    "signed-within": (multi("mixed", multi("signed", part(PLAIN, "Hello\r\n"), part("application/pgp-signature", "x"), boundary="=_s"), FILE), []),
    "encrypted-pgp": (multi("encrypted", part("application/pgp-encrypted", "Version: 1\r\n"), part("application/octet-stream", "x\r\n")), []),
    "smime-opaque": (part("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", PNG, B64), []),
    "inline-pgp-signed": (part(PLAIN, "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHello\r\n-----BEGIN PGP SIGNATURE-----\r\nx\r\n"), []),
    "inline-pgp-alternative": (multi("alternative", part(PLAIN, "-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n"), part(WEB, HTML)), []),
    "report": (multi("report", part("text/plain", "It was read.\r\n"), part("message/disposition-notification", "Disposition: x\r\n")), []),
    "only-calendar": (part("text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), []),
    "only-attachment": (part("application/pdf; name=a.pdf", PNG, B64), []),
    "only-attachments": (multi("mixed", PDF, FILE), []),
    "base64-and-more": (part(PLAIN, b64("Hello\r\n") + "-- \r\nfrom a list\r\n", B64), []),
    "base64-and-words": (part(PLAIN, b64("Hello\r\n") + "Sent\r\n", B64), []),
    "base64-and-a-line": (part(PLAIN, b64("Hello..\r\n") + "sent from here\r\n", B64), []),
    "unknown-encoding": (part(PLAIN, "Hello\r\n", "Content-Transfer-Encoding: x-uuencode"), []),
}
