"""Waits of the same length: one after another, or all at once."""

import time

import peer


def main():
    parser = peer.parser(__doc__, "seq", "threads", "pool", "coroutines", "tasks")
    parser.add_argument("--waits", type=peer.count, default=3)
    parser.add_argument("--wait-us", dest="wait", type=peer.us, default="100k")
    options = parser.parse_args()

    async def wait_async(seconds):
        import asyncio

        start = time.monotonic()
        await asyncio.sleep(seconds)
        return time.monotonic() - start

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
