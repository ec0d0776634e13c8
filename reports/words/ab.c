/* Judges the new build of each cell against the old build of the same rounds. */
#include "ab.h"

#include "base/words.h"
#include "stats/doubt.h"
#include "stats/run_dependence.h"
#include "stats/widening.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The fewest rounds with which a sign test, all signs equal, passes Holm's first step among `family` tests. */
static double rounds_to_prove(size_t family) { return ceil(1 + log2((double)family / (1 - LEVEL))); }

/* The factor by which rounds must grow to bring an interval's end from distance `far` to `near`. */
static double times_the_rounds(double far, double near) { return near > 0 ? far / near * (far / near) : INFINITY; }

long ab_rounds_to_decide(const struct estimate *ratio, double worth, size_t family) {
  if (!(ratio->coverage > 0))
    return 0;
  double middle = log(ratio->median), below = middle - log(ratio->low), above = log(ratio->high) - middle;
  double n = (double)ratio->n, margin = log1p(worth);
  double same = n * fmax(times_the_rounds(below, margin + middle), times_the_rounds(above, margin - middle));
  double outer =
      gsl_cdf_ugaussian_Qinv((1 - change_level(family)) / 2) / gsl_cdf_ugaussian_Qinv((1 - ratio->coverage) / 2);
  double changed = n * times_the_rounds(fmax(1, outer) * (middle > 0 ? below : above), fabs(middle));
  double rounds = fmax(fmin(same, fmax(changed, rounds_to_prove(family))), n + 1);
  return rounds <= 1e6 ? (long)ceil(rounds) : 0;
}

/* ---- pairs ---- */

/* The kinds of pairs, and the CSV's word for each kind that has no verdict. */
enum pair_kind { PAIR_COMPARED, PAIR_BROKEN, PAIR_FAILED_BEFORE, PAIR_LEFT_OUT };
static const char *const kind_words[] = {
    [PAIR_COMPARED] = "", [PAIR_BROKEN] = "broken", [PAIR_FAILED_BEFORE] = "failed", [PAIR_LEFT_OUT] = "left out"};

struct pair {
  const struct problem *problem;
  const struct cell *old, *new;
  struct estimate ratio;
  double holm_p, beyond_p; /* see evidence_of_change */
  struct detectable detectable;
  const char *doubt; /* why its rounds cannot decide, or NULL */
  enum change verdict;
  enum pair_kind kind;
};

struct pairs {
  struct pair *list;
  size_t count, capacity;
  size_t family; /* pairs in Holm's adjustment */
};

static const struct cell *counterpart_of(const struct run *run, const struct cell *old) {
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++) {
      const struct cell *cell = &run->problems[i].cells[j];
      if (strcmp(cell->build, "new") == 0 && cells_alike(old, cell))
        return cell;
    }
  return NULL;
}

static enum cell_outcome outcome_of(const struct cell *cell) {
  bool right = false;
  for (size_t i = 0; cell && i < cell->process_count; i++)
    right |= cell->processes[i].ok;
  if (!cell)
    return OUTCOME_LEFT_OUT;
  bool wrong = cell->digests_differ || cell->trouble.status == STATUS_WRONG;
  return cell_outcome(cell, right && !wrong);
}

/* Compares only builds with right answers: the time of a wrong one means nothing. */
static enum pair_kind kind_of(enum cell_outcome old, enum cell_outcome new, const struct estimate *ratio) {
  if (old == OUTCOME_RIGHT && new == OUTCOME_RIGHT)
    return ratio->n > 0 ? PAIR_COMPARED : PAIR_LEFT_OUT;
  return old == OUTCOME_FAILED                           ? PAIR_FAILED_BEFORE
         : old == OUTCOME_RIGHT && new == OUTCOME_FAILED ? PAIR_BROKEN
                                                         : PAIR_LEFT_OUT;
}

