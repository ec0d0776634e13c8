"""calculation: the first digits of large powers, by way of all their digits."""

import decimal
import functools

import peer


def lead(exponent, digits, base):
    """As the notebook does: before Python 3.12 in time that grows with the square of the length."""
    return str(base**exponent)[:digits]


def lead_by_halves(exponent, digits, base):
    """The same number, written out by halves in base ten, as str does it from Python 3.12 on."""
    number = base**exponent
    with peer.exact():
        return str(in_base_ten(number, number.bit_length(), {}))[:digits]


def in_base_ten(number, bits, powers):
    if bits <= 4096:
        return decimal.Decimal(number)
    half = bits // 2
    high = number >> half
    low = number - (high << half)
    return in_base_ten(high, bits - half, powers) * two_to(half, powers) + in_base_ten(low, half, powers)


def two_to(bits, powers):
    if bits <= 4096:
        return decimal.Decimal(2) ** bits
    if bits not in powers:
        powers[bits] = two_to(bits // 2, powers) * two_to(bits - bits // 2, powers)
    return powers[bits]


def main():
    parser = peer.parser(__doc__, "seq", "threads", "pool")
    parser.add_argument("--bases", type=peer.counts, default=[5, 3])
    parser.add_argument("--exponent", type=peer.count, default=1000000)
    parser.add_argument("--by", choices=["str", "halves", "decimal"], default="halves")
    parser.add_argument("--digits", type=peer.count, default=20)
    options = parser.parse_args()
    ways = {"str": lead, "halves": lead_by_halves, "decimal": peer.lead_decimal}
    answers = peer.run(options, functools.partial(ways[options.by], options.exponent, options.digits), options.bases)
    if options.show:
        print(*answers, sep="\n")


if __name__ == "__main__":
    main()
