"""Runs the commands of Python peers in one interpreter, whose start is what they cost. Standard input has the cells of
`nway run --dry-run`. Prints a line for each command: and "ok" with its answer, or what is wrong."""

import contextlib
import io
import os
import runpy
import shlex
import sys

FOLDER = "configs/notebook"


def told(reader):
    """What a peer wrote for nway since the last call."""
    os.set_blocking(reader, False)
    try:
        return os.read(reader, 65536).decode()
    except BlockingIOError:
        return ""


def run(words, reader):
    sys.argv = words[next(i for i, word in enumerate(words) if word.startswith(FOLDER)):]
    answer = io.StringIO()
    with contextlib.redirect_stdout(answer):
        runpy.run_path(sys.argv[0], run_name="__main__")
    return answer.getvalue(), told(reader)


def judge(command, counts, reader):
    answers = set()
    for workers in sorted(counts):
        answer, counters = run(shlex.split(command.replace("{workers}", str(workers))), reader)
        answers.add(answer)
        if not counters.startswith("inner_ns="):
            return "no time of its own"
    answers = sorted(answers)
    if len(answers) > 1:
        return f"answers differ: {answers}"
    if ("--print" in command.split()) != (answers != [""]):
        return "prints, though not asked to" if answers != [""] else "no answer"
    return f"ok, {answers[0]!r}"


def main():
    sys.path.insert(0, FOLDER)
    reader, writer = os.pipe()
    os.environ["NWAY_COUNTERS"] = str(writer)
    commands = {}
    for line in sys.stdin:
        cell = line.split(" | ")
        if cell[0] == "command" and FOLDER in line and cell[1].split()[1] != "-c":
            commands.setdefault(cell[1], set()).add(int(cell[5].split()[0]))
    for command, counts in commands.items():
        try:
            verdict = judge(command, counts, reader)
        except BaseException as failure:
            verdict = repr(failure)
        sys.__stdout__.write(f"{command}: {verdict}\n")


if __name__ == "__main__":
    main()
