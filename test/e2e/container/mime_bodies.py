"""Part of mime_shapes: messages whose own structure is odd."""


def uuencoded(content):
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"".join(lines) + b"`\nend\n"


def nested(depth, part):
    for level in range(depth):
        head = f'Content-Type: multipart/mixed; boundary="level{level}"\r\n\r\n--level{level}\r\n'
        part = head.encode() + part + f"\r\n--level{level}--\r\n".encode()
    return part


def signed(content):
    """Wrapped into a signature, by openssl(1)."""
    with tempfile.TemporaryDirectory() as folder:
        made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", "key", "-out", "crt"]
        subprocess.run(["openssl", *made], cwd=folder, check=True, stderr=subprocess.DEVNULL)
        wrapped = ["cms", "-sign", "-nodetach", "-binary", "-signer", "crt", "-inkey", "key", "-outform", "DER"]
        return subprocess.run(["openssl", *wrapped], cwd=folder, check=True, input=content, stdout=subprocess.PIPE).stdout


def rfc822(content, more=b""):
    return b"Content-Type: message/rfc822\r\n" + more + b"\r\n" + content


EXE, PICTURE = file('"setup.exe"', PE), file('"photo.jpg"', JPEG, "image/jpeg")
INSIDE = shapes["photo.jpg"]
raw("plain", b"Content-Type: text/plain\r\n\r\nHello.\r\n")
raw("no-header", b"\r\nHello.\r\n")
raw("no-body", b"Content-Type: text/plain\r\n")
raw("html", b"Content-Type: text/html\r\n\r\n<html><body><p>Hello</p></body></html>\r\n")
raw("html-script", b"Content-Type: text/plain\r\n\r\n@echo off\r\nis how a batch file begins.\r\n")
raw("only-exe", EXE)
raw("unnamed-exe", b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PE))
raw("nested-20", nested(20, EXE))
raw("nested-23", nested(23, EXE))
raw("nested-24", nested(24, file('"a.txt"', TEXT)))
raw("nested-90", nested(90, EXE))
raw("forwarded-named", rfc822(shapes["plain"]).replace(b"rfc822", b'rfc822; name="visit example.com"', 1))
raw("forwarded-exe", EXE.replace(b"application/octet-stream", b"message/rfc822"))
raw("forwarded", rfc822(INSIDE))
raw("forwarded-base64", rfc822(base64.encodebytes(INSIDE), b"Content-Transfer-Encoding: base64\r\n"))
raw("forwarded-twice", rfc822(HEAD.format("a", "b").encode() + rfc822(INSIDE)))
raw("no-end", b'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n--edge\r\n' + EXE)
raw("no-boundary", b"Content-Type: multipart/mixed\r\n\r\n--edge\r\n" + EXE + b"\r\n--edge--\r\n")
raw("two-types", b"Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n--edge\r\n" + EXE + b"\r\n--edge--\r\n")
raw("bare-lf", (b'Content-Type: multipart/mixed; boundary="edge"\r\n\r\n--edge\r\n' + EXE + b"\r\n--edge--\r\n").replace(b"\r\n", b"\n"))
raw("bare-cr", b"Content-Type: text/plain\r\n\r\nHello\rthere\r.\r\n")
raw("8bit-header", b"X-Note: caf\xe9 \xff\xfe\r\nContent-Type: text/plain\r\n\r\nHello.\r\n")
raw("huge-header", b"X-Long: " + b"a" * 200000 + b"\r\nContent-Type: text/plain\r\n\r\nHello.\r\n")
raw("many-headers", b"".join(b"X-%d: a\r\n" % n for n in range(3000)) + b"Content-Type: text/plain\r\n\r\nHello.\r\n")
raw("partial", b'Content-Type: message/partial; id="a@b"; number=1; total=2\r\n\r\n' + EXE)
raw("partial-case", b'Content-Type: MESSAGE/Partial; id="a@b"; number=1; total=2\r\n\r\n' + EXE)
raw("external-body", b'Content-Type: message/external-body; access-type=URL; URL="http://x.example/a"\r\n\r\nContent-Type: text/plain\r\n\r\n')
raw("uuencode", b"Content-Type: text/plain\r\n\r\nSee this:\r\n\r\nbegin 644 photo.jpg\r\n" + uuencoded(PE).replace(b"\n", b"\r\n"))
raw("uuencode-clean", b"Content-Type: text/plain\r\n\r\nbegin 644 a.txt\r\n" + uuencoded(TEXT).replace(b"\n", b"\r\n"))
raw("begin-word", b"Content-Type: text/plain\r\n\r\nLet us\r\nbegin 2027 with setup.exe\r\n")
raw("yenc-flood", b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"Hi\n=ybegin " + b"name=" * 20000))
raw("yenc", b"Content-Type: text/plain\r\n\r\n=ybegin line=128 size=5 name=setup.exe\r\n\x72\x8f\r\n=yend size=5\r\n")
raw("binary", b"Content-Transfer-Encoding: binary\r\nContent-Type: application/octet-stream; name=a.bin\r\n\r\n" + PE)
raw("unknown-encoding", b"Content-Transfer-Encoding: x-own\r\nContent-Type: application/octet-stream; name=a.bin\r\n\r\nabc\r\n")
raw("pgp", b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=edge\r\n\r\n--edge\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--edge\r\nContent-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----\r\n--edge--\r\n')
raw("calendar", b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")
shape("bad-base64", b'Content-Type: application/octet-stream; name="a.bin"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + base64.encodebytes(PE).replace(b"A", b"A!"))
shape("quoted-printable", b'Content-Type: application/octet-stream; name="a.bin"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' + binascii.b2a_qp(PE, istext=False))
shape("smime-signed", file('"smime.p7s"', b"0\x82\1\0" + b"\1" * 256, "application/pkcs7-signature"), kind="signed")
shape("smime-encrypted", file('"smime.p7m"', b"0\x82\1\0" + b"\1" * 256, "application/pkcs7-mime; smime-type=enveloped-data"))
raw("smime-opaque", b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(signed(EXE)))
shape("apple-double", nested(1, file('"photo.jpg"', b"\0\5\x16\7\0\2\0\0" + b"\0" * 60, "application/applefile") + b"\r\n--level0\r\n" + PICTURE).replace(b"multipart/mixed", b"multipart/appledouble"))
shape("inline-image", b"Content-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(PNG), kind="related")
shape("alternative", b"Content-Type: text/html\r\n\r\n<html><body><p>Hello</p></body></html>\r\n", kind="alternative")
shape("many-parts", *[PICTURE for _ in range(300)])
shape("exe-last", *[PICTURE for _ in range(300)], EXE)
shape("no-content", file('"nothing.bin"', b""))
