"""calculation: the first digits of large powers, by way of all their digits."""

import decimal
import functools

import peer


def lead(exponent, digits, base):
    """As the notebook does: in time that grows with the square of the length."""
    return str(base**exponent)[:digits]


def lead_decimal(exponent, digits, base):
    """Also all digits, but computed in base ten, where writing them out takes no division."""
    decimal.getcontext().prec = decimal.MAX_PREC if exponent > 10**8 else 2 + int(exponent * len(str(base)))
    return str(decimal.Decimal(base) ** exponent)[:digits]


def main():
    parser = peer.parser(__doc__, "seq", "threads", "pool")
    parser.add_argument("--bases", type=peer.counts, default=[5, 3])
    parser.add_argument("--exponent", type=peer.count, default=100000)
    parser.add_argument("--by", choices=["str", "decimal"], default="str")
    parser.add_argument("--digits", type=peer.count, default=20)
    options = parser.parse_args()
    answers = peer.run(options, functools.partial(lead_decimal if options.by == "decimal" else lead, options.exponent, options.digits), options.bases)
    if options.show:
        print(*answers, sep="\n")


if __name__ == "__main__":
    main()
