"""
Stands before the other provider's IMAP server, on port 1143, and does to its answers what /etc/imap-proxy.json says,
read anew for each connection: `strip` takes words out of what the server says it can do, `cuts` has bytes after which
connections end, one for each until none is left (they are taken out), `hang` has bytes after which nothing comes any
more. It notes each connection that it has cut in /var/log/imap-proxy.log.
"""
import json
import re
import socket
import threading

CONTROL = "/etc/imap-proxy.json"
lock = threading.Lock()


def orders():
    """What is to be done to this connection: words, and bytes after which it is cut, or hangs; None: never."""
    with lock:
        with open(CONTROL, encoding="utf-8") as file:
            control = json.load(file)
        cuts = control.get("cuts", [])
        cut = cuts.pop(0) if cuts else None
        with open(CONTROL, "w", encoding="utf-8") as file:
            json.dump(control, file)
    return control.get("strip", []), cut, control.get("hang")


def without(words, data):
    """Lines of capabilities without some; others as they are."""
    for word in words:
        data = re.sub(rb"(?m)^(.*CAPABILITY .*?) %s(?=[ \]\r])" % word.encode(), rb"\1", data)
    return data


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    close(target)


def close(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def answer(client):
    words, cut, hang = orders()
    server = socket.create_connection(("192.0.2.2", 143))
    threading.Thread(target=pump, args=(client, server), daemon=True).start()
    sent = 0
    try:
        while data := server.recv(65536):
            data = without(words, data)
            if hang is not None and sent + len(data) > hang:
                client.sendall(data[: max(0, hang - sent)])
                threading.Event().wait(120)
                break
            if cut is not None and sent + len(data) > cut:
                client.sendall(data[: max(0, cut - sent)])
                with open("/var/log/imap-proxy.log", "a", encoding="utf-8") as log:
                    log.write(f"cut after {cut}\n")
                break
            sent += len(data)
            client.sendall(data)
    except OSError:
        pass
    close(server)
    close(client)


listener = socket.create_server(("192.0.2.2", 1143))
while True:
    connection, _ = listener.accept()
    threading.Thread(target=answer, args=(connection,), daemon=True).start()
