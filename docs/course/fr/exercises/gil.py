"""Exercice 7 : quatre comptes à rebours sur N ouvriers, qui sont des threads et restent aussi lents qu’un seul. Faites-en des processus."""

import os
import sys
from threading import Thread

ITEMS = [4_000_000] * 4


def count_down(items):
    for n in items:
        while n > 0:
            n -= 1
        os.write(1, b"counted down to %d\n" % n)  # la réponse : les mêmes lignes pour tout nombre d’ouvriers


def main():
    workers = int(sys.argv[1])
    shares = [ITEMS[w::workers] for w in range(workers)]
    # TODO : les threads se relaient sous le verrou de l’interpréteur ; multiprocessing.Process a les mêmes
    # méthodes.
    team = [Thread(target=count_down, args=(share,)) for share in shares]
    for member in team:
        member.start()
    for member in team:
        member.join()


if __name__ == "__main__":
    main()
