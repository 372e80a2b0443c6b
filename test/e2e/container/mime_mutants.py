"""Has Rspamd judge archives that are broken at random places, always the same ones: how many, and the longest time of one in
seconds, as JSON. An answer that does not come is an error."""
import base64
import http.client
import json
import random
import time

from mime_files import *

FILES = {"read.me": TEXT, "photo.jpg": PE}
WHOLE = {
    "zip": packed_zip(FILES), "stored": packed_zip(FILES, zipfile.ZIP_STORED), "lzma": packed_zip(FILES, zipfile.ZIP_LZMA),
    "tar": packed_tar(FILES), "tgz": packed_tar(FILES, "w:gz"), "tbz2": packed_tar(FILES, "w:bz2"), "txz": packed_tar(FILES, "w:xz"),
    "7z": packed_7z(FILES), "plain7z": packed_7z(FILES, "-mhc=off"), "rar4": rar4(FILES), "rar5": rar5(FILES), "cab": cabinet(FILES),
    "iso": iso({"A.TXT": PE}), "tnef": tnef(FILES), "msi": MSI, "docx": DOCX, "deep": packed_zip({"a.zip": packed_zip({"b.7z": packed_7z(FILES)})}),
}
HEAD = b"From: a@outside.example.net\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n"
EDGES = [b"\0", b"\xff", b"\x7f", b"\x80", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\xff\xff\xff\x7f"]
COUNT = 600

random.seed(1)


def broken(content):
    found = bytearray(content)
    for _ in range(random.choice([1, 1, 2, 4, 16])):
        at, kind = random.randrange(len(found)), random.random()
        if random.random() < 0.3:
            at = random.randrange(min(64, len(found)))
        edge = random.choice(EDGES)
        if kind < 0.7:
            found[at : at + len(edge)] = edge
        elif kind < 0.8:
            found[at:at] = random.randbytes(20)
        elif kind < 0.9:
            del found[at : at + random.randrange(100)]
        else:
            del found[at:]
        found = found or bytearray(b"PK")
    return bytes(found)


longest = 0
for number in range(COUNT):
    kind = random.choice(list(WHOLE))
    named = f'Content-Type: application/octet-stream; name="a.{kind}"\r\n\r\n'.encode()
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", 11334, timeout=30)
    connection.request("POST", "/checkv2", HEAD + named + base64.encodebytes(broken(WHOLE[kind])), {"IP": "192.0.2.2"})
    answer = json.loads(connection.getresponse().read())
    longest = max(longest, time.monotonic() - began)
    if "action" not in answer:
        raise SystemExit(f"mutant {number} of {kind}: {answer}")
print(json.dumps({"count": COUNT, "longest": longest}))
