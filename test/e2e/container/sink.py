"""Another mail server of the scenarios: takes everything but mail to unknown@…, and keeps it.

sink.py LOG PORT…: listens on all addresses. For each recipient LOG has a line of JSON with "port", "from", "to" and "subject";
a message is LOG.d/SUBJECT, or message.NUMBER where that can be no name, byte for byte, without dots that SMTP adds.
"""
import asyncio
import itertools
import json
import os
import re
import sys

LOG = sys.argv[1]
FOLDER = LOG + ".d"
numbers = itertools.count(1)


async def converse(reader, writer):
    port = writer.get_extra_info("sockname")[1]
    sender, recipients = "", []

    def say(line):
        writer.write(line.encode() + b"\r\n")

    say("220 sink ESMTP")
    while line := (await reader.readline()).decode("utf-8", "replace").strip():
        verb = line.split(" ")[0].upper()
        if verb in ("EHLO", "HELO"):
            say("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8" if verb == "EHLO" else "250 sink")
        elif verb == "MAIL":
            sender, recipients = address(line), []
            say("250 OK")
        elif verb == "RCPT":
            known = not address(line).startswith("unknown@")
            if known:
                recipients.append(address(line))
            say("250 OK" if known else "550 5.1.1 nobody of that name")
        elif verb == "DATA":
            say("354 go on")
            data = await reader.readuntil(b"\r\n.\r\n")
            keep(port, sender, recipients, (b"\r\n" + data[:-3]).replace(b"\r\n..", b"\r\n.")[2:])
            say("250 OK")
        elif verb == "QUIT":
            say("221 bye")
            break
        else:
            say("250 OK")
    await writer.drain()
    writer.close()


def address(line):
    return line[line.index("<") + 1:line.index(">")]


def keep(port, sender, recipients, message):
    head = message.split(b"\r\n\r\n", 1)[0].decode("utf-8", "replace")
    subject = next((row[9:] for row in head.split("\r\n") if row.lower().startswith("subject: ")), "")
    name = subject if re.fullmatch(r"[\w+-][\w.+-]*", subject) else f"message.{next(numbers)}"
    path = os.path.join(FOLDER, name)
    with open(path + ".part", "wb") as file:
        file.write(message)
    os.rename(path + ".part", path)
    with open(LOG, "a", encoding="utf-8") as log:
        for to in recipients:
            log.write(json.dumps({"port": port, "from": sender, "to": to, "subject": subject}) + "\n")


async def main():
    os.makedirs(FOLDER, exist_ok=True)
    servers = [await asyncio.start_server(converse, "0.0.0.0", int(port), limit=1 << 27) for port in sys.argv[2:]]
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main())
