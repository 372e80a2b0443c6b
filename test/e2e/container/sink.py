"""Another mail server of the scenarios: takes everything but mail to unknown@…, a line in a file for each recipient.

sink.py LOG PORT…: listens on all addresses; a line is JSON with "port", "from", "to" and "subject".
"""
import asyncio
import json
import sys

LOG = sys.argv[1]


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
            text = (await reader.readuntil(b"\r\n.\r\n")).decode("utf-8", "replace")
            subject = next((row[9:] for row in text.split("\r\n") if row.lower().startswith("subject: ")), "")
            with open(LOG, "a", encoding="utf-8") as log:
                for to in recipients:
                    row = {"port": port, "from": sender, "to": to, "subject": subject}
                    log.write(json.dumps(row) + "\n")
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


async def main():
    servers = [await asyncio.start_server(converse, "0.0.0.0", int(port)) for port in sys.argv[2:]]
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main())
