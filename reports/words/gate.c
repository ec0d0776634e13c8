/* Judges separate runs of an old and a new state. Each run gives one value per cell; the sides are not paired. */
#include "gate.h"

#include "base/words.h"
#include "stats/doubt.h"
#include "stats/fitness.h"
#include "stats/ranksum.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const side_names[GATE_SIDES] = {"base", "new"};

/* ---- checks ---- */

static int refuse(struct fault *why, const char *what, const struct run *one, const struct run *two) {
  return fault_set(why, EXIT_USAGE, "'%.200s'%s%.200s%s: %s", one->folder, two ? " and '" : "", two ? two->folder : "",
                   two ? "'" : "", what);
}

static int check_run(const struct run *run, struct fault *why) {
  if (!*run->id)
    return refuse(why, "no run_id in run.json, so it may be a copy of another run; leave it out", run, NULL);
  if (of_two_builds(run))
    return refuse(why, "a run of two builds; judge it with 'nway ab', or give gate runs of one build", run, NULL);
  return 0;
}

static const struct run *nth(const struct gate_side *sides, size_t i) {
  return i < sides[GATE_BASE].count ? &sides[GATE_BASE].runs[i].run
                                    : &sides[GATE_NEW].runs[i - sides[GATE_BASE].count].run;
}

static size_t run_count(const struct gate_side *sides) { return sides[GATE_BASE].count + sides[GATE_NEW].count; }

int gate_check(const struct gate_side sides[GATE_SIDES], struct fault *why) {
  for (size_t i = 0; i < run_count(sides); i++) {
    if (check_run(nth(sides, i), why) != 0)
      return -1;
    for (size_t j = 0; j < i; j++)
      if (strcmp(nth(sides, i)->id, nth(sides, j)->id) == 0)
        return refuse(why, "the same run twice (equal run_id); remove one", nth(sides, j), nth(sides, i));
  }
  return 0;
}

/* ---- a cell over the runs of a side ---- */

struct values {
  double ns[GATE_RUNS_MAX];           /* one per run with a right answer, ascending */
  double by_start[GATE_RUNS_MAX];     /* the same in the order in which the runs started */
  const char *started[GATE_RUNS_MAX]; /* of these; "" if a run does not say it */
  size_t busy;                        /* of these, on a busy machine (fitness.h) */
  size_t right, failed;
  const struct figures *failure; /* the first one */
};

struct row {
  const struct problem *problem;
  const struct figures *named; /* where the cell first appears */
  struct values side[GATE_SIDES];
  struct estimate ratio;   /* base / new; coverage 0 if too few runs have it */
  double holm_p, beyond_p; /* see evidence_of_change */
  struct detectable detectable;
  const char *doubt; /* why its runs cannot decide, or NULL */
};

struct rows {
  struct row *list;
  size_t count, capacity;
};

/* Inserts a run's value by its start; runs that started at once stay in the order given. */
static void add_by_start(struct values *values, const struct run *run, double ns) {
  size_t at = values->right;
  for (; at > 0 && strcmp(values->started[at - 1], run->started) > 0; at--)
    values->by_start[at] = values->by_start[at - 1], values->started[at] = values->started[at - 1];
  values->by_start[at] = ns, values->started[at] = run->started;
  values->busy += is_busy(run);
}

static void add_value(struct values *values, const struct run *run, const struct figures *f) {
  enum cell_outcome outcome = cell_outcome(f->cell, f->valid);
  if (outcome == OUTCOME_RIGHT) {
    add_by_start(values, run, f->time.median);
    values->ns[values->right++] = f->time.median;
  }
  if (outcome == OUTCOME_FAILED && values->failed++ == 0)
    values->failure = f;
}

static struct row *row_of(struct rows *rows, const struct problem *problem, const struct figures *f) {
  for (size_t i = 0; i < rows->count; i++)
    if (cells_alike(rows->list[i].named->cell, f->cell))
      return &rows->list[i];
  GROW(rows->list, rows->count, rows->capacity);
  struct row *row = &rows->list[rows->count++];
  *row = (struct row){.problem = problem, .named = f, .holm_p = NAN, .beyond_p = NAN, .detectable = {NAN, NAN}};
  return row;
}

