"""Takes what programs write to the system's log, as journald does: journal.py SOCKET FILE. Ends with its standard input."""
import os, select, socket, sys

os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.bind(sys.argv[1])
server.listen()
print("ready", flush=True)
sources = [0, server]
with open(sys.argv[2], "wb", buffering=0) as log:
    while 0 in sources:
        for source in select.select(sources, [], [])[0]:
            if source is server:
                sources.append(server.accept()[0])
            elif source == 0:
                sources.remove(0)
            else:
                data = source.recv(65536)
                log.write(data)
                if not data:
                    sources.remove(source)
