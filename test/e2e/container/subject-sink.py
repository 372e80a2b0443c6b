"""Another mail server of the scenarios: keeps every message as the bytes that came.

subject-sink.py FOLDER PORT: a message whose Subject is NAME becomes FOLDER/NAME, without dots that SMTP adds.
"""
import asyncio
import email
import os
import sys

FOLDER, PORT = sys.argv[1], int(sys.argv[2])


async def converse(reader, writer):
    def say(line):
        writer.write(line + b"\r\n")

    say(b"220 sink ESMTP")
    while line := (await reader.readline()).upper():
        if line.startswith(b"EHLO"):
            say(b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8")
        elif line.startswith(b"DATA"):
            say(b"354 go on")
            data = await reader.readuntil(b"\r\n.\r\n")
            keep((b"\r\n" + data[:-3]).replace(b"\r\n..", b"\r\n.")[2:])
            say(b"250 OK")
        elif line.startswith(b"QUIT"):
            say(b"221 bye")
            break
        else:
            say(b"250 OK")
    await writer.drain()
    writer.close()


def keep(message):
    path = os.path.join(FOLDER, email.message_from_bytes(message)["Subject"])
    with open(path + ".part", "wb") as file:
        file.write(message)
    os.rename(path + ".part", path)


async def main():
    os.makedirs(FOLDER, exist_ok=True)
    server = await asyncio.start_server(converse, "0.0.0.0", PORT, limit=1 << 27)
    await server.serve_forever()


asyncio.run(main())