static void add_run(struct rows *rows, const struct result *result, size_t side) {
  for (size_t i = 0; i < result->run.problem_count; i++)
    for (size_t j = 0; j < result->analyses[i].count; j++) {
      const struct figures *f = &result->analyses[i].figures[j];
      add_value(&row_of(rows, &result->run.problems[i], f)->side[side], &result->run, f);
    }
}

static struct rows collect(const struct gate_side *sides) {
  struct rows rows = {0};
  for (size_t side = 0; side < GATE_SIDES; side++)
    for (size_t i = 0; i < sides[side].count; i++)
      add_run(&rows, &sides[side].runs[i], side);
  for (size_t i = 0; i < rows.count; i++)
    for (size_t side = 0; side < GATE_SIDES; side++)
      sort_doubles(rows.list[i].side[side].ns, rows.list[i].side[side].right);
  return rows;
}

static bool both(const struct row *row) { return row->side[GATE_BASE].right && row->side[GATE_NEW].right; }

/* ---- judging ---- */

/* Compares logarithms of times, so the shift is a ratio and the spread grows in proportion to the time. */
struct logs {
  double x[GATE_RUNS_MAX], y[GATE_RUNS_MAX]; /* base, new */
  size_t m, n;
};

static struct logs logs_of(const struct row *row) {
  const struct values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  struct logs logs = {.m = base->right, .n = new->right};
  for (size_t i = 0; i < base->right; i++)
    logs.x[i] = log(base->ns[i]);
  for (size_t i = 0; i < new->right; i++)
    logs.y[i] = log(new->ns[i]);
  return logs;
}

static struct detectable detectable(const struct row *row, size_t family) {
  struct logs l = logs_of(row);
  struct interval outer = shift_interval(l.x, l.m, l.y, l.n, change_level(family));
  return change_detectable(&outer, family);
}

/* Whether the runs of a side say when they started, all at different times. */
static bool is_timed(const struct values *v) {
  for (size_t i = 0; i < v->right; i++)
    if (!*v->started[i] || (i > 0 && strcmp(v->started[i], v->started[i - 1]) == 0))
      return false;
  return true;
}

/* Over half of a side's runs were on a busy machine, and under half of the other side's. */
static const char *doubt_of_load(const struct row *row) {
  const struct values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  bool base_busy = 2 * base->busy > base->right, new_busy = 2 * new->busy > new->right;
  return base_busy == new_busy ? NULL
         : base_busy           ? "the machine was busy in most base runs"
                               : "the machine was busy in most new runs";
}

static const char *doubt_of(const struct row *row, double worth) {
  const struct values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  double x[GATE_RUNS_MAX], y[GATE_RUNS_MAX];
  const char *doubt = doubt_of_load(row);
  if (doubt || !is_timed(base) || !is_timed(new))
    return doubt;
  for (size_t i = 0; i < base->right; i++)
    x[i] = log(base->by_start[i]);
  for (size_t i = 0; i < new->right; i++)
    y[i] = log(new->by_start[i]);
  return doubt_of_sides(x, base->right, y, new->right, worth);
}

/* Tests the cells that enough runs have, adjusts by Holm over these, and returns their number. */
static size_t test_rows(struct rows *rows, double worth) {
  double *p = must_alloc(rows->count, sizeof *p), *beyond = must_alloc(rows->count, sizeof *beyond);
  size_t *at = must_alloc(rows->count, sizeof *at), *order = must_alloc(rows->count, sizeof *order), family = 0;
  for (size_t i = 0; i < rows->count; i++) {
    struct row *row = &rows->list[i];
    if (row->side[GATE_BASE].right < GATE_LEAST || row->side[GATE_NEW].right < GATE_LEAST)
      continue;
    struct logs logs = logs_of(row);
    row->ratio = change_of_sides(logs.x, logs.m, logs.y, logs.n);
    p[family] = row->ratio.p;
    beyond[family] = change_sides_beyond_p(logs.x, logs.m, logs.y, logs.n, worth);
    at[family++] = i;
  }
  holm_adjust(p, order, family);
  holm_adjust(beyond, order, family);
  for (size_t i = 0; i < family; i++) {
    struct row *row = &rows->list[at[i]];
    row->holm_p = p[i], row->beyond_p = beyond[i];
    row->detectable = detectable(row, family);
    row->doubt = doubt_of(row, worth);
  }
  free(order);
  free(beyond);
  free(p);
  free(at);
  return family;
}

