"""A function that waits before it answers, called with the same argument again, remembered or not."""

import functools
import time

import peer


def main():
    parser = peer.parser(__doc__, "seq")
    parser.add_argument("--calls", type=peer.counts, default=[1, 1], help="the argument of each: 1+1")
    parser.add_argument("--wait-us", dest="wait", type=peer.us, default="50k")
    parser.add_argument("--memo", action="store_true")
    options = parser.parse_args()
    misses = 0

    def hello(argument):
        nonlocal misses
        misses += 1
        time.sleep(options.wait)
        return f"hello {argument}"

    function = functools.lru_cache()(hello) if options.memo else hello
    clock = peer.Clock()
    replies = [function(argument) for argument in options.calls]
    clock.stop()
    if options.show:
        print(*replies, sep="\n")
        print(f"hits={len(replies) - misses} misses={misses}")


if __name__ == "__main__":
    main()
