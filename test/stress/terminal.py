"""Runs a command on a terminal of its own, as its foreground process: terminal.py COMMAND [ARGUMENT]...

Does what the lines of standard input say: `interrupt` types Ctrl-C, `close` closes the terminal. Prints as JSON how the
command ended and what the terminal showed.
"""
import json, os, pty, select, sys

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown = b""
sources = [terminal, 0]
while terminal in sources:
    ready = select.select(sources, [], [])[0]
    if terminal in ready:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            data = b""  # nobody has it open any more
        shown += data
        if not data:
            sources.remove(terminal)
    if 0 in ready:
        words = os.read(0, 100).split()
        if not words:
            sources.remove(0)
        if b"interrupt" in words:
            os.write(terminal, b"\x03")
        if b"close" in words:
            os.close(terminal)
            sources.remove(terminal)
_, status = os.waitpid(pid, 0)
print(json.dumps({"exit": os.waitstatus_to_exitcode(status), "shown": shown.decode()}))
