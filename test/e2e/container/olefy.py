"""Speaks olefy's protocol. Debian 12 has neither olefy nor oletools, so this stands for both: its answers have the form of
olevba's, and a word in the document says which one is given."""
import json
import os
import socketserver
import time

END = b"\t\n\n\t"


def report(macros, analysis, code=0):
    found = [{"type": kind, "keyword": keyword, "description": ""} for kind, keyword in analysis]
    return [
        {"script_name": "olevba", "version": "0.60", "type": "MetaInformation"},
        {"file": "document", "type": "OLE", "macros": macros, "analysis": found},
        {"return_code": code, "type": "MetaInformation"},
    ]


MACRO = [{"vba_filename": "ThisDocument.cls", "code": "Sub AutoOpen()", "ole_stream": "VBA"}]
ANSWERS = {
    b"word-suspicious": report(MACRO, [("AutoExec", "AutoOpen"), ("Suspicious", "Shell"), ("IOC", "x.exe")]),
    b"word-and-more": report(MACRO, [("AutoExec", "AutoOpen"), ("Suspicious", "Shell")], 9),
    b"word-starts": report(MACRO, [("AutoExec", "AutoOpen")]),
    b"word-strings": report(MACRO, [("AutoExec", "AutoOpen"), ("Suspicious", "Base64 Strings")]),
    b"word-large": report(MACRO * 20000, [("AutoExec", "AutoOpen"), ("Suspicious", "CreateObject")]),
    b"word-encrypted": [{"type": "MetaInformation", "return_code": 9}],
    b"word-no-document": [{"type": "error", "error": "FileOpenError", "message": "no"}, {"type": "MetaInformation", "return_code": 5}],
    b"word-small": [{"error": "File too small"}],
    b"word-unexpected": [{"type": "MetaInformation", "return_code": 8}],
    b"word-unhandled": [{"error": "Unhandled oletools response"}],
}


class Check(socketserver.StreamRequestHandler):
    def handle(self):
        head, _, document = self.rfile.read().partition(b"\n\n")
        if not head.startswith(b"OLEFY/1.0\nMethod: oletools\nRspamd-ID: "):
            return self.wfile.write(b'[ { "error": "Protocol error" } ]' + END)
        print(f"{len(document)} bytes", flush=True)
        if b"word-slow" in document:
            time.sleep(60)
        if b"word-silent" in document:
            return None
        if b"word-garbage" in document:
            return self.wfile.write(b"nonsense [" + END)
        answer = next((answer for word, answer in ANSWERS.items() if word in document), report([], []))
        return self.wfile.write(json.dumps(answer).encode() + END)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server((os.environ["OLEFY_BINDADDRESS"], int(os.environ["OLEFY_BINDPORT"])), Check).serve_forever()
