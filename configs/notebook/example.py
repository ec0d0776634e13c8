"""exemple: the notebook's first coroutine, called and dropped, or awaited."""

import asyncio

import peer


def main():
    parser = peer.parser(__doc__, "seq")
    parser.add_argument("--await", action="store_true", dest="awaited", help="else the call makes an object, no more")
    options = parser.parse_args()
    log = []

    async def exemple():
        log.append("Nous essayons les coroutines.")

    async def main():
        await exemple()

    clock = peer.Clock()
    if options.awaited:
        asyncio.run(main())
    else:
        coroutine = exemple()
        log.append(f"<{type(coroutine).__name__} object {coroutine.__name__}>")
        coroutine.close()  # else Python would warn that it was never awaited
    clock.stop()
    if options.show:
        print(*log, sep="\n")


if __name__ == "__main__":
    main()
