"""Messages of every shape, one file each in the folder that is the first argument: NAME.eml."""
import base64
import binascii
import os
import sys

from mime_files import *

HEAD = "From: <bulk@outside.example.net>\r\nTo: <john@domain.org>\r\nSubject: {}\r\nMessage-ID: <{}@outside.example.net>\r\n"
HEAD += "Date: Wed, 25 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n"
PLAIN = b"Content-Type: text/plain\r\n\r\nHello, see the file.\r\n"
shapes = {}


def shape(name, *parts, kind="mixed"):
    """A message of these parts, the first of which is its text."""
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in (PLAIN, *parts))
    raw(name, f'Content-Type: multipart/{kind}; boundary="edge"\r\n\r\n'.encode() + body + b"--edge--\r\n")


def raw(name, rest):
    shapes[name] = HEAD.format(name, name).encode() + rest


def file(name, content, kind="application/octet-stream", more=""):
    """A part as an attachment, in base64. `name` is the parameter as it stands in the header, with its quotes."""
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}"
    head += f"Content-Disposition: attachment; filename={name}\r\n\r\n"
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def pax(**records):
    """Records of a pax header, each with its length before it."""
    found = b""
    for key, value in records.items():
        rest = f" {key}={value}\n"
        length = len(rest) + 1
        while len(f"{length}{rest}") != length:
            length += 1
        found += f"{length}{rest}".encode()
    return found


def attached(name, content, kind="application/octet-stream"):
    shape(name.replace(" ", "_").replace("/", "_"), file(f'"{name}"', content, kind))


# programs, with their names and with others
for name, content in {
    "setup.exe": PE, "photo.jpg": PE, "old.bin": DOS, "tool": ELF, "app.dat": MACHO, "Main.dat": CLASS, "product.dat": MSI,
    "link.txt": LNK, "lib.jar": JAR, "renamed.zip": JAR, "game.bin": APK, "script.bat": TEXT, "macro.vbs": TEXT,
    "page.hta": TEXT, "note.txt": b"@echo off\r\ndel *.*\r\n", "keys.txt": b"Windows Registry Editor Version 5.00\r\n",
    "empty.exe": b"", "setup.exe.txt": TEXT, "MZ.txt": b"MZ is a company of Mr Zander.\n" * 9, "www.example.com": TEXT,
}.items():
    attached(name, content)

# names
for key, name in {
    "name-dot": '"evil.exe."', "name-blank": '"evil.exe "', "name-case": '"EVIL.ExE"', "name-double": '"report.pdf.exe"',
    "name-unquoted": "evil.exe", "name-rtl": "\"=?utf-8?q?photo=E2=80=AEgpj.exe?=\"", "name-2047": '"=?utf-8?b?ZXZpbC5leGU=?="',
    "name-2231": "x; filename*=utf-8''evil%2Eexe", "name-pieces": 'x; filename*0="evil.e"; filename*1="xe"',
    "name-wide": '"=?utf-8?q?evil=EF=BC=8E=EF=BD=85=EF=BD=98=EF=BD=85?="', "name-nul": '"=?utf-8?q?evil.exe=00.txt?="',
    "name-long": f'"{"a" * 900}.exe"', "name-stream": '"evil.exe::$DATA"', "name-folder": '"a/b\\evil.exe"',
    "name-latin": "\"=?iso-8859-1?q?caf=E9.exe?=\"", "name-8bit": '"été.exe"', "name-two": '"good.txt"; filename="evil.exe"',
}.items():
    shape(key, file(name, TEXT))
shape("name-of-type", file('"good.txt"', TEXT, 'application/octet-stream; name="evil.exe"'))
shape("name-of-disposition", file('"good.txt"; name="evil.exe"', TEXT))
shape("name-flood", file("filename=" * 5000, TEXT))
shape("name-text", file('"=?utf-8?q?f=C3=BCr_dich.txt?="', TEXT, "text/plain"))

