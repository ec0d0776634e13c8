#!/usr/bin/env python3
"""Writes runs of machines that are simulated from their physics, and counts how often the report names the cause.

Usage: physics.py NWAY_REPORT [RUNS [FIRST_SEED]]: RUNS (100) of each cause on each machine; exit code 1 if under 90 %
are right. It shares no code with `nway selftest`, whose table "Why it stopped" draws shares of a loss: here a machine has a
bandwidth that saturates at some number of workers, cores that two threads share at 1.25 times the speed of one, a clock
that falls with the cores in use, workers that are started one after the other, n equal items, and a serial end.
The true cause is found by ablation: the one without which the run would be fastest, by half more than without any other.
"blind" machines do not tell their clock, and their runs have no bandwidth probe: the report must then say "unknown".
"""
import html
import math
import os
import random
import re
import subprocess
import sys
import tempfile



def names_in(*files):
    """The columns that the project's tables name."""
    named = r"^(?:PLAN_)?(?:COLUMN|CELL_ID|CELL_WORKERS)\w*\((\w+),"
    return [name for file in files for name in re.findall(named, open("harness/base/" + file).read(), re.M)]


COLUMNS, PLAN = names_in("columns.def", "cell_id.def"), names_in("plan.def", "cell_id.def")
ROUNDS, SAMPLES = 12, 2
CAUSES = {"start": "starting and joining the workers", "tail": "the serial tail", "imbalance": "imbalance between",
          "clock": "a slower processor clock", "bandwidth": "memory bandwidth", "smt": "two threads sharing a core"}


class Machine:
    """What is wrong, in the units of its kind; `but` names what is taken away."""

    def __init__(self, rng, cores, planted, blind=False):
        self.blind = blind

        def draw(name, low, high, beside):
            return rng.uniform(low, high) if planted == name else rng.uniform(*beside)

        self.cores, self.threads = cores, 2 if planted == "smt" else 1
        self.cpus = cores * self.threads
        self.serial = draw("tail", 0.5 / cores, 3 / cores, (0, 0.05 / cores))  # share of the work
        self.start = draw("start", 0.2, 2, (0, 0.02)) / cores**2  # of a worker, over the time of the work
        self.turbo = draw("clock", 0.15, 0.45, (0, 0.05))  # lost with all cores in use
        self.steps = rng.choice([0, 3, 5])  # of the clock; 0: smooth
        self.memory = draw("bandwidth", 0.4, 1, (0, 0.08))  # share of the work's time on one worker
        self.saturates = rng.uniform(0.2, 0.8) * cores  # workers that use all bandwidth
        self.items = rng.randint(cores + 1, 3 * cores - 1) if planted == "imbalance" else 64 * self.cpus
        self.pair = 1.25  # speed of two threads of a core
        self.noise = math.exp(rng.uniform(math.log(0.01), math.log(0.05)))

    def clock(self, active, but):
        fallen = (active - 1) / (self.cores - 1)
        if self.steps:
            fallen = math.floor(fallen * self.steps) / self.steps
        return 1 if but == "clock" else 1 - self.turbo * fallen

    def times(self, workers, memory, but=None, jitter=lambda: 1):
        """Of one execution whose work takes 1: spawn, busy of each worker, join, finish, all noise-free but for jitter."""
        clock = self.clock(min(workers, self.cores), but)
        crowd = 1 if but == "bandwidth" else max(1, workers / self.saturates)
        items = workers * 64 if but == "imbalance" else self.items
        busy = []
        for i in range(workers):
            shares = workers > self.cores and i % self.cores < workers - self.cores and but != "smt"
            speed = clock * (self.pair / 2 if shares else 1)
            part = (items // workers + (i < items % workers)) / items * (1 - (0 if but == "tail" else self.serial))
            busy.append(part * ((1 - memory) / speed + memory * max(crowd, 1 / speed if shares else 1)) * jitter())
        finish = (0 if but == "tail" else self.serial) * jitter()
        start = 0 if but == "start" or workers == 1 else self.start * workers
        return 0.7 * start * jitter(), busy, 0.3 * start * jitter() + finish, finish

    def wall(self, workers, but=None):
        spawn, busy, join, _ = self.times(workers, self.memory, but)
        return spawn + max(busy) + join

    def cause(self):
        """The true cause, "none", or None where two come close or little is lost."""
        whole = self.wall(1) / self.wall(self.cpus)
        if whole >= 0.93 * self.cpus:
            return "none"
        gained = sorted(((self.wall(1, b) / self.wall(self.cpus, b) - whole, b) for b in CAUSES), reverse=True)
        clear = gained[0][0] >= 1.5 * gained[1][0] and whole <= 0.85 * self.cpus
        return gained[0][1] if clear else None


def counts_of(machine):
    counts = [1]
    while 2 * counts[-1] <= machine.cpus:
        counts.append(2 * counts[-1])
    return counts


def line(names, values):
    return ",".join(str(values.get(name, "")) for name in names) + "\n"


def rows_of(rng, machine, kernel, memory, cells, block):
    """Rows of samples.csv: every cell in every round, in random order."""
    ns = 2e8
    for round_ in range(1, ROUNDS + 1):
        order = list(range(len(cells)))
        rng.shuffle(order)
        for place, at in enumerate(order):
            variant, workers = cells[at]
            process = math.exp(rng.gauss(0, machine.noise)) * (1.2 if rng.random() < 0.02 else 1)
            for sample in range(SAMPLES):
                spawn, busy, join, finish = machine.times(workers, memory, None, lambda: math.exp(rng.gauss(0, 0.003)))
                spawn, join, finish = (int(ns * process * x) for x in (spawn, join, finish))
                busy = [int(ns * process * x) for x in busy]
                clock = machine.clock(min(workers, machine.cores), None) * math.exp(rng.gauss(0, 0.002))
                yield line(COLUMNS, {
                    "schema": 1, "run_id": "physics", "machine_id": "00", "started_utc": "2026-01-01T00:00:00Z",
                    "kernel": kernel, "problem": "n=1", "variant": variant, "schedule": "static", "pin": "none",
                    "scale": "strong", "workers": workers, "team_workers": workers, "os_threads": workers,
                    "usable_cpus": machine.cpus, "round": round_, "block": block, "order": place, "phase": "sample",
                    "sample": sample, "iterations": 1, "wall_ns": spawn + max(busy) + join, "spawn_ns": spawn,
                    "work_ns": max(busy), "join_ns": join, "finish_ns": finish, "busy_min_ns": min(busy),
                    "busy_mean_ns": sum(busy) // workers, "busy_max_ns": max(busy), "cpu_khz": "" if machine.blind else int(3e6 * clock),
                    "work_units": 1, "work_unit": "x", "attainable_ratio":
                    machine.items / math.ceil(machine.items / workers), "digest": "0", "status": "ok"})


def write_run(folder, rng, machine):
    cells = [("seq", 1)] + [("pthread", n) for n in counts_of(machine)]
    plan, samples = [line(PLAN, {n: n for n in PLAN})], [line(COLUMNS, {n: n for n in COLUMNS})]
    for block, (kernel, memory) in enumerate([("work", machine.memory), ("stream", 0.97)][:1 if machine.blind else 2]):
        for i, (variant, workers) in enumerate(cells):
            plan.append(line(PLAN, {
                "cell": len(plan) - 1, "block": block, "kernel": kernel, "problem": "n=1", "variant": variant,
                "schedule": "static", "pin": "none", "scale": "strong", "workers": workers, "iterations": 1, "warmup": 0,
                "samples": SAMPLES, "pilot_ns": 1, "process_ns": 1, "section": kernel, "state": "planned",
                "baseline": "naive best-serial" if variant == "seq" else ""}))
        samples += rows_of(rng, machine, kernel, memory, cells, block)
    kernel = '{"name": "%s", "summary": "", "unit": "x", "bound": "cpu", "probes": %s, "params": []}'
    variant = '{"name": "%s", "serial": %s, "processes": false, "usual": %d, "lifetime": "iteration"}'
    fact = '{"name": "%s", "value": %d, "unit": "", "source": ""}'
    files = {
        "plan.csv": "".join(plan), "samples.csv": "".join(samples),
        "run.json": '{"schema": 1, "run_id": "physics", "state": "complete", "synthetic": true, "seed": 1, '
                    f'"rounds_planned": {ROUNDS}, "rounds_done": {ROUNDS}, "config_text": ""}}',
        "machine.json": '{"schema": 1, "machine_id": "00", "label": "simulated", "facts": [%s]}' % ", ".join(
            fact % x for x in (("usable_cpus", machine.cpus), ("logical_cpus", machine.cpus),
                               ("physical_cores", machine.cores))),
        "catalog.json": '{"schema": 1, "kernels": [%s, %s], "variants": [%s, %s]}' % (
            kernel % ("work", "null"), kernel % ("stream", '"bandwidth"'),
            variant % ("seq", "true", 1), variant % ("pthread", "false", 2))}
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)


