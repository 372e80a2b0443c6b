"""Files as they are attached to messages, each made from nothing: programs, documents, archives."""
import bz2
import gzip
import io
import lzma
import os
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

PE = (b"MZ" + b"\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8").ljust(60, b"\0") + struct.pack("<I", 128)
PE = PE.ljust(128, b"\0") + b"PE\0\0\x4c\1\3\0" + b"\0" * 400
DOS = b"MZ\x50\0\2\0\0\0\x20\0\0\0\xff\xff".ljust(600, b"\0")
ELF = b"\x7fELF\2\1\1".ljust(200, b"\0")
MACHO = b"\xcf\xfa\xed\xfe\7\0\0\1".ljust(200, b"\0")
CLASS = b"\xca\xfe\xba\xbe\0\0\0\x34".ljust(200, b"\0")
LNK = b"L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0F".ljust(200, b"\0")
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 4
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
RTF = b"{\\rtf1\\ansi\\deff0 {\\fonttbl {\\f0 Arial;}} A letter.\\par }\n" * 20
TEXT = b"A few words, and nothing else.\n" * 20


def compound(class_id=b"\0" * 16, stream="WordDocument"):
    """A compound file (MS-CFB) with one stream."""

    def entry(name, kind, class_id=b"\0" * 16):
        wide = name.encode("utf-16-le").ljust(64, b"\0")
        return wide + struct.pack("<HBBiii", len(name) * 2 + 2, kind, 1, -1, -1, -1) + class_id + b"\0" * 32

    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\0" * 10 + struct.pack("<IIIIiIiI", 1, 1, 0, 4096, -2, 0, -2, 0) + struct.pack("<I", 0)
    table = struct.pack("<ii", -3, -2)
    return header.ljust(512, b"\xff") + table.ljust(512, b"\xff") + (
        entry("Root Entry", 5, class_id) + entry(stream, 2)
    ).ljust(512, b"\0") + b"\0" * 4096


MSI = compound(bytes.fromhex("84100c0000000000c000000000000046"), "Property")


def packed_zip(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def renamed_zip(name, other, content):
    """A zip with one file, whose name is another one in an extra field (APPNOTE.TXT 4.6.9)."""
    entry = zipfile.ZipInfo(name)
    field = struct.pack("<BI", 1, zlib.crc32(name.encode())) + other.encode()
    entry.extra = struct.pack("<HHHH", 0x9999, 2, 0, 0x7075) + struct.pack("<H", len(field)) + field
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, content)
    return buffer.getvalue()


def other_listed(files):
    """A zip whose files have other names in its list than before their contents: the last letter is gone there."""
    content = packed_zip(files)
    for name in map(str.encode, files):
        content = content.replace(name, name[:-1] + b"_", 1)
    return content


def half_listed(files, gap):
    """A zip whose list has its first file alone, and bytes behind that."""
    content = packed_zip(files)
    first, second = content.index(b"PK\1\2"), content.rindex(b"PK\1\2")
    end = bytearray(content[-22:])
    struct.pack_into("<HHI", end, 8, 1, 1, second - first + len(gap))
    return content[:second] + gap + end


def led_back(front, files):
    """A zip behind another one: its list counts from 5000 bytes before the other, and takes the first file of that for its own."""
    content = bytearray(packed_zip(files))
    first = content.index(b"PK\1\2")
    struct.pack_into("<I", content, first + 42, 5000)
    struct.pack_into("<I", content, len(content) - 6, len(front) + first + 5000)
    return front + content


def zip64(content):
    """A zip of less than 4 GB whose end says that it is larger, so that its list is found by another record (APPNOTE.TXT 4.3.14)."""
    rest, end = content[:-22], content[-22:]
    count, size, offset = struct.unpack("<HII", end[10:20])
    record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = b"PK\6\7" + struct.pack("<IQI", 0, len(rest), 1)
    return rest + record + locator + end[:8] + b"\xff" * 12 + end[20:]


def lying_zip(files):
    """A zip that tells of each file that it has one byte."""
    found = bytearray(packed_zip(files))
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = found.find(mark)
        while at >= 0:
            found[at + offset : at + offset + 4] = b"\1\0\0\0"
            at = found.find(mark, at + 4)
    return bytes(found)


def large_zip(files):
    """A zip whose list says that all of its numbers are too great for it, as that of Zip64 does (APPNOTE.TXT 4.5.3)."""
    found = bytearray(packed_zip(files))
    for mark, offsets in ((b"PK\3\4", (18, 22)), (b"PK\1\2", (20, 24, 42)), (b"PK\5\6", (12, 16))):
        at = found.find(mark)
        while at >= 0:
            for offset in offsets:
                found[at + offset : at + offset + 4] = b"\xff\xff\xff\xff"
            at = found.find(mark, at + 4)
    return bytes(found)


