"""Plants a hostile text in the texts of a run's files: canaries.py RUN COPY CANARY-FILE all|count|NUMBER.

`all` plants it in every text that reports take as it is, equal texts alike, so that cells keep their identity; a NUMBER
plants it in one place alone, words with a list of their own included, which may be refused; `count` prints how many such
places there are.
"""
import csv
import json
import pathlib
import shutil
import sys

# Columns and keys whose words come from a list, and numbers kept as text: another word there is refused.
LISTED = {"schema", "status", "phase", "state", "trust", "scale", "machine_id", "started_utc", "ended_utc", "baseline",
          "role", "type", "bound", "needs", "offers", "schedules", "kind", "lifetime", "dash", "point", "colour", "look",
          "initial", "initials", "counters", "cpus", "digest", "memory", "pin"}
HOSTILE = ("<script>document.body.append('CANARY-'+'RAN')</script>\" onload=\"document.body.append('CANARY-'+'RAN')\" "
           "`touch {0}`$(touch {0}); touch {0} | touch {0}'\x1b]0;CANARY\x07\\033[31m&amp;\u202e")


class Planter:
    def __init__(self, canary, which):
        self.hostile, self.which, self.count = HOSTILE.format(canary), which, 0

    def text(self, key, value):
        self.count += 1
        if self.which == "all":
            return value + self.hostile if value and key not in LISTED else value
        return value + self.hostile if self.which == str(self.count) else value

    def json(self, key, value):
        if isinstance(value, dict):
            return {name: self.json(name, inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.json(key, inner) for inner in value]
        return self.text(key, value) if isinstance(value, str) else value

    def table(self, path):
        with open(path, newline="") as file:
            head, *rows = list(csv.reader(file))
        once = self.which != "all"
        for i, name in enumerate(head):
            for row in rows[:1] if once else rows:
                if once or not row[i].replace(".", "").isdigit():
                    row[i] = self.text(name, row[i])
        with open(path, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *rows])


def first_of_lists(value):
    """One element of each list stands for the others of its kind where one place at a time is planted."""
    if isinstance(value, dict):
        return {name: first_of_lists(inner) for name, inner in value.items()}
    return [first_of_lists(inner) for inner in value[:1]] if isinstance(value, list) else value


def main(run, copy, canary, which):
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(run, copy)
    copy = pathlib.Path(copy)
    planter = Planter(canary, which)
    for name in ("samples.csv", "plan.csv"):
        planter.table(copy / name)
    for name in ("run.json", "machine.json", "catalog.json", "second.json"):
        value = json.loads((copy / name).read_text())
        value = planter.json("", value if which == "all" else first_of_lists(value))
        (copy / name).write_text(json.dumps(value))
    with open(copy / "config.conf", "a") as file:
        file.write(f"[problem canary]\nkernel = command\nrequires = touch {canary}\ncommand = touch {canary}\n")
    if which == "count":
        print(planter.count)


main(*sys.argv[1:])
