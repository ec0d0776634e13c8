"""The factorials of 1 to n by recursion, from scratch each time or with the last 128 remembered."""

import functools
import sys

import peer


def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)


def main():
    global factorial
    parser = peer.parser(__doc__, "seq")
    parser.add_argument("--n", type=peer.count, default=499)
    parser.add_argument("--memo", action="store_true")
    options = parser.parse_args()
    sys.setrecursionlimit(options.n + 1000)
    if options.memo:
        factorial = functools.lru_cache()(factorial)
    clock = peer.Clock()
    numbers = [factorial(k) for k in range(1, options.n + 1)]
    clock.stop()
    if options.show:
        print(numbers[-1])
    if options.show and options.memo:
        info = factorial.cache_info()
        print(f"hits={info.hits} misses={info.misses} evictions={info.misses - info.currsize}")


if __name__ == "__main__":
    main()
