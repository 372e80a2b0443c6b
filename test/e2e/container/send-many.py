"""Sends messages of all kinds over four connections: reads a JSON list from standard input, prints a JSON list of answers.

A message has "from", "to" (list), "data" and, for a login over port 587, "user" and "password". Its answer is "250", or
the code of the refusal that decided; recipients that alone were refused are listed behind it: "250 -a@b".
"""
import json
import smtplib
import ssl
import sys
import threading

messages = json.load(sys.stdin)
answers = [""] * len(messages)
numbers = iter(range(len(messages)))
lock = threading.Lock()
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE


def send(message):
    port = 587 if "user" in message else 25
    with smtplib.SMTP("192.0.2.1", port, "outside.example.net", timeout=60) as client:
        if "user" in message:
            client.starttls(context=context)
            client.login(message["user"], message["password"])
        try:
            refused = client.sendmail(message["from"], message["to"], message["data"].encode())
            return " -".join(["250", *refused])
        except smtplib.SMTPRecipientsRefused as error:
            return str(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPResponseException as error:
            return str(error.smtp_code)


def work():
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        answers[number] = send(messages[number])


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(answers))
