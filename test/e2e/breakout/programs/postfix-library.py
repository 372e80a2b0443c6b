"""Asks Postfix's own libraries what they make of texts: a JSON list on standard input, one on standard output.

postfix-library.py parameters   the value of each parameter of main.cf, by mail_conf_lookup_eval(3)
postfix-library.py items        the second item of each list of three, by mystrtokq(3)
postfix-library.py find TABLE   what mail_addr_find(3) finds for each plain address
postfix-library.py parse        the plain form of the only address in each result, by tok822_parse(3)
"""
import ctypes
import json
import sys

util = ctypes.CDLL("/usr/lib/postfix/libpostfix-util.so", mode=ctypes.RTLD_GLOBAL)
library = ctypes.CDLL("/usr/lib/postfix/libpostfix-global.so", mode=ctypes.RTLD_GLOBAL)
pointer, text = ctypes.c_void_p, ctypes.c_char_p


class Token(ctypes.Structure):
    pass


Token._fields_ = [("type", ctypes.c_int), ("text", pointer)] + [
    (name, ctypes.POINTER(Token)) for name in ("prev", "next", "head", "tail", "owner")
]
ADDRESS, WIPE_AND_TERMINATE = 260, 3
FULL, INTERNAL, EXTERNAL, EXTERNAL_FIRST = 1, 1, 2, 3


def items(value):
    util.mystrtokq.restype = text
    util.mystrtokq.argtypes = [ctypes.POINTER(pointer), text, text]
    buffer = ctypes.create_string_buffer(value)
    at = pointer(ctypes.addressof(buffer))
    found = []
    while (item := util.mystrtokq(ctypes.byref(at), b", \t\r\n", b"{}")) is not None:
        found.append(item)
    return found[1] if len(found) == 3 else None


def parameters():
    library.mail_conf_suck()
    library.mail_conf_lookup_eval.restype = text
    return library.mail_conf_lookup_eval


def finder(table):
    library.mail_conf_suck()
    library.mail_params_init()
    library.maps_create.restype = pointer
    maps = library.maps_create(b"breakout", b"texthash:" + table.encode(), 0x40)
    find = library.mail_addr_find_opt
    find.restype = text
    find.argtypes = [pointer, text, pointer] + [ctypes.c_int] * 4
    return lambda address: find(maps, address, None, INTERNAL, EXTERNAL_FIRST, EXTERNAL, FULL)


def parse(value):
    util.vstring_alloc.restype = pointer
    util.vstring_alloc.argtypes = [ctypes.c_ssize_t]
    library.tok822_parse_limit.restype = ctypes.POINTER(Token)
    library.tok822_parse_limit.argtypes = [text, ctypes.c_int]
    library.tok822_internalize.argtypes = [pointer, ctypes.POINTER(Token), ctypes.c_int]
    buffer = util.vstring_alloc(100)
    found, token = [], library.tok822_parse_limit(value, 0)
    while token:
        if token.contents.type == ADDRESS:
            library.tok822_internalize(buffer, token.contents.head, WIPE_AND_TERMINATE)
            # VSTRING: an int of flags, then the pointer to the data
            found.append(ctypes.string_at(pointer.from_address(buffer + 8).value))
        token = token.contents.next
    return found[0] if len(found) == 1 else None


questions = {
    "parameters": parameters,
    "items": lambda: items,
    "parse": lambda: parse,
    "find": lambda: finder(sys.argv[2]),
}
ask = questions[sys.argv[1]]()
answers = [ask(value.encode()) for value in json.load(sys.stdin)]
json.dump([None if a is None else a.decode("utf-8", "replace") for a in answers], sys.stdout)
