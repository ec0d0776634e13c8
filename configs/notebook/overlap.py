"""One wait for a name, and the first digits of large powers to compute meanwhile."""

import time

import peer


def main():
    parser = peer.parser(__doc__, "seq", "threads", "coroutines", "tasks")
    parser.add_argument("--bases", type=peer.counts, default=[5])
    parser.add_argument("--exponent", type=peer.count, default=100000)
    parser.add_argument("--digits", type=peer.count, default=2)
    parser.add_argument("--wait-us", dest="wait", type=peer.us, default="100k")
    options = parser.parse_args()

    def task(base):
        if base:
            return str(base**options.exponent)[: options.digits]
        time.sleep(options.wait)
        return "Daniel"

    async def task_async(base):
        import asyncio

        if base:
            return task(base)  # computing holds up the loop
        await asyncio.sleep(options.wait)
        return "Daniel"

    answers = peer.run(options, task, [None, *options.bases], task_async)
    if options.show:
        print(*answers, sep="\n")


if __name__ == "__main__":
    main()
