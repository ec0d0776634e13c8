"""Printers that write a line and wait, again and again: one after the other, or their lines in between."""

import threading
import time

import peer


def main():
    parser = peer.parser(__doc__, "seq", "threads")
    parser.add_argument("--printers", type=peer.count, default=2)
    parser.add_argument("--lines", type=peer.count, default=3)
    parser.add_argument("--wait-us", dest="wait", type=peer.us, default="3k")
    parser.add_argument("--names", action="store_true", help="lines are the names of the threads, like MyProcess")
    options = parser.parse_args()
    log = []

    def printer(letter):
        for _ in range(options.lines):
            log.append(threading.current_thread().name if options.names else 12 * letter)
            time.sleep(options.wait)

    letters = [chr(ord("a") + (14 + 9 * i) % 26) for i in range(options.printers)]  # o, x, ...
    peer.run(options, printer, letters)
    if options.show:
        print(*log, sep="\n")


if __name__ == "__main__":
    main()
