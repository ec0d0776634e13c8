"""Writers of A B C who keep a lock for a whole turn, or do without one."""

import contextlib
import threading
import time

import peer


def main():
    parser = peer.parser(__doc__, "seq", "threads")
    parser.add_argument("--writers", type=peer.count, default=2)
    parser.add_argument("--turns", type=peer.count, default=3)
    parser.add_argument("--wait-us", dest="wait", type=peer.us, default="3k")
    parser.add_argument("--lock", choices=["on", "off"], default="on")
    options = parser.parse_args()
    lock = threading.RLock() if options.lock == "on" else contextlib.nullcontext()
    log = []

    def writer(_):
        for _ in range(options.turns):
            with lock:
                for letter in "ABC":
                    log.append(letter)
                    time.sleep(options.wait)

    peer.run(options, writer, range(options.writers))
    if options.show:
        print("".join(log))


if __name__ == "__main__":
    main()
