"""Somebody at a terminal: one JSON request on standard input, one JSON answer on standard output.

{"argv": [...], "answers": [[prompt, text], ...]} → {"exit", "shown"}
Types each text, and Enter, when its prompt is shown; `shown` is all that the terminal has shown.
"""
import json
import os
import pty
import select
import sys

request = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(request["argv"][0], request["argv"])
shown = b""
seen = 0
answers = [(prompt.encode(), text.encode()) for prompt, text in request["answers"]]
while True:
    if answers and answers[0][0] in shown[seen:]:
        prompt, text = answers.pop(0)
        seen = shown.index(prompt, seen) + len(prompt)
        os.write(terminal, text + b"\r")
    ready, _, _ = select.select([terminal], [], [], 60)
    if not ready:
        os.kill(pid, 9)
    try:
        data = os.read(terminal, 65536)
    except OSError:
        data = b""  # nobody has it open any more
    if not data:
        break
    shown += data
_, status = os.waitpid(pid, 0)
json.dump({"exit": os.waitstatus_to_exitcode(status), "shown": shown.decode("utf-8", "replace")}, sys.stdout)