def packed_tar(files, mode="w"):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def odd_tar(files, kind=tarfile.REGTYPE, size=None, pax=None):
    """A tar whose first file is of another kind, tells its size otherwise, or has records of pax before it."""
    (name, content), *rest = files.items()
    entry = tarfile.TarInfo(name)
    entry.type, entry.size = kind, len(content)
    head = bytearray(entry.tobuf(tarfile.USTAR_FORMAT))
    if size is not None:
        head[124:136] = size
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    before = b""
    if pax is not None:
        record = tarfile.TarInfo("pax")
        record.type, record.size = tarfile.XHDTYPE, len(pax)
        before = record.tobuf(tarfile.USTAR_FORMAT) + pax.ljust(-(-len(pax) // 512) * 512, b"\0")
    return before + bytes(head) + content.ljust(-(-len(content) // 512) * 512, b"\0") + packed_tar(dict(rest))


def by_program(files, archive, *argv):
    """What zip(1) or 7z(1) makes of files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        subprocess.run([*argv, archive, *files], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(folder, archive), "rb") as file:
            return file.read()


def packed_7z(files, *options):
    return by_program(files, "a.7z", "7z", "a", *options)


def rar4(files, wide=b""):
    """`wide` are the names in UTF-16, packed, which stand behind those in 8 bits."""

    def block(kind, flags, body, data=b""):
        size = struct.pack("<HH", flags, 7 + len(body))
        return struct.pack("<HB", zlib.crc32(bytes([kind]) + size + body) & 0xFFFF, kind) + size + body + data

    parts = [b"Rar!\x1a\7\0", block(0x73, 0, b"\0" * 6)]
    for name, content in files.items():
        raw = name.encode() + (b"\0" + wide if wide else b"")
        head = struct.pack("<IIBIIBBHI", len(content), len(content), 3, zlib.crc32(content), 0, 20, 0x30, len(raw), 32)
        parts.append(block(0x74, 0x8200 if wide else 0x8000, head + raw, content))
    return b"".join([*parts, block(0x7B, 0x4000, b"")])


def rar5(files):
    def block(body, data=b""):
        size = bytes([len(body)])
        return struct.pack("<I", zlib.crc32(size + body)) + size + body + data

    def integer(value):
        found = b""
        while value > 127:
            found += bytes([value & 127 | 128])
            value >>= 7
        return found + bytes([value])

    parts = [b"Rar!\x1a\7\1\0", block(b"\1\0\0")]
    for name, content in files.items():
        raw = name.encode()
        body = b"\2\2" + integer(len(content)) + b"\0" + integer(len(content)) + b"\0\0\0" + integer(len(raw)) + raw
        parts.append(block(body, content))
    return b"".join([*parts, block(b"\5\0\0")])


def cabinet(files):
    entries = b"".join(
        struct.pack("<IIHHHH", len(content), 0, 0, 0, 0, 32) + name.encode() + b"\0" for name, content in files.items()
    )
    head = struct.pack("<IIIIIBBHHHHH", 0, 44 + len(entries), 0, 44, 0, 3, 1, 1, len(files), 0, 0, 0)
    return b"MSCF" + head + struct.pack("<IHH", 44 + len(entries), 0, 0) + entries


def iso(files, boot=b"\0", more=b""):
    def entry(name, sector, size, flags=0):
        raw = struct.pack("<I", sector) + struct.pack(">I", sector) + struct.pack("<I", size) + struct.pack(">I", size)
        body = b"\0" + raw + b"\0" * 7 + bytes([flags, 0, 0]) + b"\1\0\0\1" + bytes([len(name)]) + name
        return bytes([len(body) + 1]) + body

    folder, data, sector = entry(b"\0", 18, 2048, 2) + entry(b"\1", 18, 2048, 2), b"", 19
    for name, content in files.items():
        folder += entry(name.encode() + b";1", sector, len(content))
        padded = content.ljust(-(-len(content) // 2048) * 2048, b"\0")
        data, sector = data + padded, sector + len(padded) // 2048
    volume = (b"\1CD001\1".ljust(156, b"\0") + entry(b"\0", 18, 2048, 2)).ljust(2048, b"\0")
    first = boot.ljust(32768, b"\0") + volume
    if more:
        return first + b"\xffCD001\1".ljust(2048, b"\0") + more
    return first + b"\xffCD001\1".ljust(2048, b"\0") + folder.ljust(2048, b"\0") + data


def tnef(files):
    def attribute(number, data):
        return b"\2" + struct.pack("<II", number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    found = struct.pack("<IH", 0x223E9F78, 1)
    for name, content in files.items():
        found += attribute(0x00069002, b"\1\0" + b"\0" * 12)
        found += attribute(0x00018010, name.encode() + b"\0") + attribute(0x0006800F, content)
    return found


def packed_gz(name, content):
    buffer = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=buffer) as archive:
        archive.write(content)
    return buffer.getvalue()




def bomb():
    """300 MiB of zeros in a tar, packed: none is held as a whole."""
    entry = tarfile.TarInfo("zeros")
    entry.size = 300 * 1024 * 1024
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    pieces = [packer.compress(entry.tobuf())]
    pieces += [packer.compress(b"\0" * 1024 * 1024) for _ in range(300)]
    return b"".join([*pieces, packer.flush()])


VBA = compound(stream="VBA")
DOCX = packed_zip({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>" * 50})
DOCM = packed_zip({"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>" * 50, "word/vbaProject.bin": VBA})
XLSM = packed_zip({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>" * 50, "xl/vbaProject.bin": VBA})
ODT = packed_zip({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<c/>" * 50}, zipfile.ZIP_STORED)
EPUB = packed_zip({"mimetype": "application/epub+zip", "OEBPS/page.js": "x = 1;" * 50}, zipfile.ZIP_STORED)
JAR = packed_zip({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", "Main.txt": "text"})
APK = packed_zip({"AndroidManifest.xml": "x", "res/a.xml": "x"})
XZ, BZ2 = lzma.compress, bz2.compress
