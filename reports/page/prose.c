/* The fixed text of the report: how to read its charts, and how its figures are computed. */
#include "prose.h"

const char *const read_dots[] = {
    "Left: absolute time. The solid line T1 is the best serial time; the dashed line is that time under ideal scaling. "
    "A way of running is worthwhile only if its filled mark lies left of T1.",
    "Middle: speedup over the best serial cell of this problem, of any method. Black bars are the 95 % interval. Bars "
    "that do not overlap do not prove a difference; the table says which differences are proven.",
    "Right: efficiency, the speedup over the sequential cell of the same method divided by the workers: the share of "
    "the workers that did useful work."};

const char *const read_curves[] = {
    "Left: absolute time against workers, both axes logarithmic; the dashed line is the best serial time divided by "
    "the workers. Where a curve turns up, more workers make it slower.",
    "Middle: speedup on logarithmic axes, with equal scales if the values allow it, so that ideal scaling is the line "
    "at 45 degrees.",
    "Right: efficiency, from 0, over the sequential cell of the same method. Look here first for waste: a speedup of "
    "20 on 64 workers looks good in the middle and poor on the right."};

const struct words method_words[] = {
    {"From samples to a speedup",
     "Every cell runs in a fresh process once per round; rounds and the order within them are random from the recorded "
     "seed. Each process contributes its median. It is compared with the median of the three nearest baseline "
     "processes "
     "in the same block (the nearest one where there are fewer), so that drift of the machine affects both. Each round "
     "gives the logarithm of one ratio; the speedup is the median "
     "of these over the rounds."},
    {"Where workers run",
     "With pin=none, the default, workers are left to the system. But a cell of one thread stays on one CPU: where the "
     "system put the first one of its problem in the round, so that a ratio compares cells and not CPUs. Programs are "
     "free, "
     "and so is everything with pin=free and on a machine with cores of several kinds."},
    {"Intervals",
     "The 95 % interval of a median comes from order statistics: the narrowest symmetric pair of ranks whose binomial "
     "coverage is at least 95 % (6 rounds: smallest and largest, 96.9 %). It assumes no distribution. Fewer than 6 "
     "rounds give no interval. The column &ldquo;t check&rdquo; is Student&rsquo;s interval of the logarithms; if the "
     "two disagree, trust the first and look at the samples. If the rounds depend on each other (badge DEPENDENT), the "
     "intervals of that class of cells are longer or missing. A time has [this run] instead: the same two ranks, but "
     "of unpaired rounds. The state of the machine during the run affects all of them, so they do not cover 95 % of "
     "the times at another hour."},
    {"Tests", "Each cell is compared with every other cell within the same rounds. It leaves the set of the best if it "
              "is proven slower than another: by a one-sided sign test, or by a mean distance of more than one "
              "standard deviation (Student&rsquo;s t), where p times the number of comparisons is at most 5 %. So the "
              "truly fastest cell is excluded in at most 5 % of runs, however many cells there are. The best is the "
              "cell of the set whose interval has the highest lower end; its headline&rsquo;s interval is corrected "
              "for this selection. &ldquo;equal&rdquo;: in the set. &ldquo;slower*&rdquo;: its own interval against "
              "the best lies on the slow side, but that is not proven after correction for all comparisons, so it "
              "stays in the set. p: of the hypothesis that no other cell is faster."},
    {"Formulas",
     "speedup S = time of best-serial / time of the cell; own speedup S&prime; = time of the method&rsquo;s own "
     "sequential cell / time of the cell. Efficiency E = S&prime; / p. Karp&ndash;Flatt serial fraction "
     "e = (1/S&prime; &minus; 1/p) / (1 &minus; 1/p), undefined at p = 1; for weak scaling, whose S&prime; compares "
     "throughput, the serial share is (p &minus; S&prime;) / (p &minus; 1). "
     "Algorithmic gain = time of naive / time of best-serial; parallel gain = time of best-serial / time "
     "of the cell. "
     "&ldquo;own&rdquo; and &ldquo;over naive&rdquo; compare the two cells directly, round by round; "
     "&ldquo;over naive&rdquo; of the baseline is the algorithmic gain."},
    {"Time",
     "Wall time of one whole iteration on CLOCK_MONOTONIC, from the release of the work to the end of the last "
     "worker. If a team lasts one iteration, the time includes its creation and joining. If it lasts for the whole "
     "cell, it does not; the column &ldquo;cold&rdquo; then shows the first iteration including the start."},
};
const size_t method_word_count = sizeof method_words / sizeof *method_words;
