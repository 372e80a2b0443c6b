"""Expands the variables of texts by Dovecot's own var_expand(): JSON list on standard input, one on output."""
import ctypes
import json
import sys

library = ctypes.CDLL("/usr/lib/dovecot/libdovecot.so.0")
pointer, text = ctypes.c_void_p, ctypes.c_char_p
library.lib_init()
pool = pointer.in_dll(library, "default_pool")
library.str_new.restype = pointer
library.str_new.argtypes = [pointer, ctypes.c_size_t]
library.str_c.restype = text
library.str_c.argtypes = [pointer]
library.var_expand.argtypes = [pointer, text, pointer, ctypes.POINTER(text)]


def expand(value):
    into = library.str_new(pool, 1024)
    error = text()
    found = library.var_expand(into, value.encode(), None, ctypes.byref(error))
    return library.str_c(into).decode("utf-8", "replace") if found == 1 else None


json.dump([expand(value) for value in json.load(sys.stdin)], sys.stdout)
