"""A client of IMAP and ManageSieve that sends what it is told: one JSON request on standard input, one JSON answer.

{"protocol": "imap" | "sieve", "host", "user", "password", "commands": [text]} → {"answers": [text]}
Each answer is all that the server says to a command, the line that ends it included; the first is that of the login.
A literal stands in a command as {N+} and what follows. IMAP is spoken on port 993, ManageSieve on 4190 after STARTTLS.
"""
import base64
import json
import re
import socket
import ssl
import sys

ANY_CERTIFICATE = ssl._create_unverified_context()
ENDS = {"imap": re.compile(rb"^x (OK|NO|BAD)"), "sieve": re.compile(rb"^(OK|NO|BYE)\b")}


class Client:
    def __init__(self, protocol, host):
        self.protocol = protocol
        self.socket = socket.create_connection((host, 993 if protocol == "imap" else 4190), timeout=60)
        self.lines = None
        if protocol == "imap":
            self.wrap()
            self.lines.readline()
        else:
            self.lines = self.socket.makefile("rb")
            self.answer()
            self.ask("STARTTLS")
            self.wrap()
            self.answer()

    def wrap(self):
        self.socket = ANY_CERTIFICATE.wrap_socket(self.socket)
        self.lines = self.socket.makefile("rb")

    def answer(self):
        lines = []
        while True:
            line = self.lines.readline()
            lines.append(line)
            if not line or ENDS[self.protocol].match(line):
                return b"".join(lines).decode("utf-8", "replace").replace("\r\n", "\n")

    def ask(self, command):
        prefix = b"x " if self.protocol == "imap" else b""
        self.socket.sendall(prefix + command.encode() + b"\r\n")
        return self.answer()

    def login(self, user, password):
        secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        if self.protocol == "imap":
            return self.ask(f"AUTHENTICATE PLAIN {secret}")
        return self.ask(f'AUTHENTICATE "PLAIN" "{secret}"')


request = json.load(sys.stdin)
client = Client(request["protocol"], request["host"])
answers = [client.login(request["user"], request["password"])]
answers += [client.ask(command) for command in request["commands"]]
json.dump({"answers": answers}, sys.stdout)