static void add_pair(struct pairs *pairs, const struct run *run, const struct problem *problem, const struct cell *old,
                     const struct dependence_findings *found) {
  struct pair pair = {.problem = problem,
                      .old = old,
                      .new = counterpart_of(run, old),
                      .holm_p = NAN,
                      .beyond_p = NAN,
                      .detectable = {NAN, NAN},
                      .kind = PAIR_LEFT_OUT};
  enum cell_outcome before = outcome_of(old), after = outcome_of(pair.new);
  if (before == OUTCOME_RIGHT && after == OUTCOME_RIGHT)
    pair.ratio = estimate_widen(compare_cells(old, pair.new), &found->of[cell_class(old)]);
  pair.kind = kind_of(before, after, &pair.ratio);
  GROW(pairs->list, pairs->count, pairs->capacity);
  pairs->list[pairs->count++] = pair;
}

/* Dependent rounds invalidate the test, so p is 1 unless the widened interval also shows the slowdown. */
static double beyond_p(const struct pair *pair, double worth, const struct dependence_findings *found) {
  const struct dependence_finding *finding = &found->of[cell_class(pair->old)];
  bool wider = finding->factor > 1 || finding->shift > 0;
  if (wider && !(pair->ratio.high < 1 / (1 + worth)))
    return 1;
  double *logs = must_alloc(pair->new->process_count, sizeof *logs);
  double p = change_beyond_p(logs, compared_logs(pair->old, pair->new, &pair->ratio, logs), worth);
  free(logs);
  return p;
}

static const char *doubt_of(const struct pair *pair, double worth) {
  double *logs = must_alloc(pair->new->process_count, sizeof *logs);
  size_t n = compared_logs(pair->old, pair->new, &pair->ratio, logs);
  const char *doubt = doubt_of_pair(logs, n, &pair->ratio, pair->holm_p, worth);
  free(logs);
  return doubt;
}

/* Adjusts each of the two tests by Holm over all pairs that have a p. */
static void adjust(struct pairs *pairs, double worth, const struct dependence_findings *found) {
  double *p = must_alloc(pairs->count, sizeof *p), *beyond = must_alloc(pairs->count, sizeof *beyond);
  size_t *order = must_alloc(pairs->count, sizeof *order), family = 0;
  for (size_t i = 0; i < pairs->count; i++)
    if (pairs->list[i].ratio.n > 0) {
      p[family] = pairs->list[i].ratio.p;
      beyond[family++] = beyond_p(&pairs->list[i], worth, found);
    }
  holm_adjust(p, order, family);
  holm_adjust(beyond, order, family);
  for (size_t i = 0, next = 0; i < pairs->count; i++)
    if (pairs->list[i].ratio.n > 0)
      pairs->list[i].holm_p = p[next], pairs->list[i].beyond_p = beyond[next++];
  free(order);
  free(beyond);
  free(p);
  pairs->family = family;
}

static void judge(struct pair *pair, double worth, size_t family) {
  struct interval outer = compared_interval(pair->old, pair->new, &pair->ratio, change_level(family));
  pair->detectable = change_detectable(&outer, family);
  pair->doubt = doubt_of(pair, worth);
  pair->verdict =
      change_judge(&(struct evidence_of_change){&pair->ratio, pair->holm_p, pair->beyond_p, pair->doubt}, worth);
}

/* The caller frees the list. */
static struct pairs judge_pairs(const struct run *run, double worth, struct ab_counts *counts) {
  struct pairs pairs = {0};
  struct dependence_findings found = dependence_of_run(run);
  for (size_t i = 0; i < run->problem_count; i++)
    for (size_t j = 0; j < run->problems[i].count; j++)
      if (strcmp(run->problems[i].cells[j].build, "old") == 0)
        add_pair(&pairs, run, &run->problems[i], &run->problems[i].cells[j], &found);
  adjust(&pairs, worth, &found);
  for (size_t i = 0; i < pairs.count; i++) {
    struct pair *pair = &pairs.list[i];
    counts->broken += pair->kind == PAIR_BROKEN;
    counts->failed_before += pair->kind == PAIR_FAILED_BEFORE;
    if (pair->kind != PAIR_COMPARED)
      continue;
    judge(pair, worth, pairs.family);
    counts->compared++;
    counts->of[pair->verdict]++;
    counts->rounds = pair->ratio.n > counts->rounds ? pair->ratio.n : counts->rounds;
  }
  counts->pairs = pairs.count;
  return pairs;
}

