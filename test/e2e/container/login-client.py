"""A client that logs in: one JSON request on standard input, one JSON answer on standard output.

{"protocol": "imap" | "pop3" | "sieve", "host", "port", "tls": "starttls" | "wrapped" | "none",
 "mechanism": "PLAIN" | "LOGIN" | "COMMAND", "user", "password", "connections", "commands": [lines], "hold": seconds, "after": [lines]}
    → {"sessions": [{"ok": bool, "reply": text, "answers": [text], "after": [text]}]}, one for each connection, which all stay open to the end;
      `reply` is the last line that decided, `answers` all that the server says to each of `commands`, the line that ends it included,
      `after` the same of `after` when the connections were held for that time
A literal stands in a command as {N+} and what follows.
A port that is closed, or a handshake that fails, is a session that is not ok with the error as its reply.
"""
import base64
import json
import socket
import ssl
import sys
import time

ANY_CERTIFICATE = ssl._create_unverified_context()


def b64(text):
    return base64.b64encode(text.encode()).decode()


class Client:
    def __init__(self, request):
        self.request = request
        self.protocol = request["protocol"]
        self.sock = socket.create_connection((request["host"], request["port"]), timeout=60)
        if request["tls"] == "wrapped":
            self.wrap()
        self.file = self.sock.makefile("rwb")
        self.greeting = self.answer()

    def wrap(self):
        self.sock = ANY_CERTIFICATE.wrap_socket(self.sock)

    def line(self):
        text = self.file.readline()
        if not text:
            raise OSError("closed by the server")
        return text.decode("utf-8", "replace").rstrip("\r\n")

    def send(self, text):
        self.file.write(text.encode() + b"\r\n")
        self.file.flush()

    def answer(self):
        """All lines to the one that ends an answer, or asks for more."""
        lines = [self.line()]
        while not self.ends(lines[-1]):
            lines.append(self.line())
        return lines

    def ends(self, line):
        if self.protocol == "imap":
            return line.startswith(("x ", "+", "* OK", "* BYE"))
        if self.protocol == "sieve":
            return line.startswith(("OK", "NO", "BYE"))
        return True

    def ask(self, text):
        self.send(("x " if self.protocol == "imap" else "") + text)
        lines = [self.line()]
        while not self.ends(lines[-1]) or lines[-1].startswith("* OK"):
            lines.append(self.line())
        return lines

    def command(self, text):
        """The whole answer after the login, in which a line may begin like any of those that end one before it."""
        self.send(("x " if self.protocol == "imap" else "") + text)
        lines = []
        while line := self.file.readline().decode("utf-8", "replace"):
            lines.append(line.rstrip("\r\n") + "\n")
            if line.startswith("x ") if self.protocol == "imap" else self.ends(line):
                break
        return "".join(lines)

    def starttls(self):
        reply = self.ask("STLS" if self.protocol == "pop3" else "STARTTLS")[-1]
        if not self.good(reply):
            raise OSError(reply)
        self.wrap()
        self.file = self.sock.makefile("rwb")
        if self.protocol == "sieve":
            self.answer()

    def good(self, reply):
        return reply.startswith(("x OK", "+OK", "OK"))

    def login(self):
        user, password, mechanism = (self.request[name] for name in ("user", "password", "mechanism"))
        if self.protocol == "sieve":
            return self.ask(f'AUTHENTICATE "PLAIN" "{b64(chr(0) + user + chr(0) + password)}"')[-1]
        if mechanism == "COMMAND" and self.protocol == "imap":
            quoted = [part.replace("\\", "\\\\").replace('"', '\\"') for part in (user, password)]
            return self.ask('LOGIN "{}" "{}"'.format(*quoted))[-1]
        if mechanism == "COMMAND":
            reply = self.ask(f"USER {user}")[-1]
            return self.ask(f"PASS {password}")[-1] if self.good(reply) else reply
        verb = "AUTHENTICATE" if self.protocol == "imap" else "AUTH"
        reply = self.ask(f"{verb} {mechanism}")[-1]
        words = [b64(user), b64(password)] if mechanism == "LOGIN" else [b64(f"\0{user}\0{password}")]
        for word in words:
            if not reply.startswith("+"):
                return reply
            self.send(word)
            reply = self.answer()[-1] if self.protocol == "pop3" else self.tagged()
        return reply

    def tagged(self):
        while True:
            line = self.line()
            if line.startswith(("x ", "+")):
                return line


def main():
    request = json.load(sys.stdin)
    sessions, clients = [], []
    for _ in range(request["connections"]):
        try:
            client = Client(request)
            if request["tls"] == "starttls":
                client.starttls()
            reply = client.login()
            ok = client.good(reply)
            answers = [client.command(command) for command in request["commands"]] if ok else []
            sessions.append({"ok": ok, "reply": reply, "answers": answers})
            clients.append(client)
        except OSError as error:
            sessions.append({"ok": False, "reply": str(error), "answers": []})
            clients.append(None)
    time.sleep(request["hold"])
    for client, session in zip(clients, sessions):
        session["after"] = []
        if session["ok"]:
            session["after"] = [client.command(command) for command in request["after"]]
    json.dump({"sessions": sessions}, sys.stdout)


main()
