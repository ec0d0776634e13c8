/* Writes the sentence that a reader of a whole run can repeat. */
#include "verdict.h"

#include <math.h>
#include <string.h>

/* How a problem scales, for comparison with the others: the gain of several workers over the best serial cell. */
static const struct estimate *gain_of(const struct analysis *a) {
  if (!a->base || !a->nearest || a->nearest->no_speedup || a->nearest_speedup.n == 0)
    return NULL;
  return &a->nearest_speedup;
}

/* A gain that may be claimed: proven, and by a figure that is precise enough for a verdict (fitness.h). */
static bool is_gain(const struct analysis *a) {
  return !a->unfit && a->nearest_speedup.coverage > 0 && a->nearest_speedup.low > 1;
}

/* The problem's kernel, with its parameters if another problem has the same kernel; of programs only what they solve.
 */
static void name_problem(struct text *out, const struct result *result, const struct problem *p) {
  size_t alike = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    alike += strcmp(result->run.problems[i].kernel, p->kernel) == 0;
  bool programs = p->runs_programs && *p->problem;
  if (alike == 1 || programs)
    text_add(out, programs ? p->problem : p->kernel);
  else
    problem_title(out, p);
}

/* The gain of the most of `problems`, with an interval that knows of that choice. */
static void most_words(struct text *out, const struct analysis *a, size_t problems) {
  char number[HUMAN_MAX];
  struct estimate gain = nearest_among(a, problems);
  text_format(out, "%sx", human_number(number, gain.median));
  bracket_words(out, &gain);
}

/* "58.8x [58.4, 59.1] the best serial speed on 64 workers (pool)"; of programs the name of the one */
static void best_words(struct text *out, const struct analysis *a, size_t problems) {
  long long workers = (long long)a->nearest->cell->workers;
  text_add(out, " reaches ");
  most_words(out, a, problems);
  text_format(out, " the best serial speed on %lld workers", workers);
  const char *way = a->problem->runs_programs ? a->nearest->cell->method : a->nearest->cell->variant;
  if (*way)
    text_format(out, " (%s)", way);
}

/* The cells with a right answer and a time. */
static size_t count_right(const struct result *result) {
  size_t right = 0;
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++)
      right += result->analyses[i].figures[j].valid;
  return right;
}

static void without_gain(struct text *out, const struct result *result, const struct analysis *seen, size_t problems) {
  if (!count_right(result)) {
    text_add(out, "No cell has a right answer and a time: nothing can be said of scaling. See what was left out.");
    return;
  }
  if (result->run.most_workers < 2 || !seen) {
    text_add(out, result->run.most_workers < 2 ? "Measured on one worker only, so scaling is unknown."
                                               : "No problem has a right answer on several workers and a baseline.");
    return;
  }
  if (seen->unfit == UNFIT_BUSY)
    text_format(out, "No best is named: other programs took %.0f %% of the CPU time; the most seen is ",
                100 * seen->foreign);
  else
    text_add(out, seen->unfit == UNFIT_WIDE ? "No figure is precise enough to name a best; the most seen is "
                                            : "No problem is proven faster on several workers; the most seen is ");
  most_words(out, seen, problems);
  text_add(out, ", ");
  name_problem(out, result, seen->problem);
  text_add(out, ".");
}

void run_sentence(struct text *out, const struct result *result) {
  const struct analysis *most = NULL, *least = NULL, *seen = NULL;
  size_t gaining = 0, known = 0;
  char number[HUMAN_MAX];
  for (size_t i = 0; i < result->run.problem_count; i++) {
    const struct analysis *a = &result->analyses[i];
    const struct estimate *gain = gain_of(a);
    if (!gain)
      continue;
    known++;
    gaining += is_gain(a);
    seen = !seen || gain->median > seen->nearest_speedup.median ? a : seen;
    /* by the low end, as the best of a problem: noise must not make the claim that a reader repeats */
    most = is_gain(a) && (!most || gain->low > most->nearest_speedup.low) ? a : most;
    least = !least || gain->median < least->nearest_speedup.median ? a : least;
  }
  if (!most) {
    without_gain(out, result, seen, known);
    return;
  }
  name_problem(out, result, most->problem);
  best_words(out, most, known);
  if (known > 1) {
    text_add(out, "; ");
    name_problem(out, result, least->problem);
    text_add(out, is_gain(least) ? " gains least, " : " gains nothing proven, ");
    struct estimate gain = nearest_least_among(least, known);
    text_format(out, "%sx", human_number(number, gain.median));
    bracket_words(out, &gain);
  }
  if (gaining < known && known - gaining > 1)
    text_format(out, " (%zu of %zu gain)", gaining, known);
  text_add(out, ".");
}
