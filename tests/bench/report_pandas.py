#!/usr/bin/env python3
"""Reads a run's samples.csv, computes each cell's median time and draws charts, as one would with pandas.

Usage: report_pandas.py RUN OUT CHARTS: the medians go to OUT/medians.csv, the charts to OUT/*.svg. tests/bench/report.sh
times it beside `nway report`.
"""
import os
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import pandas as pd

CELL = ["kernel", "problem", "method", "variant", "schedule", "workers"]
PROCESS = ["round", "block", "order"]


def medians_of(run):
    """The median over rounds of the median over a process's samples, in ns, as nway takes it."""
    columns = CELL + PROCESS + ["phase", "status", "iterations", "wall_ns"]
    rows = pd.read_csv(os.path.join(run, "samples.csv"), usecols=columns, keep_default_na=False)
    rows = rows[(rows.phase == "sample") & (rows.status == "ok")]
    rows = rows.assign(ns=rows.wall_ns.astype(float) / rows.iterations.astype(float))
    process = rows.groupby(CELL + PROCESS, sort=False).ns.median().reset_index()
    rounds = process.groupby(CELL + ["round"], sort=False).ns.median().reset_index()
    return rounds.groupby(CELL, sort=False).ns.median().reset_index()


def draw(medians, problem, number, out):
    """One chart: time, throughput or speedup of each way of a problem over the workers."""
    figure, axes = plt.subplots(figsize=(8, 5))
    for way, curve in problem.groupby(["method", "variant", "schedule"], sort=False):
        curve = curve.sort_values("workers")
        values = [curve.ns, 1e9 / curve.ns, problem.ns.max() / curve.ns][number % 3]
        axes.plot(curve.workers, values, marker="o", label=" ".join(way))
    axes.set_xlabel("workers")
    axes.set_ylabel(["ns", "executions a second", "speedup"][number % 3])
    axes.legend()
    figure.savefig(os.path.join(out, f"chart-{number}.svg"))
    plt.close(figure)


def main(run, out, charts):
    os.makedirs(out, exist_ok=True)
    medians = medians_of(run)
    medians.to_csv(os.path.join(out, "medians.csv"), index=False)
    problems = [group for _, group in medians.groupby(["kernel", "problem"], sort=False)]
    for number in range(charts):
        draw(medians, problems[number % len(problems)], number, out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
