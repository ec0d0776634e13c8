"""Counts what a complete run lost or has twice: soak_rows.py FOLDER prints "LOST DOUBLED" of samples.

A planned cell has, in each round that all cells run, one process with all its samples, or a row that says why not. Rows that were measured
again are superseded and do not count. The state of the plan's cell tells from when on it was given up.
"""
import collections
import csv
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
run = json.loads((folder / "run.json").read_text())
axes = ["build", "kernel", "problem", "method", "variant", "schedule", "pin", "memory", "scale", "workers", "env"]
rows = [row for row in csv.DictReader(open(folder / "samples.csv", newline="")) if row["status"] != "superseded"]
plan = list(csv.DictReader(open(folder / "plan.csv", newline="")))
seen = collections.Counter()
failed = set()
for row in rows:
    if int(row["round"]) == 0:
        continue
    cell = tuple(row[axis] for axis in axes)
    if row["status"] == "ok":
        seen[cell, int(row["round"]), int(row["order"]), row["phase"], row["sample"]] += 1
    else:
        failed.add((cell, int(row["round"])))
doubled = sum(count - 1 for count in seen.values())
lost = 0
for line in plan:
    cell = tuple(line[axis] for axis in axes)
    if line["state"] != "planned":
        continue
    for number in range(1, min(run["rounds_done"], run["rounds_fitted"]) + 1):
        samples = sum(1 for key in seen if key[:2] == (cell, number) and key[3] == "sample")
        if (cell, number) not in failed and (samples == 0 or samples % int(line["samples"]) != 0):
            lost += 1
print(lost, doubled)