# archives
WITH = {"read.me": TEXT, "setup.exe": PE}
RENAMED = {"read.me": TEXT, "photo.jpg": PE}
CLEAN = {"read.me": TEXT, "photo.jpg": JPEG}
CLEAN_ZIP = packed_zip(CLEAN)
inner = packed_zip({"inner.zip": packed_zip({"third.zip": packed_zip(RENAMED)})})
for name, content in {
    "names.zip": packed_zip(WITH), "content.zip": packed_zip(RENAMED), "clean.zip": packed_zip(CLEAN), "deep.zip": inner, "lying.zip": lying_zip(RENAMED), "large.zip": large_zip(RENAMED),
    "stored.zip": packed_zip(RENAMED, zipfile.ZIP_STORED), "bzip2.zip": packed_zip(RENAMED, zipfile.ZIP_BZIP2),
    "lzma.zip": packed_zip(RENAMED, zipfile.ZIP_LZMA), "picture.png": packed_zip(WITH), "front.jpg": JPEG + packed_zip(WITH),
    "torn.zip": packed_zip(WITH, zipfile.ZIP_STORED)[:-60], "empty.zip": packed_zip({}), "noise.zip": b"PK\3\4" + b"\xff" * 300,
    "secret.zip": by_program(WITH, "a.zip", "zip", "-q", "-P", "x"),
    "secret-clean.zip": by_program(CLEAN, "a.zip", "zip", "-q", "-P", "x"),
    "secret-inner.zip": by_program({"a.zip": packed_zip(CLEAN)}, "b.zip", "zip", "-q", "-P", "x"),
    "names.tar": packed_tar(WITH), "content.tar": packed_tar(RENAMED), "content.tar.gz": packed_tar(RENAMED, "w:gz"),
    "content.tbz2": packed_tar(RENAMED, "w:bz2"), "content.txz": packed_tar(RENAMED, "w:xz"), "clean.tgz": packed_tar(CLEAN, "w:gz"),
    "long.tar": packed_tar({"a" * 150 + ".exe": TEXT}), "photo.jpg.gz": packed_gz("photo.jpg", PE), "setup.exe.bz2": BZ2(TEXT),
    "named.gz": packed_gz("setup.exe", TEXT), "zip.gz": packed_gz("a.zip", packed_zip(RENAMED)), "text.xz": XZ(TEXT),
    "bomb.tgz": bomb(),
    "base256.tar": odd_tar({"a.txt": TEXT, "photo.jpg": PE}, size=b"\x80" + len(TEXT).to_bytes(11, "big")),
    "pax-size.tar": odd_tar({"a.txt": TEXT, "photo.jpg": PE}, size=b"0" * 11 + b"\0", pax=pax(size=len(TEXT))),
    "pax-name.tar": odd_tar({"a.txt": TEXT}, pax=pax(comment="9 path=a.txt") + pax(path="setup.exe")),
    "odd-kind.tar": odd_tar({"photo.jpg": PE}, kind=b"Z"), "hard-link.tar": odd_tar({"a.txt": TEXT}, kind=tarfile.LNKTYPE),
    "lone-zeros.tar": packed_tar({"a.txt": TEXT})[:2048] + packed_tar(RENAMED),
    "noise-behind.tar": packed_tar({"a.txt": TEXT})[:2560] + b"x" * 2048,
    "noise.tar": packed_tar({"a.txt": TEXT})[:1536] + b"x" * 900,
    "names.7z": packed_7z(WITH), "content.7z": packed_7z(RENAMED), "clean.7z": packed_7z(CLEAN), "plain.7z": packed_7z(WITH, "-mhc=off"),
    "deflate.7z": packed_7z(RENAMED, "-m0=Deflate"), "secret.7z": packed_7z(WITH, "-px"), "hidden.7z": packed_7z(CLEAN, "-px", "-mhe=on"),
    "torn.7z": packed_7z(CLEAN)[:-20], "names4.rar": rar4(WITH), "content4.rar": rar4(RENAMED), "clean4.rar": rar4(CLEAN),
    "wide4.rar": rar4({"a.txt": TEXT}, b"\0\0evil\0.exe"), "copied4.rar": rar4({"photo.jpg": TEXT}, b"\0\xc0\4exe"),
    "moved4.rar": rar4({"photo.dwd": TEXT}, b"\0\xf0\4\x81\1"), "own-name4.rar": rar4({"caf_.txt": TEXT}, b"\0\xcc\1\xe9\2"),
    "renamed-inside.zip": renamed_zip("a.txt", "evil.js", TEXT),
    "first-of-two.zip": packed_zip(WITH) + CLEAN_ZIP, "first-of-three.zip": packed_zip(RENAMED) + CLEAN_ZIP + packed_zip({}),
    "two-clean.zip": CLEAN_ZIP + CLEAN_ZIP, "before-comment.zip": packed_zip(WITH)[:-2] + struct.pack("<H", len(CLEAN_ZIP)) + CLEAN_ZIP,
    "no-list.zip": packed_zip(WITH).split(b"PK\1\2")[0] + CLEAN_ZIP, "torn-around.zip": packed_zip({**WITH, "a.zip": CLEAN_ZIP}, 0)[:-99],
    "behind-rar.zip": rar4(CLEAN) + packed_zip(WITH), "behind-gzip.zip": gzip.compress(TEXT) + packed_zip(WITH),
    "listed64.zip": zip64(other_listed({"evil.js": TEXT})), "clean64.zip": zip64(CLEAN_ZIP),
    "no-size.zip": other_listed({"evil.js": TEXT})[:-10] + b"\0" * 4 + other_listed({"evil.js": TEXT})[-6:],
    "gap-in-list.zip": half_listed(WITH, b"PK\5\5\4\0gaps"), "list-between.zip": half_listed(WITH, b"") + CLEAN_ZIP,
    "far-list.zip": half_listed(WITH, b"") + b"\0" * 300000,
    "led-back.zip": led_back(packed_zip(WITH), {"photo.jpg": JPEG}),
    "long-names.zip": packed_zip({name: TEXT for name in ("." * 60000 + "x", "a" * 60000 + "/b")}),
    "zip-in.tar": packed_tar({"a.zip": CLEAN_ZIP}),
    "names5.rar": rar5(WITH), "content5.rar": rar5(RENAMED), "clean5.rar": rar5(CLEAN), "rar.zip": packed_zip({"a.rar": rar5(WITH)}),
    "names.cab": cabinet(WITH), "clean.cab": cabinet(CLEAN), "names.iso": iso({"SETUP.EXE": TEXT}), "content.iso": iso({"PHOTO.JPG": PE}),
    "udf.iso": b"\0" * 32768 + b"\0BEA01\1".ljust(2048, b"\0") + b"\0NSR02\1".ljust(4096, b"\0"),
    "bridge.iso": iso({"PHOTO.JPG": JPEG}, more=b"\0BEA01\1".ljust(2048, b"\0") + b"\0NSR02\1".ljust(4096, b"\0")),
    "boot.iso": iso({"PHOTO.JPG": PE}, boot=b"\x33\xed\x90\x90" * 99), "disk.vhd": b"\0" * 3000, "disk.dat": b"vhdxfile" + b"\0" * 3000,
    "clean.iso": iso({"PHOTO.JPG": JPEG}), "old.lzh": b"\x20\0-lh5-" + b"\0" * 200, "old.arj": b"\x60\xea\x30\0\x1e\x06\1\0\0\0\2" + b"\0" * 200, "noise.dat": b"\x60\xea\x9f" + b"\xff" * 200,
    "winmail.dat": tnef({"setup.exe": PE}), "winmail-clean.dat": tnef({"letter.txt": TEXT}),
    "letter.docx": DOCX, "letter.docm": DOCM, "sheet.xlsm": XLSM, "sheet.xlsx": XLSM, "letter.odt": ODT, "letter.txt": ODT,
    "book.epub": EPUB, "old.doc": compound(), "old.dat": compound(), "embedded.docx": packed_zip({"[Content_Types].xml": "", "word/a.bin": PE}),
    "letter.rtf": RTF, "paper.pdf": PDF, "paper.txt": PDF, "paper.zip": packed_zip({"paper.pdf": PDF}), "site.html": b"<html><body>Hi</body></html>",
    "message.eml": HEAD.format("x", "x").encode() + b'Content-Type: multipart/mixed; boundary=e\r\n\r\n--e\r\n' + file('"photo.jpg"', PE) + b"\r\n--e--\r\n",
}.items():
    attached(name, content)

# shapes of messages
exec(open(os.path.join(os.path.dirname(__file__), "mime_bodies.py")).read())

for name, content in shapes.items():
    with open(os.path.join(sys.argv[1], f"{name}.eml"), "wb") as target:
        target.write(content)
