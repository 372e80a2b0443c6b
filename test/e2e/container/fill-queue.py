"""Fills Postfix's deferred queue: fill-queue.py ID COUNT copies the deferred message ID so many times.

Copies are due in an hour, so that Postfix leaves them alone. Prints the identifiers."""
import os
import sys
import time
import zlib

queue = "/var/spool/postfix/deferred"
original, count = sys.argv[1], int(sys.argv[2])
# Long identifiers lie in folders that are not named after their first letter; the copies have short ones.
path = next(os.path.join(folder, original) for folder, _, names in os.walk(queue) if original in names)
prefix = f"{zlib.crc32(original.encode()) & 0xFFFFF:05X}"
with open(path, "rb") as file:
    text = file.read()
status = os.stat(path)
soon = time.time() + 3600
for number in range(count):
    name = f"{prefix}{number:06X}"
    folder = os.path.join(queue, name[0])
    os.makedirs(folder, mode=0o700, exist_ok=True)
    os.chown(folder, status.st_uid, 0)
    copy = os.path.join(folder, name)
    with open(copy, "wb") as file:
        file.write(text)
    os.chmod(copy, 0o700)
    os.chown(copy, status.st_uid, status.st_gid)
    os.utime(copy, (soon, soon))
    print(name)
