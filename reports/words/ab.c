/* Tells how the new build of each cell compares with the old build, as a table, CSV and rows. */
#include "ab.h"

#include "base/words.h"
#include "change_words.h"
#include "stats/fitness.h"

#include <math.h>
#include <stdlib.h>

/* The CSV's word for each kind that has no verdict. */
static const char *const kind_words[] = {
    [PAIR_COMPARED] = "", [PAIR_BROKEN] = "broken", [PAIR_FAILED_BEFORE] = "failed", [PAIR_LEFT_OUT] = "left out"};

const char *pair_word(const struct pair *pair) {
  return pair->kind == PAIR_COMPARED ? change_words[pair->verdict] : kind_words[pair->kind];
}

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
  long rounds = rounds_to_decide(&pair->ratio, worth, family);
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
  text_format(&word, "%s%s%s", change_words[pair->verdict], pair->doubt ? ": " : "", doubt_words[pair->doubt]);
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

static void sum_up(struct text *out, const struct pair_counts *c, double worth) {
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
  if (c->withheld)
    text_format(
        out,
        "NOT JUDGED: %zu pair%s measured slower by more than %.3g %%, but noise that meets only one build looks "
        "the same; measure again, with more rounds.\n",
        c->withheld, plural(c->withheld), 100 * worth);
  if (c->of[CHANGE_SLOWER])
    text_format(out, "REGRESSION: %zu slower by more than %.3g %%.\n", c->of[CHANGE_SLOWER], 100 * worth);
}

/* A load takes part in both builds of a pair by chance alone, since their order in a block is random. */
static void say_busy(struct text *out, const struct run *run) {
  if (is_busy(run))
    text_add(out, "BUSY: other programs met both builds alike, which take turns in random order within each block, so "
                  "pairs are judged. They widen intervals and make times long; where they met one build only, the pair "
                  "is undecided.\n");
}

struct pair_counts ab_print(const struct run *run, double worth, struct text *out) {
  struct pairs pairs = pairs_of(run, worth);
  struct pair_counts counts = pairs.counts;
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
  say_busy(out, run);
  pairs_free(&pairs);
  return counts;
}

/* ---- for charts and tables ---- */

static void row_note(struct text *out, const struct pair *pair) {
  if (pair->kind == PAIR_COMPARED) {
    text_add(out, doubt_words[pair->doubt]);
    say_disturbed(out, &pair->ratio);
    return;
  }
  why_not(out, pair);
}

struct pair_counts ab_rows(const struct run *run, double worth, struct change_rows *rows) {
  struct pairs pairs = pairs_of(run, worth);
  struct pair_counts counts = pairs.counts;
  for (size_t i = 0; i < pairs.count; i++) {
    const struct pair *pair = &pairs.list[i];
    const struct estimate *r = &pair->ratio;
    struct change_row *row = change_rows_add(rows);
    problem_title(&row->problem, pair->problem);
    cell_name(&row->name, pair->problem, pair->old, true);
    row->old_ns = median_ns(pair->old), row->new_ns = pair->new ? median_ns(pair->new) : NAN;
    row->judged = pair->kind == PAIR_COMPARED, row->verdict = pair->verdict;
    row->word = pair_word(pair);
    if (row->judged)
      row->ratio = r->median, row->holm_p = pair->holm_p;
    if (row->judged && r->coverage > 0)
      row->low = r->low, row->high = r->high;
    row_note(&row->note, pair);
  }
  pairs_free(&pairs);
  return counts;
}
