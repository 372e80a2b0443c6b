"""Sends many messages over connections side by side: load-client.py HOST COUNT PARALLEL PAUSE PREFIX USERS ALIAS

Each message has an X-Load-Id of its own and one recipient; every tenth goes to ALIAS. A connection carries ten
messages, with a pause of so many seconds after each.
Prints one JSON object: `accepted` and `refused` ids, `unknown` ones of a connection that broke after the data were sent,
and `seconds`.
"""
import json
import smtplib
import sys
import threading
import time

host, count, parallel, pause, prefix, users, alias = sys.argv[1:]
count, parallel, pause, users = int(count), int(parallel), float(pause), int(users)
waiting = list(range(count))
lock = threading.Lock()
result = {"accepted": [], "refused": [], "unknown": []}


def take():
    with lock:
        batch = waiting[:10]
        del waiting[:10]
        return batch


def note(kind, entry):
    with lock:
        result[kind].append(entry)


def send(client, number):
    identity = f"{prefix}-{number}"
    to = alias if number % 10 == 9 else f"user{number % users}@domain.org"
    text = (
        f"From: someone@outside.example.net\r\nTo: {to}\r\nSubject: load {identity}\r\n"
        f"Message-ID: <{identity}@outside.example.net>\r\nDate: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime())}\r\n"
        f"X-Load-Id: {identity}\r\n\r\n" + f"line of {identity}\r\n" * 50
    )
    try:
        client.sendmail("someone@outside.example.net", [to], text)
        note("accepted", identity)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        note("refused", f"{identity}: {error}")
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        note("unknown", f"{identity}: {error}")
        raise


def work():
    while batch := take():
        try:
            with smtplib.SMTP(host, 25, "outside.example.net", timeout=60) as client:
                for number in batch:
                    send(client, number)
                    time.sleep(pause)
        except (smtplib.SMTPException, OSError) as error:
            note("unknown", f"connection for {batch[0]}: {error}")


start = time.monotonic()
threads = [threading.Thread(target=work) for _ in range(parallel)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({**result, "seconds": time.monotonic() - start}))