/* ---- words ---- */

static double median_ns(const struct cell *cell) {
  double *values = must_alloc(cell->process_count + 1, sizeof *values);
  size_t n = 0;
  for (size_t i = 0; i < cell->process_count; i++)
    if (cell->processes[i].ok)
      values[n++] = cell->processes[i].ns;
  sort_doubles(values, n);
  double middle = n ? median_sorted(values, n) : NAN;
  free(values);
  return middle;
}

static void say_undecided(struct text *out, const struct pair *pair, double worth, size_t family) {
  long rounds = ab_rounds_to_decide(&pair->ratio, worth, family);
  if (rounds > 0)
    text_format(out, "; %ld rounds would decide if the median stayed there", rounds);
}

/* Reports disturbed pairs: left out, with the figure of all pairs beside it; or all kept because there were too many.
 */
static void say_disturbed(struct text *out, const struct estimate *r) {
  if (r->noisy)
    text_add(out, "; NOISY: too many disturbed pairs to leave them out");
  if (r->taken_out == 0)
    return;
  text_format(out, "; %zu disturbed pair%s left out, with all pairs", r->taken_out, plural(r->taken_out));
  change_say_interval(out, r->whole, r->whole_low, r->whole_high);
}

/* Says why there is no verdict: what failed, or why the pair was left out. Raw foreign text. */
static void why_not(struct text *out, const struct pair *pair) {
  const struct cell *failed =
      pair->kind == PAIR_BROKEN || pair->old->trouble.status == STATUS_NONE ? pair->new : pair->old;
  const char *status = failed ? status_word(failed->trouble.status) : "";
  const char *note = !failed                ? "the new build lacks this cell"
                     : failed->trouble.note ? failed->trouble.note
                                            : failed->plan_note;
  text_add(out, pair->kind == PAIR_BROKEN          ? "only in the new build: "
                : pair->kind == PAIR_FAILED_BEFORE ? "already in the old build: "
                                                   : "");
  text_add(out, status);
  text_add(out, *status && *note ? ": " : "");
  text_add(out, *status || *note ? note : "no round measured both builds");
}

static void say_why_not(struct text *out, const struct pair *pair) {
  struct text reason = {0};
  why_not(&reason, pair);
  text_format(out, "\n    %-10s ", kind_words[pair->kind]);
  text_plain(out, text_of(&reason));
  text_add(out, "\n");
  text_free(&reason);
}

static void say_verdict(struct text *out, const struct pair *pair) {
  struct text word = {0};
  text_format(&word, "%s%s%s", change_words[pair->verdict], pair->doubt ? ": " : "", pair->doubt ? pair->doubt : "");
  text_format(out, "\n    %-10s ", text_of(&word));
  text_free(&word);
}

static void pair_line(struct text *out, const struct pair *pair, double worth, size_t family) {
  char old[HUMAN_MAX], new[HUMAN_MAX];
  const struct estimate *r = &pair->ratio;
  struct text name = {0};
  cell_name(&name, pair->problem, pair->old, true);
  text_add(out, "  ");
  text_plain(out, text_of(&name));
  text_free(&name);
  human_ns(old, median_ns(pair->old));
  if (pair->kind != PAIR_COMPARED) {
    say_why_not(out, pair);
    return;
  }
  say_verdict(out, pair);
  text_add(out, old);
  human_ns(new, median_ns(pair->new));
  text_format(out, " -> %s", new);
  change_say(out, r, pair->holm_p, pair->detectable);
  text_format(out, ", %zu rounds", r->n);
  say_disturbed(out, r);
  if (pair->verdict == CHANGE_UNDECIDED && !pair->doubt)
    say_undecided(out, pair, worth, family);
  text_add(out, "\n");
}

