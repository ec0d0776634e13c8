"""One wait for a name, and the first digits of large powers to compute meanwhile."""

import importlib
import time

import peer


def main():
    parser = peer.parser(__doc__, "seq", "threads", "coroutines", "tasks")
    parser.add_argument("--bases", type=peer.counts, default=[5])
    parser.add_argument("--exponent", type=peer.count, default=1000000)
    parser.add_argument("--digits", type=peer.count, default=2)
    parser.add_argument("--wait-us", dest="wait", type=peer.us, default="100k")
    parser.add_argument("--by", choices=["str", "decimal"], default="decimal",
                        help="str: as the notebook does, which is slow before Python 3.12")
    options = parser.parse_args()
    importlib.import_module("decimal")  # before the time is taken, like the notebook's imports

    def lead(base):
        if options.by == "str":
            return str(base**options.exponent)[: options.digits]
        return peer.lead_decimal(options.exponent, options.digits, base)

    def task(base):
        if base:
            return lead(base)
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
