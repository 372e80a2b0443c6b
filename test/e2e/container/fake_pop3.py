"""A POP3 server with ten messages on 192.0.2.2:1110 that does what files in its folder say: in `hang` the number of a message in
which it falls silent, in `refuse` that of one which it does not hand out, in `names` what is put in front of the messages' names,
or `same`, and all have one name."""
import os
import socketserver
import sys
import time

folder = sys.argv[1]
count = 10


def told(name):
    try:
        with open(os.path.join(folder, name)) as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


def name_of(number):
    return "same" if told("names") == "same" else f"{told('names')}{number}"


class Session(socketserver.StreamRequestHandler):
    def say(self, *lines):
        self.wfile.write(b"".join(line.encode() + b"\r\n" for line in lines))

    def listing(self, of):
        self.say("+OK", *(f"{number} {of(number)}" for number in range(1, count + 1)), ".")

    def handle(self):
        self.say("+OK ready")
        for line in self.rfile:
            command, _, argument = line.decode().strip().partition(" ")
            if command == "UIDL":
                self.listing(name_of)
            elif command == "LIST":
                self.listing(lambda number: 60)
            elif command == "RETR" and argument == told("refuse"):
                self.say("-ERR not now")
            elif command == "RETR":
                self.say("+OK", f"Subject: fake {argument}", "", "first half")
                if argument == told("hang"):
                    time.sleep(600)
                self.say("second half", ".")
            elif command == "CAPA":
                self.say("-ERR unknown")
            else:
                self.say("+OK")
            if command == "QUIT":
                return


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


Server(("192.0.2.2", 1110), Session).serve_forever()
