"""Solution 7: four countdowns over N workers, which are processes, each with an interpreter and a lock of its own."""

import os
import sys
from multiprocessing import Process

ITEMS = [4_000_000] * 4


def count_down(items):
    for n in items:
        while n > 0:
            n -= 1
        os.write(1, b"counted down to %d\n" % n)  # the answer: the same lines for any number of workers


def main():
    workers = int(sys.argv[1])
    shares = [ITEMS[w::workers] for w in range(workers)]
    team = [Process(target=count_down, args=(share,)) for share in shares]
    for member in team:
        member.start()
    for member in team:
        member.join()


if __name__ == "__main__":
    main()
