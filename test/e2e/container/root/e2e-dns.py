#!/usr/bin/python3
"""A resolver for a machine without a network: answers from a small file, NXDOMAIN at once for the rest.

The file (may be missing, read anew for each question) has lines `NAME TYPE VALUE`, for example
    example.net MX 10 outside.example.net
    outside.example.net A 192.0.2.2
    default._domainkey.example.org TXT v=DKIM1; k=rsa; p=…
"""
import socket
import struct
import sys

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}


def name(text):
    labels = [part.encode() for part in text.rstrip(".").split(".") if part]
    return b"".join(bytes([len(part)]) + part for part in labels) + b"\0"


def rdata(kind, value):
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == "MX":
        preference, host = value.split()
        return struct.pack(">H", int(preference)) + name(host)
    if kind == "TXT":
        raw = value.encode()
        return b"".join(bytes([len(raw[i:i + 255])]) + raw[i:i + 255] for i in range(0, len(raw), 255))
    return name(value)


def zone(path):
    try:
        with open(path, encoding="utf-8") as lines:
            parts = (line.split(None, 2) for line in lines if line.strip() and not line.startswith("#"))
            return [(p[0].rstrip(".").lower(), p[1].upper(), p[2].strip()) for p in parts if len(p) == 3]
    except FileNotFoundError:
        return []


def answer(query, path):
    position, labels = 12, []
    while query[position]:
        length = query[position]
        labels.append(query[position + 1:position + 1 + length].decode("latin-1").lower())
        position += length + 1
    end = position + 5
    asked, kind = ".".join(labels), struct.unpack(">H", query[position + 1:position + 3])[0]
    records = [r for r in zone(path) if r[0] == asked and r[1] in TYPES]
    found = [r for r in records if TYPES[r[1]] in (kind, 5)]
    code = 0 if records else 3
    body = b"".join(
        b"\xc0\x0c" + struct.pack(">HHIH", TYPES[r[1]], 1, 1, len(rdata(r[1], r[2]))) + rdata(r[1], r[2])
        for r in found)
    head = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(found), 0, 0)
    return head + query[12:end] + body


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
while True:
    data, peer = server.recvfrom(4096)
    try:
        server.sendto(answer(data, sys.argv[1]), peer)
    except (IndexError, ValueError, OSError, struct.error) as error:
        print(f"e2e-dns: {error}", file=sys.stderr, flush=True)
