"""Has Rspamd's controller check many messages at a time, told and answered as JSON.

{"password", "cases": [{"sender", "recipients": [...], "author"}]} → [{"action", "symbols": [...], "message"}] in that order
"""
import concurrent.futures
import http.client
import json
import sys

request = json.load(sys.stdin)


def scan(case):
    text = (
        f"From: Somebody <{case['author']}>\r\nTo: <{case['recipients'][0]}>\r\nSubject: a message\r\n"
        "Date: Wed, 25 Nov 2026 20:00:00 +0000\r\nMessage-ID: <1@outside.example.net>\r\n\r\nA message.\r\n"
    ).encode()
    connection = http.client.HTTPConnection("127.0.0.1", 11334, timeout=60)
    connection.putrequest("POST", "/checkv2")
    headers = [("Password", request["password"]), ("From", f"<{case['sender']}>"), ("IP", "192.0.2.2")]
    headers += [("Rcpt", f"<{recipient}>") for recipient in case["recipients"]]
    for name, value in headers + [("Content-Length", str(len(text)))]:
        connection.putheader(name, value.encode())
    connection.endheaders()
    connection.send(text)
    answer = json.loads(connection.getresponse().read())
    return {
        "action": answer["action"],
        "symbols": list(answer["symbols"]),
        "message": answer["messages"].get("smtp_message", ""),
    }


with concurrent.futures.ThreadPoolExecutor(48) as pool:
    json.dump(list(pool.map(scan, request["cases"])), sys.stdout)
