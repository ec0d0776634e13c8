"""What the peers share: options, numbers as nway writes them, and the ways to run a function over items."""

import argparse
import math
import sys
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


def in_threads(function, items, workers):
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

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def in_processes(function, items, workers):
    from multiprocessing import Pool

    with Pool(workers) as pool:
        return pool.map(function, items, chunksize=1)


def in_coroutines(function, items, workers):
    import asyncio

    todo, results = deque(enumerate(items)), [None] * len(items)

    async def work():
        while todo:
            i, item = todo.popleft()
            results[i] = await function(item)

    async def gather():
        await asyncio.gather(*(work() for _ in range(workers)))

    asyncio.run(gather())
    return results


def run(options, function, items, coroutine=None):
    """The results in the order of the items; `coroutine` stands for `function` where it may not block."""
    if options.how == "seq":
        return [function(item) for item in items]
    if options.how == "coroutines":
        return in_coroutines(coroutine, items, options.workers)
    return {"threads": in_threads, "processes": in_processes}[options.how](function, items, options.workers)
