"""Has Rspamd judge each message of a folder, the first argument, or those alone that the other arguments name:
{"NAME": {"verdict": ..., "seconds": ...}} on standard output."""
import http.client
import json
import os
import sys
import time

ENVELOPE = {"From": "bulk@outside.example.net", "Rcpt": "john@domain.org", "IP": "192.0.2.2", "Helo": "outside.example.net"}


def judge(path):
    with open(path, "rb") as file:
        message = file.read()
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", 11334, timeout=60)
    connection.request("POST", "/checkv2", message, ENVELOPE)
    answer = json.loads(connection.getresponse().read())
    said = answer.get("messages", {}).get("smtp_message", "")
    prefix = "Attachment refused: "
    refused = answer.get("action") == "reject"
    verdict = said[len(prefix):] if refused and said.startswith(prefix) else f"rejected: {said}" if refused else "accepted"
    return {"verdict": answer["error"] if "error" in answer else verdict, "seconds": round(time.monotonic() - began, 3)}


folder = sys.argv[1]
names = sys.argv[2:] or [name[:-4] for name in sorted(os.listdir(folder))]
print(json.dumps({name: judge(os.path.join(folder, f"{name}.eml")) for name in names}))
