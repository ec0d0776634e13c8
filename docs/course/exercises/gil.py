"""Exercise 7: four countdowns over N workers, which are threads and stay as slow as one. Make them processes."""

import os
import sys
from threading import Thread

ITEMS = [4_000_000] * 4


def count_down(items):
    for n in items:
        while n > 0:
            n -= 1
        os.write(1, b"counted down to %d\n" % n)  # the answer: the same lines for any number of workers


def main():
    workers = int(sys.argv[1])
    shares = [ITEMS[w::workers] for w in range(workers)]
    # TODO: threads take turns under the interpreter's lock; multiprocessing.Process has the same methods.
    team = [Thread(target=count_down, args=(share,)) for share in shares]
    for member in team:
        member.start()
    for member in team:
        member.join()


if __name__ == "__main__":
    main()
