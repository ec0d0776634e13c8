/* Writes the result in sentences: what is fastest, by how much, and which warnings apply. */
#ifndef NWAY_REPORT_VERDICT_H
#define NWAY_REPORT_VERDICT_H

#include "stats/result.h"

/* One paragraph of raw foreign text; escape it for its destination. Its headline, up to the first full stop, names
 * variants and a range of workers in at most 20 words. If the baseline is proven not to be the fastest serial cell, a
 * sentence saying so comes first. */
void verdict_sentence(struct text *, const struct analysis *);
/* The sentence that a reader of the whole run can repeat: the problem that gains most from workers, by how much, and
 * the one that gains least. Raw foreign text. */
void run_sentence(struct text *, const struct result *);
/* " [1.90, 1.95]"; nothing without an interval. */
void bracket_words(struct text *, const struct estimate *);
/* "2 disturbed pairs left out; with all pairs 1.93x [1.91, 1.95]"; nothing if no pair was left out. */
void whole_words(struct text *out, const struct estimate *);
/* "1.93 [1.90, 1.95]", "1.93 [–]", "1 (baseline)" or "–"; without `interval` "1.93", "1" or "–". */
void speedup_words(struct text *, const struct analysis *, const struct figures *, bool interval);
/* "2025-11-22 09:46 UTC" from an ISO time; anything else unchanged. */
void time_words(struct text *, const char *iso);
/* What failed in a cell without figures or with lost processes, and its note; nothing otherwise. */
void trouble_words(struct text *, const struct figures *);

/* The cells that share one reason for missing figures or lost processes. */
struct trouble {
  struct text why, where; /* raw foreign text */
  size_t cells, named;    /* the number of cells, and of those that `where` names */
  const struct problem *problem;
};
/* Groups such cells by reason; cells thinned by the budget are one group. Free with troubles_free. */
size_t troubles_of(const struct result *, struct trouble **);
void troubles_free(struct trouble *, size_t count);
/* Processes of the cell begin with a slow sample (slow_start.h), so its figures may include warm-up. */
bool starts_slowly(const struct figures *);
/* Adds "~ 3 cells: the first sample ...", nothing if no cell among `analyses` starts slowly. */
void slow_start_sentence(struct text *, const struct analysis *analyses, size_t count);

/* "59 of 63 speedups have an interval wider than the 2 % asked."; nothing if the run asked for no width, or none is. */
void width_sentence(struct text *, const struct result *);
/* Why cells may look slower without leaving the set of the best; nothing if there are none. */
void unproven_sentence(struct text *, const struct result *);

enum { BADGES_MAX = 13 };
struct badge {
  const char *name;
  char text[800]; /* what it means for this run, and what to do */
};
/* BUSY, SYNTHETIC and IMPORTED stand first. Returns their number. */
size_t run_badges(const struct result *, struct badge badges[BADGES_MAX]);
/* "BUSY · VIRTUALISED"; nothing without badges. */
void badge_names(struct text *, const struct result *);

/* Why no cell of a problem is called the best: "4 rounds are too few for an interval (6)"; nothing if one is. */
void unfit_words(struct text *, const struct analysis *);
/* The mark of a cell that carries no verdict: "+-14 %", or "few" under 6 rounds; nothing for a fit cell. */
void unfit_mark(struct text *, const struct analysis *, const struct figures *);

/* The word for a standing, such as "best" or "slower"; "" if not compared. */
const char *standing_word(enum standing);

#endif