def named_cause(report, folder):
    """The cause that the page names first; without gnuplot on PATH the page has no charts, and is soon written."""
    subprocess.run([report, "report", "--alone", "--no-embed", folder, "--output", folder + "/out"], check=False,
                   env={"PATH": "/nowhere"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    page = html.unescape(re.sub(r"<[^>]+>", "", open(folder + "/out/report.html").read()))
    why = re.search(r"At \d+ workers (it still scales|the equivalent of [^\n]*|[^\n]*)", page)
    if not why:
        return "not said", ""
    words = why.group(0)
    if "it still scales" in words:
        return "none", words
    first = min(((words.find(w), k) for k, w in CAUSES.items() if w in words), default=(len(words), "unknown"))
    unknown = words.find("unknown cause")
    return ("unknown" if 0 <= unknown < first[0] else first[1]), words


def main():
    report, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    names = list(CAUSES) + ["none", "unknown", "not said"]
    print("planted          cores  runs " + " ".join(f"{n:>9}" for n in names) + "  right")
    right = of = 0
    with tempfile.TemporaryDirectory() as folder:
        for row in list(CAUSES) + ["none", "clock blind", "bandwidth blind"]:
            planted, blind = row.split()[0], row.endswith("blind")
            expected = "unknown" if blind else planted
            for cores in (8, 32, 64):
                counted = dict.fromkeys(names, 0)
                for run in range(runs):
                    rng = random.Random(f"{planted} {cores} {seed + run}")
                    machine = Machine(rng, cores, planted, blind)
                    while machine.cause() != planted:
                        machine = Machine(rng, cores, planted, blind)
                    write_run(folder, rng, machine)
                    named, words = named_cause(report, folder)
                    counted[named] += 1
                    if os.environ.get("PHYSICS_TELL") and named != expected:
                        print(f"  {row} {cores} seed {seed + run}: {vars(machine)}: {words}", file=sys.stderr)
                print(f"{row:<16} {cores:>5} {runs:>5} " + " ".join(f"{counted[n]:>9}" for n in names) +
                      f"  {100 * counted[expected] / runs:4.0f} %", flush=True)
                right, of = right + counted[expected], of + runs
    return 0 if right >= 0.9 * of else 1


if __name__ == "__main__":
    sys.exit(main())
