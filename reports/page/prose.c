/* The fixed words of the report: how to read its charts, and how its figures come about. */
#include "prose.h"

const char *const read_dots[] = {
    "Left: absolute time. The solid line T1 is the best serial time, the dashed one what ideal scaling would make of "
    "it; "
    "a way is worth its trouble only if its filled mark lies left of T1.",
    "Middle: speedup over the best serial cell of this problem, whatever the method. Black bars are the 95 % interval; "
    "two marks differ for sure only where the table says so, not where their bars miss each other.",
    "Right: efficiency, the speedup over the sequential cell of the same method divided by the workers: the share of "
    "the "
    "workers that did useful work. A short grey line is the limit that the sizes of the items "
    "set: no way of running can pass it."};

const char *const read_curves[] = {
    "Left: absolute time against workers, both axes logarithmic; the dashed line is the best serial time divided by "
    "the "
    "workers. A curve that turns up has more workers than it can use.",
    "Middle: speedup on logarithmic axes, equal where the values allow it, so that ideal scaling is the line at 45 "
    "degrees. The grey dotted line "
    "is the limit that the sizes of the items set.",
    "Right: efficiency from 0, over the sequential cell of the same method. Look here first for waste: a speedup of 20 "
    "on 64 workers looks well in the middle and "
    "poor on the right."};

const struct words method_words[] = {
    {"From samples to a speedup",
     "Every cell runs in a fresh process, once a round; rounds and the order within them are random from the recorded "
     "seed. A process gives its median. It is paired with the baseline process nearest to it in the same block, so "
     "that "
     "a machine that drifts slows both. A round gives one logarithm of a ratio; the speedup is the median of those "
     "over "
     "rounds."},
    {"Intervals",
     "The 95 % interval of a median comes from order statistics: the narrowest symmetric pair of ranks whose binomial "
     "coverage is at least 95 % (6 rounds: smallest and largest, 96.9 %). It assumes no distribution. Under 6 rounds "
     "there is "
     "none. The column &ldquo;t check&rdquo; is Student&rsquo;s interval of the logarithms; where the two disagree, "
     "trust "
     "the first and look at the samples. Where the rounds are found to depend on each other (badge DEPENDENT) the "
     "intervals of that class of cells are longer, or there are none. A time has [this run] instead: the same two "
     "ranks, "
     "of rounds that are paired with nothing. What the machine did while they ran is in all of them, so they claim no "
     "95 % of another hour."},
    {"Tests",
     "Each cell is compared with every other one within the same rounds. It leaves the set of the best where it is "
     "proven "
     "slower than another: by a one-sided sign test, or by a mean distance of more than one standard deviation "
     "(Student&rsquo;s t), either times the number of comparisons at most 5 %. So a cell than which none is faster "
     "leaves "
     "in at most 5 % of runs, however many there are. The best is the cell of the set whose interval has the highest "
     "lower end; the interval of its headline pays for the choice. &ldquo;equal&rdquo;: in the set. "
     "&ldquo;slower*&rdquo;: its own interval beside the best lies on the slow side, but so many comparisons do not "
     "prove it; it stays in the set. p: that no other cell is faster."},
    {"Formulas",
     "speedup S = time of best-serial / time of the cell; own speedup S&prime; = time of the method&rsquo;s own "
     "sequential cell / time of the cell. Efficiency E = S&prime; / p. Karp&ndash;Flatt serial fraction "
     "e = (1/S&prime; &minus; 1/p) / (1 &minus; 1/p), undefined at p = 1; of weak scaling, whose S&prime; compares "
     "throughput, the serial share is "
     "(p &minus; S&prime;) / (p &minus; 1). "
     "Algorithmic gain = time of naive / time of best-serial; parallel gain = time of best-serial / time "
     "of the cell. "
     "&ldquo;own&rdquo; and &ldquo;over naive&rdquo; come round by round from the ratios of both cells to the "
     "baseline beside them; &ldquo;over naive&rdquo; of the baseline is the algorithmic gain."},
    {"Time",
     "Wall time of one whole iteration on CLOCK_MONOTONIC, from the release of the work to the end of the last "
     "worker. Where a team lives for one iteration its creation and joining are inside; where it lives "
     "for "
     "the cell they are not, and the column &ldquo;cold&rdquo; shows the first iteration with the start included."},
};
const size_t method_word_count = sizeof method_words / sizeof *method_words;
