"""calcul_lourd: for each x of some ranges, the sum over k = 1..49 of x times x to the power of the root of k."""

import functools

import numpy

import peer


def calcul_lourd(form, n):
    # The notebook hands over a range, which each of the 49 steps turns into an array twice: for the power, for the
    # product.
    x = range(n) if form == "range" else numpy.arange(n, dtype=float)
    result = 0
    for k in range(1, 50):
        result += x * numpy.power(x, 1 / k * numpy.power(k, 3 / 2))
    return result


def main():
    parser = peer.parser(__doc__, "seq", "threads", "pool")
    parser.add_argument("--ranges", type=peer.counts, default=[1000, 5000, 4000, 7000], help="lengths, each from 0")
    parser.add_argument("--form", choices=["range", "array"], default="array")
    options = parser.parse_args()
    vectors = peer.run(options, functools.partial(calcul_lourd, options.form), options.ranges)
    if options.show:
        for vector in vectors:
            print(repr(float(vector.sum())))


if __name__ == "__main__":
    main()