/* A cell is broken if it was right in base and fails in a larger share of the new runs. */
static bool is_broken(const struct row *row, const struct gate_side *sides) {
  const struct values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  return base->right && new->failed *sides[GATE_BASE].count > base->failed *sides[GATE_NEW].count;
}

static enum change judged_change(const struct row *row, double worth) {
  return change_judge(&(struct evidence_of_change){&row->ratio, row->holm_p, row->beyond_p, row->doubt}, worth);
}

static void count_row(struct gate_counts *counts, const struct row *row, const struct gate_side *sides, double worth) {
  enum change change = judged_change(row, worth);
  bool broken = is_broken(row, sides), only_new = !row->side[GATE_BASE].right && !row->side[GATE_BASE].failed;
  counts->broken += broken;
  if (both(row)) {
    counts->compared++;
    counts->of[change]++;
  } else if (!broken && !only_new)
    counts->lost++;
}

int gate_exit(const struct gate_counts *c, bool strict) {
  if (c->of[CHANGE_SLOWER] || c->broken)
    return 1;
  if (c->refused || c->tested == 0 || (c->powerless && c->of[CHANGE_UNDECIDED]))
    return 3;
  return strict && (c->of[CHANGE_UNDECIDED] || c->of[CHANGE_UNSIZED] || c->lost) ? 3 : 0;
}

/* ---- warnings ---- */

static void say(struct text *out, struct text *words, struct screen s) {
  text_wrapped(out, text_of(words), 0, s.columns);
  text_free(words);
}

/* Compares identities, since two machines may have the same name. */
static bool one_machine(const struct gate_side *sides) {
  for (size_t i = 0; i < run_count(sides); i++)
    if (!*nth(sides, i)->machine_id || strcmp(nth(sides, i)->machine_id, nth(sides, 0)->machine_id) != 0)
      return false;
  return true;
}

static void say_machines(struct text *out, const struct gate_side *sides, struct screen s) {
  struct text words = {0};
  text_add(&words, "! DIFFERENT MACHINES:");
  for (size_t i = 0; i < run_count(sides); i++) {
    const struct run *run = nth(sides, i);
    bool seen = false;
    for (size_t j = 0; j < i && !seen; j++)
      seen = strcmp(nth(sides, j)->machine_id, run->machine_id) == 0;
    if (!seen)
      text_format(&words, "%s %s (%s)", i ? ";" : "", run_machine(run),
                  *run->machine_id ? run->machine_id : "no machine_id, so unidentified");
  }
  text_add(&words, ". Times are not judged, because a difference may come from the machines instead of the code. To "
                   "compare machines, use 'nway compare'.");
  say(out, &words, s);
}

static bool few(const struct gate_side *sides) {
  return sides[GATE_BASE].count < GATE_LEAST || sides[GATE_NEW].count < GATE_LEAST;
}

static void say_few(struct text *out, const struct gate_side *sides, struct screen s) {
  struct text words = {0};
  text_format(&words,
              "! unpaired, cannot decide: %zu base run%s against %zu new. A machine drifts between runs, and at least "
              "%d runs on each side are needed to separate drift from the code. Times are shown but not judged. To "
              "compare two builds directly: nway ab OLD NEW.",
              sides[GATE_BASE].count, plural(sides[GATE_BASE].count), sides[GATE_NEW].count, GATE_LEAST);
  say(out, &words, s);
}

static void say_configurations(struct text *out, const struct gate_side *sides, struct screen s) {
  for (size_t i = 1; i < run_count(sides); i++)
    if (strcmp(nth(sides, i)->config_text, nth(sides, 0)->config_text) != 0) {
      struct text words = {0};
      text_format(&words, "! The configurations of '%s' and '%s' differ; only cells that both have are compared.",
                  nth(sides, i)->folder, nth(sides, 0)->folder);
      say(out, &words, s);
      return;
    }
}

