"""For each x of some ranges, the sum over k = 1..49 of x times x to the power of the root of k, with numpy."""

import numpy

import peer


def heavy(n):
    x = numpy.arange(n, dtype=float)
    result = numpy.zeros(n)
    for k in range(1, 50):
        result += x * numpy.power(x, 1 / k * numpy.power(k, 3 / 2))
    return result


def main():
    parser = peer.parser(__doc__, "seq", "threads", "processes")
    parser.add_argument("--ranges", type=peer.counts, default=[1000, 5000, 4000, 7000], help="lengths, each from 0")
    options = parser.parse_args()
    vectors = peer.run(options, heavy, options.ranges)
    if options.show:
        for vector in vectors:
            print(repr(float(vector.sum())))


if __name__ == "__main__":
    main()
