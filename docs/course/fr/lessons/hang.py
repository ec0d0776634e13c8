"""Un enfant qui envoie un texte par une file à un parent qui attend sa fin avant de lire : un long texte les fait attendre tous deux."""

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
