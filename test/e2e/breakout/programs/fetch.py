"""Prints the bodies of http://127.0.0.1:PORT/0 … /COUNT-1 as a JSON list. fetch.py PORT COUNT"""
import http.client
import json
import sys
import time

port, count = int(sys.argv[1]), int(sys.argv[2])
for _ in range(100):
    try:
        http.client.HTTPConnection("127.0.0.1", port).connect()
        break
    except OSError:
        time.sleep(0.05)
bodies = []
for at in range(count):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", f"/{at}")
    bodies.append(connection.getresponse().read().decode("utf-8", "replace"))
    connection.close()
json.dump(bodies, sys.stdout)
