"""Waits of the same length: one after another, all at once, or made as coroutines and forgotten."""

import time

import peer


def main():
    parser = peer.parser(__doc__, "seq", "threads", "processes", "coroutines")
    parser.add_argument("--waits", type=peer.count, default=3)
    parser.add_argument("--wait-us", dest="wait", type=peer.us, default="100k")
    parser.add_argument("--forget", action="store_true", help="make the coroutines, await none")
    options = parser.parse_args()
    begun = []

    async def wait_async(seconds):
        import asyncio

        start = time.monotonic()
        begun.append(start)
        await asyncio.sleep(seconds)
        return time.monotonic() - start

    if options.forget:
        for _ in range(options.waits):
            wait_async(options.wait).close()  # else Python would warn that it was never awaited
        if options.show:
            print(len(begun))
        return
    lasted = peer.run(options, wait, options.waits * [options.wait], wait_async)
    if options.show:
        # The loop of asyncio may wake a timer early by as much as its clock is coarse.
        print(sum(seconds >= options.wait - 0.001 for seconds in lasted))


def wait(seconds):
    start = time.monotonic()
    time.sleep(seconds)
    return time.monotonic() - start


if __name__ == "__main__":
    main()
