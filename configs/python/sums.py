"""Adds numbers by a pool of threads or of processes, and checks the sum: what configs/python.conf measures.

python3 sums.py threads|processes WORKERS TERMS
"""
import concurrent.futures
import sys
import time

PARTS = 16


def main():
    how, workers, terms = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    pools = {"threads": concurrent.futures.ThreadPoolExecutor, "processes": concurrent.futures.ProcessPoolExecutor}
    began = time.perf_counter()
    with pools[how](workers) as pool:
        total = sum(pool.map(sum, [range(terms)] * PARTS))
    print(f"nway: time {time.perf_counter() - began:.9f} s")
    return total != PARTS * terms * (terms - 1) // 2


if __name__ == "__main__":
    sys.exit(main())
