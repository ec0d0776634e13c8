"""What it costs to make a worker that does nothing, and to wait for its end: a coroutine, a thread, a process."""

import peer


def nothing():
    pass


async def nothing_async():
    pass


def coroutines(count):
    import asyncio

    async def main():
        clock = peer.Clock()
        for _ in range(count):
            await asyncio.ensure_future(nothing_async())
        clock.stop(made=count)

    asyncio.run(main())


def started(make, count):
    clock = peer.Clock()
    for _ in range(count):
        worker = make(target=nothing)
        worker.start()
        worker.join()
    clock.stop(made=count)


def main():
    parser = peer.parser(__doc__, "seq")
    parser.add_argument("--what", choices=["coroutine", "thread", "process"], default="thread")
    parser.add_argument("--count", type=peer.count, default=10)
    options = parser.parse_args()
    if options.what == "coroutine":
        coroutines(options.count)
    elif options.what == "thread":
        import threading

        started(threading.Thread, options.count)
    else:
        import multiprocessing.context

        started(multiprocessing.Process, options.count)
    if options.show:
        print(options.count)


if __name__ == "__main__":
    main()