static void say_unfinished(struct text *out, const struct gate_side *sides, struct screen s) {
  for (size_t i = 0; i < run_count(sides); i++) {
    const struct run *run = nth(sides, i);
    if (run->state != RUN_INTERRUPTED && run->state != RUN_RUNNING)
      continue;
    struct text words = {0};
    text_format(&words, "! '%s' is %s: its values come from %lld of %lld rounds.", run->folder,
                run->state == RUN_RUNNING ? "not finished" : "interrupted", (long long)run->rounds_done,
                (long long)run->rounds_planned);
    say(out, &words, s);
  }
}

/* Starts are ISO times in UTC, so they sort as text. */
static bool one_after_the_other(const struct gate_side *sides) {
  const char *last = "", *first = NULL;
  for (size_t i = 0; i < run_count(sides); i++) {
    const char *started = nth(sides, i)->started;
    if (!*started)
      return false;
    if (i < sides[GATE_BASE].count)
      last = strcmp(started, last) > 0 ? started : last;
    else
      first = !first || strcmp(started, first) < 0 ? started : first;
  }
  return first && strcmp(last, first) < 0;
}

static void say_order(struct text *out, struct screen s) {
  struct text words = {0};
  text_add(&words, "! Every base run started before the first new run. If the machine changed in between, that change "
                   "is part of every ratio and no test can separate it from the code. Alternate the runs (base, new, "
                   "base, new, ...), or use nway ab.");
  say(out, &words, s);
}

static bool run_is_synthetic(const struct run *run) { return run->synthetic; }

/* "! BUSY: 1 of 5 base runs, 0 of 5 new runs. ..." if any run is. */
static void say_badge(struct text *out, const struct gate_side *sides, const char *name, bool (*is)(const struct run *),
                      const char *meaning, struct screen s) {
  struct text words = {0};
  bool any = false;
  text_format(&words, "! %s: ", name);
  for (size_t side = 0; side < GATE_SIDES; side++) {
    size_t count = 0, all = sides[side].count;
    for (size_t i = 0; i < all; i++)
      count += is(&sides[side].runs[i].run);
    text_format(&words, "%s%zu of %zu %s run%s", side ? ", " : "", count, all, side_names[side], plural(all));
    any |= count > 0;
  }
  text_format(&words, ". %s", meaning);
  if (any)
    say(out, &words, s);
  else
    text_free(&words);
}

static void preface(struct text *out, const struct gate_side *sides, bool judged, struct screen s) {
  struct text words = {0};
  text_format(&words, "gate: %zu base run%s against %zu new run%s", sides[GATE_BASE].count,
              plural(sides[GATE_BASE].count), sides[GATE_NEW].count, plural(sides[GATE_NEW].count));
  if (one_machine(sides))
    text_format(&words, " on %s", run_machine(nth(sides, 0)));
  say(out, &words, s);
  say_badge(out, sides, "BUSY", is_busy, "Other programs took over 5 % of the usable CPU time. Run these again.", s);
  say_badge(out, sides, "SYNTHETIC", run_is_synthetic, "A generator made these data.", s);
  if (!one_machine(sides))
    say_machines(out, sides, s);
  if (few(sides))
    say_few(out, sides, s);
  say_configurations(out, sides, s);
  say_unfinished(out, sides, s);
  if (judged && one_after_the_other(sides))
    say_order(out, s);
}

/* ---- rows ---- */

/* Prints the spread of the base runs, if there are enough: the middle half around the median, as changes of time. */
static void say_yardstick(struct text *out, const struct values *base) {
  if (base->right <= GATE_LEAST)
    return;
  double middle = median_sorted(base->ns, base->right);
  size_t low = (base->right + 3) / 4 - 1;
  text_format(out, "; the middle half of base: %+.2f to %+.2f %%", 100 * (base->ns[low] / middle - 1),
              100 * (base->ns[base->right - 1 - low] / middle - 1));
}

