"""A child that sends text through a queue to a parent that joins it before it reads: much text makes both wait."""

import sys
from multiprocessing import Process, Queue


def send(queue, size):
    queue.put("x" * size)


def main():
    queue = Queue()
    child = Process(target=send, args=(queue, int(sys.argv[1])))
    child.start()
    child.join()
    print(len(queue.get()))


if __name__ == "__main__":
    main()
