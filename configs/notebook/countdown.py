"""calcul_while: countdowns to 0 in plain Python. Threads share one interpreter lock, processes do not."""

import peer


def calcul_while(x):
    while x > 0:
        x -= 1
    return x


def main():
    parser = peer.parser(__doc__, "seq", "threads", "pool", "process")
    parser.add_argument("--items", type=peer.counts, default=[500000, 300000, 600000, 1000000])
    options = parser.parse_args()
    ends = peer.run(options, calcul_while, options.items)
    if options.show:
        print(*ends)


if __name__ == "__main__":
    main()