/* Failures and missing measurements per side, raw foreign text: "failed in 2 of 5 new runs (crash: signal 11)". */
static void lacks(struct text *out, const struct row *row, const struct gate_side *sides) {
  for (size_t side = 0; side < GATE_SIDES; side++) {
    const struct values *v = &row->side[side];
    size_t all = sides[side].count, absent = all - v->right - v->failed;
    if (v->failed) {
      const struct cell *c = v->failure->cell;
      const char *reason = v->failure->valid ? status_word(c->trouble.status) : v->failure->no_speedup;
      const char *note = c->trouble.note ? c->trouble.note : c->plan_note;
      text_format(out, "; failed in %zu of %zu %s run%s (", v->failed, all, side_names[side], plural(all));
      text_add(out, reason && *reason ? reason : "no valid time");
      if (*note)
        text_add(out, ": "), text_add(out, note);
      text_add(out, ")");
    }
    if (absent)
      text_format(out, "; not measured in %zu of %zu %s run%s", absent, all, side_names[side], plural(all));
  }
}

static void say_lacks(struct text *out, const struct row *row, const struct gate_side *sides) {
  struct text raw = {0};
  lacks(&raw, row, sides);
  text_plain(out, text_of(&raw));
  text_free(&raw);
}

static const char *word_of(const struct row *row, const struct gate_side *sides, bool judged, double worth) {
  return is_broken(row, sides) ? "BROKEN"
         : !both(row)          ? "no match"
         : !judged             ? "unpaired"
                               : change_words[judged_change(row, worth)];
}

static void row_line(struct text *out, const struct row *row, const struct gate_side *sides, bool judged,
                     double worth) {
  char number[GATE_SIDES][HUMAN_MAX];
  double middle[GATE_SIDES];
  for (size_t side = 0; side < GATE_SIDES; side++) {
    const struct values *v = &row->side[side];
    middle[side] = v->right ? median_sorted(v->ns, v->right) : NAN;
    human_ns(number[side], middle[side]);
  }
  struct text name = {0};
  cell_name(&name, row->problem, row->named->cell, true);
  text_add(out, "  ");
  text_plain(out, text_of(&name));
  text_free(&name);
  bool doubtful = judged && both(row) && row->doubt && !is_broken(row, sides);
  text_format(out, "\n    %-10s%s%s %s -> %s", word_of(row, sides, judged, worth), doubtful ? ": " : "",
              doubtful ? row->doubt : "", number[GATE_BASE], number[GATE_NEW]);
  if (judged && row->ratio.coverage > 0)
    change_say(out, &row->ratio, row->holm_p, row->detectable);
  else if (both(row))
    text_format(out, ", ratio %s (base / new)", human_number(number[0], middle[GATE_BASE] / middle[GATE_NEW]));
  if (judged && both(row) && !(row->ratio.coverage > 0))
    text_format(out, "; needs %d right runs on each side", GATE_LEAST);
  say_lacks(out, row, sides);
  say_yardstick(out, &row->side[GATE_BASE]);
  text_add(out, "\n");
}

/* No run has it, for example because every run's budget left it out. */
static bool is_nowhere(const struct row *row) {
  return !row->side[GATE_BASE].right && !row->side[GATE_BASE].failed && !row->side[GATE_NEW].right &&
         !row->side[GATE_NEW].failed;
}

static void print_rows(struct text *out, const struct rows *rows, const struct gate_side *sides, bool judged,
                       double worth) {
  const struct problem *last = NULL;
  for (size_t i = 0; i < rows->count; i++) {
    const struct row *row = &rows->list[i];
    if (is_nowhere(row))
      continue;
    if (row->problem != last) {
      struct text title = {0};
      problem_title(&title, row->problem);
      text_add(out, "\n");
      text_plain(out, text_of(&title));
      text_add(out, "\n");
      text_free(&title);
    }
    last = row->problem;
    row_line(out, row, sides, judged, worth);
  }
}

/* ---- after the rows ---- */

/* The fewest runs per side whose smallest p passes Holm's first step among `family` cells. */
static size_t runs_needed(size_t family) {
  size_t runs = GATE_LEAST;
  while (ranksum_least_p(runs, runs) * (double)family > 1 - LEVEL)
    runs++;
  return runs;
}

static void say_powerless(struct text *out, const struct gate_side *sides, size_t family, struct screen s) {
  struct text words = {0};
  text_format(
      &words,
      "! more runs needed: %zu against %zu runs give no p below %.2g, and Holm's adjustment multiplies it by %zu "
      "cells, so no cell can be proven slower or faster. Use at least %zu runs on each side, or fewer cells.",
      sides[GATE_BASE].count, sides[GATE_NEW].count, ranksum_least_p(sides[GATE_BASE].count, sides[GATE_NEW].count),
      family, runs_needed(family));
  say(out, &words, s);
}

