"""The first digits of large powers, by way of all their digits."""

import functools

import peer


def lead(exponent, digits, base):
    return str(base**exponent)[:digits]


def main():
    parser = peer.parser(__doc__, "seq", "threads", "processes")
    parser.add_argument("--bases", type=peer.counts, default=[5, 3])
    parser.add_argument("--exponent", type=peer.count, default=100000)
    parser.add_argument("--digits", type=peer.count, default=20)
    options = parser.parse_args()
    answers = peer.run(options, functools.partial(lead, options.exponent, options.digits), options.bases)
    if options.show:
        print(*answers, sep="\n")


if __name__ == "__main__":
    main()
