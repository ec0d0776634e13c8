"""Countdowns to 0 in plain Python: threads share one interpreter lock, processes do not."""

import peer


def countdown(x):
    while x > 0:
        x -= 1
    return x


def main():
    parser = peer.parser(__doc__, "seq", "threads", "processes")
    parser.add_argument("--items", type=peer.counts, default=[500000, 300000, 600000, 1000000])
    options = parser.parse_args()
    ends = peer.run(options, countdown, options.items)
    if options.show:
        print(*ends)


if __name__ == "__main__":
    main()
