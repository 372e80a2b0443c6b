"""Sends a mix of mail over connections side by side: filter-client.py HOST PORT COUNT PARALLEL

A third are short texts, a third are newsletters in HTML, a third carry an attachment of 200 kB; all are made before
the clock runs. Prints one JSON object: how many were `accepted`, and `seconds`.
"""
import base64
import email.utils
import json
import random
import smtplib
import sys
import threading
import time

host, port, count, parallel = sys.argv[1], *map(int, sys.argv[2:])
sender, recipient = "someone@outside.example.net", "john@domain.org"
words = [
    "".join(random.choice(consonants) + random.choice("aeiou") for _ in range(random.randint(1, 4)))
    for consonants in ["bcdfglmnprst"] * 3000
]


def prose(length):
    return " ".join(random.choices(words, k=length)).capitalize() + "."


def short():
    return "Content-Type: text/plain; charset=utf-8", "\r\n".join(prose(12) for _ in range(20))


def newsletter():
    links = [f'<p><a href="https://www.example.net/{word}/{word}.html">{prose(4)}</a> {prose(60)}</p>' for word in words[:40]]
    return "Content-Type: text/html; charset=utf-8", "<html><body>" + "\r\n".join(links) + "</body></html>"


def attachment():
    data = base64.encodebytes(random.randbytes(150_000)).decode().replace("\n", "\r\n")
    parts = [
        "Content-Type: text/plain; charset=utf-8\r\n\r\n" + prose(80) + "\r\n",
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        'Content-Disposition: attachment; filename="data.bin"\r\n\r\n' + data,
    ]
    return 'Content-Type: multipart/mixed; boundary="part"', "".join(f"--part\r\n{part}" for part in parts) + "--part--\r\n"


def message(number):
    kind, body = [short, newsletter, attachment][number % 3]()
    head = [
        f"From: Some One <{sender}>", f"To: John <{recipient}>", f"Subject: {prose(5)}",
        f"Date: {email.utils.formatdate()}", f"Message-ID: {email.utils.make_msgid(domain='outside.example.net')}",
        "MIME-Version: 1.0", kind,
    ]
    return "\r\n".join(head) + "\r\n\r\n" + body


def work(texts, accepted):
    with smtplib.SMTP(host, port, "outside.example.net", timeout=120) as client:
        for text in texts:
            client.sendmail(sender, [recipient], text)
            accepted.append(1)


messages = [message(number) for number in range(count)]
accepted = []
threads = [threading.Thread(target=work, args=(messages[start::parallel], accepted)) for start in range(parallel)]
begin = time.monotonic()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"accepted": len(accepted), "seconds": time.monotonic() - begin}))
