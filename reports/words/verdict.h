/* The result in sentences: what won, by how much, what casts doubt on it. */
#ifndef NWAY_REPORT_VERDICT_H
#define NWAY_REPORT_VERDICT_H

#include "stats/result.h"

/* One paragraph, raw foreign text in it: escape it for where it goes. Its headline, up to the first full stop, names
 * variants and a range of workers in at most 20 words; only a baseline that is proven not to be the fastest serial
 * cell comes before it. */
void verdict_sentence(struct text *, const struct analysis *);
/* " [1.90, 1.95]", or nothing where there is no interval. */
void bracket_words(struct text *, const struct estimate *);
/* "1.93 [1.90, 1.95]", "1.93 [–]", "1 (baseline)" or "–"; without the interval "1.93", "1" or "–" */
/* "2 disturbed pairs taken out; with nothing taken out 1.93x [1.91, 1.95]": the other headline; nothing where none was.
 */
void whole_words(struct text *out, const struct estimate *);
void speedup_words(struct text *, const struct analysis *, const struct figures *, bool interval);
/* "2025-11-22 09:46 UTC" from an ISO time; anything else unchanged. */
void time_words(struct text *, const char *iso);
/* "what happened (note)" for a cell that has no figures, or lost processes; "" if nothing did. */
void trouble_words(struct text *, const struct figures *);

/* Cells that have no figures or lost processes, for one reason. */
struct trouble {
  struct text why, where; /* raw foreign text */
  size_t cells, named;    /* all of them; those that `where` names */
  const struct problem *problem;
};
/* Grouped by reason; thinned cells are one group. Free with troubles_free. */
size_t troubles_of(const struct result *, struct trouble **);
void troubles_free(struct trouble *, size_t count);
/* The pilot never saw it steady, so its figures may hold some warming up. */
bool is_unsteady(const struct figures *);
size_t count_unsteady(const struct result *);

enum { BADGES_MAX = 9 };
struct badge {
  const char *name;
  char text[500]; /* what it means here and what to do */
};
size_t run_badges(const struct result *, struct badge badges[BADGES_MAX]);

#endif
