"""SOCKET ANSWER: takes messages as clamd's INSTREAM does, says ANSWER to each, and closes.

ANSWER is text in which Python's escapes stand for bytes. "never accept" takes no connection, and lets few wait for it;
"close" ends each connection at once; "trickle" goes on for ever, a byte a second.
"""
import os
import socket
import sys
import time

path, answer = sys.argv[1:]
os.makedirs(os.path.dirname(path), exist_ok=True)
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
os.chmod(path, 0o666)
listener.listen(0 if answer == "never accept" else 16)
if answer == "never accept":
    time.sleep(3600)
while True:
    client, _ = listener.accept()
    with client:
        if answer == "close":
            continue
        end = b""
        while not end.endswith(b"\0\0\0\0"):
            data = client.recv(65536)
            if not data:
                break
            end = (end + data)[-4:]
        try:
            while answer == "trickle":
                client.sendall(b"s")
                time.sleep(1)
        except OSError:
            continue
        client.sendall(answer.encode("latin-1").decode("unicode_escape").encode("latin-1"))
