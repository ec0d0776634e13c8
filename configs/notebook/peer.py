"""What the peers share: options, numbers as nway writes them, the ways to run a function over items, and the clock."""

import argparse
import importlib
import math
import os
import sys
import time
from collections import deque

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)  # else str() of a number of more than 4300 digits raises ValueError


def count(text):
    """A whole number such as 499, 10k, 5M or 3*10k."""
    scales = {"k": 10**3, "M": 10**6, "G": 10**9}
    return math.prod(int(part.rstrip("kMG")) * scales.get(part[-1:], 1) for part in text.split("*"))


def counts(text):
    """A list of whole numbers such as 5M+3M."""
    return [count(part) for part in text.split("+")]


def us(text):
    """A time in microseconds such as 500 or 100*1k, in seconds."""
    return count(text) / 10**6


def parser(doc, *hows):
    """The options of every script, for more to be added."""
    options = argparse.ArgumentParser(description=doc)
    options.add_argument("--how", choices=hows, default="seq")
    options.add_argument("--workers", type=count, default=1)
    options.add_argument("--print", action="store_true", dest="show", help="print the answer, else nothing")
    return options


def exact():
    """A context in which a decimal number keeps all its digits."""
    import decimal

    return decimal.localcontext(decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN,
                                                traps=[decimal.Inexact]))


def lead_decimal(exponent, digits, base):
    """The first digits of a power by way of all of them, computed in base ten, where str has nothing to convert."""
    import decimal

    with exact() as context:
        context.prec = 2 + exponent * len(str(base))  # else the module takes memory for all that it may keep
        return str(decimal.Decimal(base) ** exponent)[:digits]


class Clock:
    """The time from its making to stop(), as the notebook took it between two calls of time.time(). nway reads it from
    the descriptor that the variable NWAY_COUNTERS names."""

    def __init__(self):
        self.start = time.perf_counter_ns()

    def stop(self, **counters):
        """Only the first call counts."""
        end = time.perf_counter_ns()
        told = os.environ.get("NWAY_COUNTERS", "")
        if self.start is not None and told.isdigit():
            lines = {"inner_ns": end - self.start, **counters}
            os.write(int(told), "".join(f"{name}={value}\n" for name, value in lines.items()).encode())
        self.start = None


def in_threads(function, items, workers, clock):
    import threading

    todo, results, failures = deque(enumerate(items)), [None] * len(items), []

    def work():
        while not failures:
            try:
                i, item = todo.popleft()
            except IndexError:  # none is left
                return
            try:
                results[i] = function(item)
            except BaseException as failure:  # else the thread would end in silence
                failures.append(failure)

    threads = [threading.Thread(target=work, name=f"thread{i + 1}") for i in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def in_pool(function, items, workers, clock):
    from multiprocessing import Pool

    with Pool(workers) as pool:
        results = pool.map(function, items, chunksize=1)
        clock.stop()  # the notebook does not wait for the pool to end
        return results


def in_process(function, items, workers, clock):
    """A Process for each of `workers` shares of the items: as many as items in the notebook."""
    from multiprocessing import Pipe, Process

    def work(pipe, share):
        pipe.send([function(item) for item in share])

    pipes = [Pipe(duplex=False) for _ in range(workers)]
    processes = [Process(target=work, args=(pipes[i][1], items[i::workers])) for i in range(workers)]
    for process in processes:
        process.start()
    for _, there in pipes:
        there.close()  # so that the death of a process ends the wait for its results
    results = [None] * len(items)
    for i, (here, _) in enumerate(pipes):
        results[i::workers] = here.recv()
    for process in processes:
        process.join()
    return results


def in_loop(function, items, workers, as_tasks):
    import asyncio

    todo, results = deque(enumerate(items)), [None] * len(items)

    async def work():
        while todo:
            i, item = todo.popleft()
            results[i] = await function(item)

    async def gather():
        await asyncio.gather(*(work() for _ in range(workers)))

    async def tasks():
        for task in [asyncio.ensure_future(work()) for _ in range(workers)]:
            await task

    asyncio.run(tasks() if as_tasks else gather())
    return results


MODULES = {"threads": ["threading"], "pool": ["multiprocessing.pool"], "process": ["multiprocessing"],
           "coroutines": ["asyncio"], "tasks": ["asyncio"]}


def run(options, function, items, coroutine=None):
    """The results in the order of the items; `coroutine` stands for `function` where it may not block."""
    items = list(items)
    for module in MODULES.get(options.how, []):
        importlib.import_module(module)  # the notebook imports before it takes the time
    clock = Clock()
    if options.how == "seq":
        results = [function(item) for item in items]
    elif options.how in ("coroutines", "tasks"):
        results = in_loop(coroutine, items, options.workers, options.how == "tasks")
    else:
        ways = {"threads": in_threads, "pool": in_pool, "process": in_process}
        results = ways[options.how](function, items, options.workers, clock)
    clock.stop()
    return results
