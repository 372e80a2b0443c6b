"""Reads a getmailrc as getmail 6.18 does and prints options of it as a JSON list.

getmail-options.py FILE COUNT KIND    KIND: value, path, string (item of a tuple), argument (of a command)
"""
import configparser
import json
import sys

sys.path.insert(0, "/usr/lib/python3/dist-packages")
from getmailcore.baseclasses import ConfString, ConfTupleOfStrings
from getmailcore.utilities import expand_user_vars

path, count, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
parser = configparser.RawConfigParser({"delete": "False"})
with open(path) as file:
    parser.read_file(file)
options = dict(parser.items("retriever"))
assert set(options) == {"delete", *(f"k{at}" for at in range(count))}, "other options than written"

# what getmailcore/destinations.py puts into arguments
message = {"sender": "SENDER", "recipient": "RECIPIENT", "domain": "D", "local": "L", "mailbox": "M"}


def read(name):
    if kind in ("value", "path"):
        value = ConfString(name).validate(options)
        return expand_user_vars(value) if kind == "path" else value
    before, value, after = ConfTupleOfStrings(name).validate(options)
    assert (before, after) == ("-a", "-z")
    if kind == "argument":
        value = expand_user_vars(value)
        for key, text in message.items():
            value = value.replace("%%(%s)" % key, text)
    return value


json.dump([read(f"k{at}") for at in range(count)], sys.stdout)