/* The self-test's table "gate: noise that meets one of two sides" has the shares. */
static void say_blind(struct text *out, const struct gate_side *sides, struct screen s) {
  enum { SEES_STEPS = 8 };
  struct text words = {0};
  if (sides[GATE_BASE].count >= SEES_STEPS && sides[GATE_NEW].count >= SEES_STEPS)
    return;
  text_format(
      &words,
      "Below %d runs a side, gate finds fewer than half of the disturbances that hit one side only. Alternate base "
      "and new runs, so that they hit both.",
      SEES_STEPS);
  say(out, &words, s);
}

static void sum_up(struct text *out, const struct gate_counts *c, size_t nowhere, double worth, struct screen s) {
  struct text words = {0};
  text_format(&words, "%zu cell%s on both sides", c->compared, plural(c->compared));
  if (!c->refused)
    text_format(&words, ": %zu slower, %zu faster, %zu same, %zu undecided", c->of[CHANGE_SLOWER], c->of[CHANGE_FASTER],
                c->of[CHANGE_SAME], c->of[CHANGE_UNDECIDED]);
  if (c->of[CHANGE_UNSIZED])
    text_format(&words, ", %zu slower by an undecided size", c->of[CHANGE_UNSIZED]);
  if (c->lost)
    text_format(&words, "; %zu not comparable", c->lost);
  if (nowhere)
    text_format(&words, "; %zu left out by every run", nowhere);
  text_add(&words, ".");
  text_add(out, "\n");
  say(out, &words, s);
  if (!c->refused && c->compared) {
    text_format(&words,
                "same: within +-%.3g %%; slower: proven slower by more than that; faster: proven faster. Exact "
                "rank-sum tests over runs, adjusted by Holm over all cells.",
                100 * worth);
    say(out, &words, s);
  }
  if (c->of[CHANGE_SLOWER])
    text_format(out, "REGRESSION: %zu slower by more than %.3g %%.\n", c->of[CHANGE_SLOWER], 100 * worth);
  if (c->broken)
    text_format(out, "BROKEN: %zu right in the base runs, failed or wrong in the new runs.\n", c->broken);
}

/* Tests and counts the rows. Sets `nowhere` to the number of rows that every run left out. */
static struct gate_counts judge(const struct gate_side *sides, struct rows *rows, double worth, size_t *nowhere) {
  struct gate_counts counts = {.refused = few(sides) || !one_machine(sides)};
  *nowhere = 0;
  counts.tested = counts.refused ? 0 : test_rows(rows, worth);
  for (size_t i = 0; i < rows->count; i++)
    if (is_nowhere(&rows->list[i]))
      ++*nowhere;
    else
      count_row(&counts, &rows->list[i], sides, worth);
  counts.powerless = ranksum_least_p(sides[GATE_BASE].count, sides[GATE_NEW].count) * (double)counts.tested > 1 - LEVEL;
  return counts;
}

struct gate_counts gate_print(const struct gate_side sides[GATE_SIDES], double worth, struct text *out,
                              struct screen s) {
  struct rows rows = collect(sides);
  size_t nowhere;
  struct gate_counts counts = judge(sides, &rows, worth, &nowhere);
  preface(out, sides, !counts.refused, s);
  print_rows(out, &rows, sides, !counts.refused, worth);
  sum_up(out, &counts, nowhere, worth, s);
  if (counts.tested)
    say_blind(out, sides, s);
  if (counts.powerless)
    say_powerless(out, sides, counts.tested, s);
  free(rows.list);
  if (!s.unicode)
    text_ascii(out);
  return counts;
}

/* An untested row gets the ratio of its medians, without an interval. */
static struct estimate ratio_to_tell(const struct row *row) {
  const struct values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  if (row->ratio.n > 0 || !both(row))
    return row->ratio;
  return (struct estimate){.n = base->right < new->right ? base->right : new->right,
                           .median = median_sorted(base->ns, base->right) / median_sorted(new->ns, new->right),
                           .p = NAN};
}

