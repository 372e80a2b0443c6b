"""A relay host of the scenarios: takes all mail, and writes down how it came, a line of JSON for each recipient.

relay-host.py LOG CERTIFICATE PORT[+OPTION…]…: CERTIFICATE holds key and certificate; options are
  tls      offers STARTTLS; wrapped: TLS from the first byte; auth: offers AUTH PLAIN and takes every password
A line has "port", "helo", "tls", "user" and "password" (null without a login), "from", "to", "subject" and "text".
"""
import asyncio
import base64
import json
import ssl
import sys

LOG, CERTIFICATE = sys.argv[1:3]
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain(CERTIFICATE)


def address(line):
    return line[line.index("<") + 1:line.index(">")]


def server(port, options):
    async def converse(reader, writer):
        state = {"port": port, "helo": "", "tls": "wrapped" in options, "user": None, "password": None}
        sender, recipients = "", []

        def say(line):
            writer.write(line.encode() + b"\r\n")

        say("220 relay ESMTP")
        while line := (await reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            verb = line.split(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                state["helo"] = line.split(" ", 1)[1]
                offers = ["relay", "8BITMIME", "SMTPUTF8"]
                if "tls" in options and not state["tls"]:
                    offers.append("STARTTLS")
                if "auth" in options:
                    offers.append("AUTH PLAIN")
                for offer in offers[:-1]:
                    say("250-" + offer)
                say("250 " + offers[-1])
            elif verb == "STARTTLS":
                say("220 go on")
                await writer.drain()
                await writer.start_tls(CONTEXT)
                state["tls"] = True
            elif verb == "AUTH":
                secret = base64.b64decode(line.split(" ")[2]).decode("utf-8", "replace")
                _, state["user"], state["password"] = secret.split("\0")
                say("235 welcome")
            elif verb == "MAIL":
                sender, recipients = address(line), []
                say("250 OK")
            elif verb == "RCPT":
                recipients.append(address(line))
                say("250 OK")
            elif verb == "DATA":
                say("354 go on")
                text = (await reader.readuntil(b"\r\n.\r\n")).decode("utf-8", "replace").replace("\r\n", "\n")
                subject = next((row[9:] for row in text.split("\n") if row.lower().startswith("subject: ")), "")
                with open(LOG, "a", encoding="utf-8") as log:
                    for to in recipients:
                        row = {**state, "from": sender, "to": to, "subject": subject, "text": text}
                        log.write(json.dumps(row) + "\n")
                say("250 OK")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                say("250 OK")
        await writer.drain()
        writer.close()

    wrapped = CONTEXT if "wrapped" in options else None
    return asyncio.start_server(converse, "0.0.0.0", port, ssl=wrapped)


async def main():
    servers = []
    for argument in sys.argv[3:]:
        port, *options = argument.split("+")
        servers.append(await server(int(port), options))
    await asyncio.gather(*(one.serve_forever() for one in servers))


asyncio.run(main())
