"""Logs in with a Kerberos ticket (GSSAPI, RFC 4752), over TLS, and reads or sends. The request is JSON on standard input:
    cache: the file with the tickets; host: the server's name in them; identity: who to log in as, or ""
    protocol: imap | pop3 | sieve | smtp; address, port
    subject: of a message that smtp sends, from sender to recipient; "": nothing is sent
Prints JSON: mechanisms that the server names, ok, reply, the answer that decided, and the subjects that a mailbox holds.
"""
import base64
import email
import imaplib
import json
import poplib
import smtplib
import socket
import ssl
import sys

import gssapi

ANY = ssl._create_unverified_context()
PRIMARIES = {"pop3": "pop"}
# What the server names, also where there is no ticket to show then.
mechanisms = []


class Ticket:
    """What a client answers to each challenge, as bytes."""

    def __init__(self, request):
        primary = PRIMARIES.get(request["protocol"], request["protocol"])
        server = gssapi.Name(f"{primary}@{request['host']}", gssapi.NameType.hostbased_service)
        creds = gssapi.Credentials(usage="initiate", store={"ccache": request["cache"]})
        self.context = gssapi.SecurityContext(name=server, creds=creds, usage="initiate")
        self.identity = request["identity"].encode()

    def __call__(self, challenge):
        if not self.context.complete:
            return self.context.step(challenge or None) or b""
        self.context.unwrap(challenge)
        return self.context.wrap(b"\x01\0\0\0" + self.identity, False).message

    def encoded(self, challenge):
        return base64.b64encode(self(base64.b64decode(challenge)))


def imap(request, ticket):
    client = imaplib.IMAP4(request["address"], request["port"])
    client.starttls(ANY)
    mechanisms.extend(name[5:] for name in client.capabilities if name.startswith("AUTH="))
    try:
        _, reply = client.authenticate("GSSAPI", ticket)
    except imaplib.IMAP4.error as error:
        return False, str(error), []
    _, (count,) = client.select()
    found = client.fetch("1:*", "(BODY.PEEK[HEADER])")[1] if count != b"0" else []
    subjects = [email.message_from_bytes(part[1])["Subject"] for part in found if isinstance(part, tuple)]
    return True, reply[0].decode(), subjects


def pop3(request, ticket):
    client = poplib.POP3(request["address"], request["port"])
    client.stls(ANY)
    mechanisms.extend(client.capa().get("SASL", []))
    client._putcmd("AUTH GSSAPI")
    line, _ = client._getline()
    while line.startswith(b"+ ") or line == b"+":
        client._putline(ticket.encoded(line[2:]))
        line, _ = client._getline()
    if not line.startswith(b"+OK"):
        return False, line.decode(), []
    numbers = range(1, client.stat()[0] + 1)
    texts = [b"\n".join(client.retr(number)[1]) for number in numbers]
    return True, line.decode(), [email.message_from_bytes(text)["Subject"] for text in texts]


def smtp(request, ticket):
    client = smtplib.SMTP(request["address"], request["port"], local_hostname="outside.example.net")
    client.starttls(context=ANY)
    client.ehlo()
    mechanisms.extend(client.esmtp_features.get("auth", "").split())
    code, reply = client.docmd("AUTH", "GSSAPI")
    while code == 334:
        code, reply = client.docmd(ticket.encoded(reply).decode())
    if code == 235 and request["subject"]:
        text = "From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n\r\ntext\r\n".format(**request)
        client.sendmail(request["sender"], [request["recipient"]], text)
    return code == 235, f"{code} {reply.decode()}", []


def sieve(request, ticket):
    sock = socket.create_connection((request["address"], request["port"]), timeout=60)

    def opened():
        file = sock.makefile("rwb")
        lines = [file.readline()]
        while not lines[-1].startswith((b"OK", b"NO", b"BYE")):
            lines.append(file.readline())
        return file, lines

    file, _ = opened()
    file.write(b"STARTTLS\r\n")
    file.flush()
    file.readline()
    sock = ANY.wrap_socket(sock)
    file, lines = opened()
    line = next(line for line in lines if line.startswith(b'"SASL"'))
    mechanisms.extend(line.decode().split('"')[3].split())
    file.write(b'AUTHENTICATE "GSSAPI"\r\n')
    file.flush()
    line = file.readline()
    while line.startswith((b'"', b"{")):
        challenge = line.strip(b'"\r\n')
        if line.startswith(b"{"):
            challenge = file.read(int(line.strip(b"{}\r\n")))
            file.readline()
        answer = ticket.encoded(challenge)
        file.write(b"{%d+}\r\n%s\r\n" % (len(answer), answer))
        file.flush()
        line = file.readline()
    return line.startswith(b"OK"), line.decode().strip(), []


def main():
    request = json.load(sys.stdin)
    talk = {"imap": imap, "pop3": pop3, "smtp": smtp, "sieve": sieve}[request["protocol"]]
    try:
        ok, reply, subjects = talk(request, Ticket(request))
    except gssapi.exceptions.GSSError as error:
        ok, reply, subjects = False, f"no ticket: {error}", []
    json.dump({"mechanisms": sorted(mechanisms), "ok": ok, "reply": reply, "subjects": subjects}, sys.stdout)


main()