static void sum_up(struct text *out, const struct ab_counts *c, double worth) {
  text_format(out, "\n%zu pair%s: %zu slower, %zu faster, %zu same, %zu undecided", c->pairs, plural(c->pairs),
              c->of[CHANGE_SLOWER], c->of[CHANGE_FASTER], c->of[CHANGE_SAME], c->of[CHANGE_UNDECIDED]);
  if (c->of[CHANGE_UNSIZED])
    text_format(out, ", %zu slower by an undecided size", c->of[CHANGE_UNSIZED]);
  if (c->broken)
    text_format(out, ", %zu broken by the new build", c->broken);
  if (c->failed_before)
    text_format(out, ", %zu failing in the old build", c->failed_before);
  if (c->compared + c->broken + c->failed_before < c->pairs)
    text_format(out, ", %zu left out", c->pairs - c->compared - c->broken - c->failed_before);
  text_format(out,
              ".\nsame: within +-%.3g %%; slower: proven slower by more than that; faster: proven faster. Sign tests "
              "over rounds, adjusted by Holm over all pairs.\n",
              100 * worth);
  if (c->compared && (double)c->rounds < rounds_to_prove(c->compared))
    text_format(out, "%zu rounds of %zu pair%s cannot prove anything; measure %.0f rounds, or fewer pairs.\n",
                c->rounds, c->compared, plural(c->compared), rounds_to_prove(c->compared));
  if (c->of[CHANGE_SLOWER])
    text_format(out, "REGRESSION: %zu slower by more than %.3g %%.\n", c->of[CHANGE_SLOWER], 100 * worth);
}

struct ab_counts ab_print(const struct run *run, double worth, struct text *out) {
  struct ab_counts counts = {0};
  struct pairs pairs = judge_pairs(run, worth, &counts);
  const struct problem *last = NULL;
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = &pairs.list[i];
    if (pair->problem != last) {
      text_plain(out, pair->problem->kernel);
      text_add(out, " ");
      text_plain(out, pair->problem->problem);
      text_add(out, "\n");
    }
    last = pair->problem;
    pair_line(out, pair, worth, pairs.family);
  }
  sum_up(out, &counts, worth);
  free(pairs.list);
  return counts;
}

/* ---- for programs ---- */

struct ab_counts ab_csv(const struct run *run, double worth, struct text *out) {
  struct ab_counts counts = {0};
  struct pairs pairs = judge_pairs(run, worth, &counts);
  change_csv_head(out, "rounds");
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *p = &pairs.list[i];
    const char *verdict = p->ratio.n > 0 ? change_words[p->verdict] : kind_words[p->kind];
    change_csv_line(out, p->old, &p->ratio, p->holm_p, verdict);
  }
  free(pairs.list);
  return counts;
}

/* ---- for charts and tables ---- */

static void row_note(struct text *out, const struct pair *pair) {
  if (pair->kind == PAIR_COMPARED) {
    text_add(out, pair->doubt ? pair->doubt : "");
    say_disturbed(out, &pair->ratio);
    return;
  }
  why_not(out, pair);
}

struct ab_counts ab_rows(const struct run *run, double worth, struct change_rows *rows) {
  struct ab_counts counts = {0};
  struct pairs pairs = judge_pairs(run, worth, &counts);
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = &pairs.list[i];
    const struct estimate *r = &pair->ratio;
    struct change_row *row = change_rows_add(rows);
    problem_title(&row->problem, pair->problem);
    cell_name(&row->name, pair->problem, pair->old, true);
    row->old_ns = median_ns(pair->old), row->new_ns = pair->new ? median_ns(pair->new) : NAN;
    row->judged = pair->kind == PAIR_COMPARED, row->verdict = pair->verdict;
    row->word = row->judged ? change_words[pair->verdict] : kind_words[pair->kind];
    if (row->judged)
      row->ratio = r->median, row->holm_p = pair->holm_p;
    if (row->judged && r->coverage > 0)
      row->low = r->low, row->high = r->high;
    row_note(&row->note, pair);
  }
  free(pairs.list);
  return counts;
}
