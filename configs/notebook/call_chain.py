"""importer_csv under a chain of decorators, in the order that they are written in."""

import csv
import functools
import os
import tempfile
import time

import peer

# The table of kernels/call_chain.c, one like the notebook's: after the "adult" data of the UCI repository (Becker &
# Kohavi 1996, CC BY 4.0).
TABLE = """\
age;workclass;education;educational-num;marital-status;occupation;relationship;race;gender;capital-gain;\
capital-loss;hours-per-week;native-country;income
60;Self-emp-not-inc;5th-6th;3;Married-civ-spouse;Farming-fishing;Husband;White;Male;0;0;20;United-States;<=50K
40;Private;HS-grad;9;Widowed;Sales;Not-in-family;White;Female;0;0;60;United-States;<=50K
18;Private;Some-college;10;Never-married;Adm-clerical;Own-child;White;Male;0;0;20;United-States;<=50K
80;Self-emp-not-inc;7th-8th;4;Never-married;Farming-fishing;Unmarried;White;Male;0;0;20;United-States;<=50K
18;Private;11th;7;Never-married;Other-service;Own-child;White;Female;0;0;20;United-States;<=50K
18;Private;11th;7;Never-married;Other-service;Own-child;White;Female;0;0;16;United-States;<=50K
37;Private;Bachelors;13;Divorced;Machine-op-inspct;Unmarried;White;Female;0;0;70;United-States;<=50K
37;Private;HS-grad;9;Married-civ-spouse;Sales;Husband;White;Male;0;0;45;United-States;<=50K
32;Self-emp-inc;HS-grad;9;Married-civ-spouse;Craft-repair;Husband;White;Male;5178;0;45;United-States;>50K
22;Private;HS-grad;9;Never-married;Machine-op-inspct;Other-relative;Black;Male;0;0;40;United-States;<=50K
"""

told = {"documented": 0, "timed": 0, "refused": 0}


def importer_csv(path):
    """Imports a csv file into a table."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    return sum(map(len, rows)), sum(int(field) for row in rows for field in row if field.isdigit())


def importer_csv_pandas(path):
    """Imports a csv file into a table."""
    import pandas

    table = pandas.read_csv(path, sep=";")
    return table.size, int(table.select_dtypes("number").to_numpy().sum())


def doc(function):
    @functools.wraps(function)
    def wrapper(name):
        told["documented"] += bool(function.__doc__)
        return function(name)

    return wrapper


def timer(function):
    @functools.wraps(function)
    def wrapper(name):
        start = time.perf_counter()
        result = function(name)
        told["timed"] += time.perf_counter() >= start
        return result

    return wrapper


def guard(function):
    @functools.wraps(function)
    def wrapper(name):
        if ".csv" in name:
            return function(name)
        told["refused"] += 1
        return "the first argument must contain .csv"

    return wrapper


def memo(function):
    return functools.lru_cache()(function)


WRAPPERS = {"doc": doc, "timer": timer, "guard": guard, "memo": memo}


def main():
    parser = peer.parser(__doc__, "seq")
    parser.add_argument("--order", default="none", help="of the decorators, the outermost first: guard+timer")
    parser.add_argument("--calls", type=peer.count, default=100)
    parser.add_argument("--arguments", type=peer.count, default=8, help="different ones")
    parser.add_argument("--bad", type=peer.count, default=1, help="of them, the last so many lack .csv")
    parser.add_argument("--reader", choices=["csv", "pandas"], default="csv")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(options, folder)


def run(options, folder):
    chain = importer_csv
    if options.reader == "pandas":
        chain = importer_csv_pandas
        chain.__name__ = "importer_csv"
    for word in reversed(options.order.split("+") if options.order != "none" else []):
        chain = WRAPPERS[word](chain)
    good = options.arguments - options.bad
    names = [os.path.join(folder, f"adult-{i}" + (".csv" if i < good else "")) for i in range(options.arguments)]
    for name in names:
        with open(name, "w") as file:
            file.write(TABLE)
    if options.reader == "pandas":
        chain(names[0])  # the first call imports pandas
    clock = peer.Clock()
    results = [chain(names[i % len(names)]) for i in range(options.calls)]
    clock.stop(calls=options.calls)
    if options.show:
        print(chain.__name__, *(f"{name}={number}" for name, number in told.items()))
        print(*results[0])


if __name__ == "__main__":
    main()
