"""The mail clients of the scenarios: one JSON request on standard input, one JSON answer on standard output.

{"do": "smtp", "host", "port", "helo", "from", "to": [...], "data", "user"?, "password"?, "tls"?: "starttls" | "wrapped"}
    → {"replies": [{"verb", "code", "text"}], "accepted": bool}; goes on as far as the server lets it
{"do": "imap", "host", "user", "password", "folder"} → {"messages": [raw]} without marking anything as read
An error of the login is {"error": text}.
"""
import base64
import imaplib
import json
import smtplib
import ssl
import sys

ANY_CERTIFICATE = ssl._create_unverified_context()


class Recorder(smtplib.SMTP):
    """smtplib that keeps every reply and raises for none."""

    def __init__(self, verb_log, **options):
        self.verb_log = verb_log
        super().__init__(timeout=90, **options)

    def note(self, verb, reply):
        code, text = reply
        self.verb_log.append({"verb": verb, "code": code, "text": text.decode("utf-8", "replace")})
        return code < 400

    def body(self, data):
        if not self.note("DATA", self.docmd("DATA")):
            return False
        quoted = smtplib._quote_periods(smtplib._fix_eols(data).encode("utf-8", "surrogateescape"))
        if not quoted.endswith(b"\r\n"):
            quoted += b"\r\n"
        self.send(quoted + b".\r\n")
        return self.note("END", self.getreply())


class WrappedRecorder(Recorder, smtplib.SMTP_SSL):
    pass


def smtp(request):
    replies = []
    wrapped = request.get("tls") == "wrapped"
    options = {"local_hostname": request["helo"]}
    client = WrappedRecorder(replies, context=ANY_CERTIFICATE, **options) if wrapped else Recorder(replies, **options)
    client._host = request["host"]  # the name that TLS asks for; smtplib sets it only where the constructor connects
    accepted = False
    try:
        if client.note("CONNECT", client.connect(request["host"], request["port"])):
            accepted = dialogue(client, request)
        client.note("QUIT", client.quit())
    except (smtplib.SMTPException, OSError) as error:
        replies.append({"verb": "ERROR", "code": 0, "text": str(error)})
    return {"replies": replies, "accepted": accepted}


def dialogue(client, request):
    if not client.note("EHLO", client.ehlo()):
        return False
    if request.get("tls") == "starttls":
        if not client.note("STARTTLS", client.starttls(context=ANY_CERTIFICATE)):
            return False
        client.note("EHLO", client.ehlo())
    if "user" in request:
        secret = base64.b64encode(
            f"{request.get('authorize') or ''}\0{request['user']}\0{request['password']}".encode()
        ).decode()
        if not client.note("AUTH", client.docmd("AUTH", "PLAIN " + secret)):
            return False
    if not client.note("MAIL", client.docmd("MAIL", f"FROM:<{request['from']}>")):
        return False
    taken = [client.note("RCPT", client.docmd("RCPT", f"TO:<{to}>")) for to in request["to"]]
    return any(taken) and client.body(request["data"])


def imap(request):
    client = imaplib.IMAP4(request["host"], timeout=30)
    client.starttls(ANY_CERTIFICATE)
    client.login(request["user"], request["password"])
    folder = '"' + request["folder"].replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, answer = client.select(folder, readonly=True)
    if status != "OK":
        return {"error": answer[0].decode()}
    _, numbers = client.search(None, "ALL")
    raw = [client.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers[0].split()]
    client.logout()
    return {"messages": [message.decode("utf-8", "replace").replace("\r\n", "\n") for message in raw]}


def main():
    request = json.load(sys.stdin)
    try:
        answer = {"smtp": smtp, "imap": imap}[request["do"]](request)
    except (imaplib.IMAP4.error, OSError) as error:
        answer = {"error": str(error)}
    json.dump(answer, sys.stdout)


main()
