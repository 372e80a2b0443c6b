"""Notes what it was started with: appends [number, text] as a JSON line to the file FILE.

argument-list.py FILE NUMBER TEXT          the argument
argument-list.py FILE NUMBER --env NAME    the variable of the environment
"""
import json
import os
import sys

path, number, *rest = sys.argv[1:]
value = os.environ.get(rest[1]) if rest[0] == "--env" and len(rest) == 2 else rest[0] if len(rest) == 1 else None
with open(path, "a") as file:
    file.write(json.dumps([int(number), value]) + "\n")
