"""Another mail server of the scenarios, which keeps each message byte for byte.

raw-sink.py LOG PORT: takes all mail; a line of LOG is JSON with "to" and the message, in base64, as "data".
"""
import asyncio
import base64
import json
import sys

LOG, PORT = sys.argv[1:3]


async def converse(reader, writer):
    recipients = []

    def say(line):
        writer.write(line.encode() + b"\r\n")

    say("220 sink ESMTP")
    while line := (await reader.readline()).decode("utf-8", "replace").strip():
        verb = line.split(" ")[0].upper()
        if verb == "EHLO":
            say("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8")
        elif verb == "RCPT":
            recipients.append(line[line.index("<") + 1:line.index(">")])
            say("250 OK")
        elif verb == "DATA":
            say("354 go on")
            lines = []
            while (row := await reader.readline()) != b".\r\n":
                lines.append(row[1:] if row.startswith(b".") else row)
            with open(LOG, "a", encoding="utf-8") as log:
                for to in recipients:
                    log.write(json.dumps({"to": to, "data": base64.b64encode(b"".join(lines)).decode()}) + "\n")
            recipients = []
            say("250 OK")
        elif verb == "QUIT":
            say("221 bye")
            break
        else:
            say("250 OK")
    await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(converse, "0.0.0.0", int(PORT), limit=2**24)
    await server.serve_forever()


asyncio.run(main())