struct gate_counts gate_csv(const struct gate_side sides[GATE_SIDES], double worth, struct text *out) {
  struct rows rows = collect(sides);
  size_t nowhere;
  struct gate_counts counts = judge(sides, &rows, worth, &nowhere);
  change_csv_head(out, "runs");
  for (size_t i = 0; i < rows.count; i++) {
    const struct row *row = &rows.list[i];
    struct estimate ratio = ratio_to_tell(row);
    const char *verdict = is_broken(row, sides) ? "broken" : word_of(row, sides, !counts.refused, worth);
    if (!is_nowhere(row))
      change_csv_line(out, row->named->cell, &ratio, row->holm_p, verdict);
  }
  free(rows.list);
  return counts;
}

/* ---- for charts and tables ---- */

static void add_row(struct change_rows *out, const struct row *row, const struct gate_side *sides, bool judged,
                    double worth) {
  const struct values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  struct change_row *to = change_rows_add(out);
  struct estimate ratio = ratio_to_tell(row);
  problem_title(&to->problem, row->problem);
  cell_name(&to->name, row->problem, row->named->cell, true);
  to->old_ns = base->right ? median_sorted(base->ns, base->right) : NAN;
  to->new_ns = new->right ? median_sorted(new->ns, new->right) : NAN;
  to->ratio = ratio.n > 0 ? ratio.median : NAN;
  to->word = word_of(row, sides, judged, worth);
  to->judged = judged && both(row) && !is_broken(row, sides);
  to->verdict = judged_change(row, worth);
  if (judged && ratio.coverage > 0)
    to->low = ratio.low, to->high = ratio.high, to->holm_p = row->holm_p;
  if (to->judged && row->doubt)
    text_format(&to->note, "; %s", row->doubt);
  lacks(&to->note, row, sides);
}

/* The lines that gate_print writes before and after the rows. */
static void add_lines(struct text *out, const struct gate_side *sides, const struct gate_counts *counts) {
  const struct screen unlimited = {.columns = INT_MAX, .unicode = true};
  preface(out, sides, !counts->refused, unlimited);
  if (counts->powerless)
    say_powerless(out, sides, counts->tested, unlimited);
}

struct gate_counts gate_rows(const struct gate_side sides[GATE_SIDES], double worth, struct change_rows *out,
                             struct text *lines) {
  struct rows rows = collect(sides);
  size_t nowhere;
  struct gate_counts counts = judge(sides, &rows, worth, &nowhere);
  for (size_t i = 0; i < rows.count; i++)
    if (!is_nowhere(&rows.list[i]))
      add_row(out, &rows.list[i], sides, !counts.refused, worth);
  add_lines(lines, sides, &counts);
  free(rows.list);
  return counts;
}

static void count_words(struct text *out, size_t count, const char *what) {
  if (count)
    text_format(out, "%s%zu %s", out->length ? ", " : "", count, what);
}

void gate_sentence(struct text *out, const struct gate_counts *c, double worth) {
  struct text kinds = {0};
  count_words(&kinds, c->of[CHANGE_UNSIZED], "slower by an undecided size");
  count_words(&kinds, c->of[CHANGE_FASTER], "faster");
  count_words(&kinds, c->of[CHANGE_SAME], "the same");
  count_words(&kinds, c->of[CHANGE_UNDECIDED], "undecided");
  if (c->broken)
    text_format(out, "The new runs break %zu cell%s. ", c->broken, plural(c->broken));
  if (c->compared == 0)
    text_add(out, "No cell was right on both sides.");
  else if (c->refused)
    text_format(out, "%zu cell%s compared, and no time judged.", c->compared, plural(c->compared));
  else {
    if (c->of[CHANGE_SLOWER])
      text_format(out, "%zu of %zu cell%s", c->of[CHANGE_SLOWER], c->compared, plural(c->compared));
    else
      text_format(out, c->compared == 1 ? "The one cell" : "No cell of %zu", c->compared);
    text_format(out, " %s%s slower by more than %.3g %%%s%s.", c->of[CHANGE_SLOWER] > 1 ? "are" : "is",
                !c->of[CHANGE_SLOWER] && c->compared == 1 ? " not" : "", 100 * worth, kinds.length ? "; " : "",
                text_of(&kinds));
  }
  text_free(&kinds);
}
