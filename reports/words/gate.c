/* Tells how separate runs of an old and a new state compare, as a table, CSV, rows and a sentence. */
#include "gate.h"

#include "base/words.h"
#include "change_words.h"
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

int gate_check(const struct gate_side sides[GATE_SIDES], struct fault *why) {
  for (size_t i = 0; i < sides_run_count(sides); i++) {
    if (check_run(sides_run(sides, i), why) != 0)
      return -1;
    for (size_t j = 0; j < i; j++)
      if (strcmp(sides_run(sides, i)->id, sides_run(sides, j)->id) == 0)
        return refuse(why, "the same run twice (equal run_id); remove one", sides_run(sides, j), sides_run(sides, i));
  }
  return 0;
}

/* ---- warnings ---- */

static void say(struct text *out, struct text *words, struct screen s) {
  text_wrapped(out, text_of(words), 0, s.columns);
  text_free(words);
}

static void say_machines(struct text *out, const struct gate_side *sides, struct screen s) {
  struct text words = {0};
  text_add(&words, "! DIFFERENT MACHINES:");
  for (size_t i = 0; i < sides_run_count(sides); i++) {
    const struct run *run = sides_run(sides, i);
    bool seen = false;
    for (size_t j = 0; j < i && !seen; j++)
      seen = strcmp(sides_run(sides, j)->machine_id, run->machine_id) == 0;
    if (!seen)
      text_format(&words, "%s %s (%s)", i ? ";" : "", run_machine(run),
                  *run->machine_id ? run->machine_id : "no machine_id, so unidentified");
  }
  text_add(&words, ". Times are not judged, because a difference may come from the machines instead of the code. To "
                   "compare machines, use 'nway compare'.");
  say(out, &words, s);
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
  for (size_t i = 1; i < sides_run_count(sides); i++)
    if (strcmp(sides_run(sides, i)->config_text, sides_run(sides, 0)->config_text) != 0) {
      struct text words = {0};
      text_format(&words, "! The configurations of '%s' and '%s' differ; only cells that both have are compared.",
                  sides_run(sides, i)->folder, sides_run(sides, 0)->folder);
      say(out, &words, s);
      return;
    }
}

static void say_unfinished(struct text *out, const struct gate_side *sides, struct screen s) {
  for (size_t i = 0; i < sides_run_count(sides); i++) {
    const struct run *run = sides_run(sides, i);
    if (run->state != RUN_INTERRUPTED && run->state != RUN_RUNNING)
      continue;
    struct text words = {0};
    text_format(&words, "! '%s' is %s: its values come from %lld of %lld rounds.", run->folder,
                run->state == RUN_RUNNING ? "not finished" : "interrupted", (long long)run->rounds_done,
                (long long)run->rounds_planned);
    say(out, &words, s);
  }
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
  if (sides_one_machine(sides))
    text_format(&words, " on %s", run_machine(sides_run(sides, 0)));
  say(out, &words, s);
  say_badge(out, sides, "BUSY", is_busy, "Other programs took over 5 % of the usable CPU time. Run these again.", s);
  say_badge(out, sides, "SYNTHETIC", run_is_synthetic, "A generator made these data.", s);
  if (!sides_one_machine(sides))
    say_machines(out, sides, s);
  if (sides_few(sides))
    say_few(out, sides, s);
  say_configurations(out, sides, s);
  say_unfinished(out, sides, s);
  if (judged && sides_one_after_the_other(sides))
    say_order(out, s);
}

/* ---- rows ---- */

/* Prints the spread of the base runs, if there are enough: the middle half around the median, as changes of time. */
static void say_yardstick(struct text *out, const struct side_values *base) {
  if (base->right <= GATE_LEAST)
    return;
  double middle = median_sorted(base->ns, base->right);
  size_t low = (base->right + 3) / 4 - 1;
  text_format(out, "; the middle half of base: %+.2f to %+.2f %%", no_minus_zero(100 * (base->ns[low] / middle - 1), 2),
              100 * (base->ns[base->right - 1 - low] / middle - 1));
}

/* Failures and missing measurements per side, raw foreign text: "failed in 2 of 5 new runs (crash: signal 11)". */
static void lacks(struct text *out, const struct sided_cell *row, const struct gate_side *sides) {
  for (size_t side = 0; side < GATE_SIDES; side++) {
    const struct side_values *v = &row->side[side];
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

static void say_lacks(struct text *out, const struct sided_cell *row, const struct gate_side *sides) {
  struct text raw = {0};
  lacks(&raw, row, sides);
  text_plain(out, text_of(&raw));
  text_free(&raw);
}

const char *sided_cell_word(const struct sided_cell *row, bool judged) {
  return row->broken ? "BROKEN" : !row->both ? "no match" : !judged ? "unpaired" : change_words[row->verdict];
}

static void row_line(struct text *out, const struct sided_cell *row, const struct gate_side *sides, bool judged) {
  char number[GATE_SIDES][HUMAN_MAX];
  double middle[GATE_SIDES];
  for (size_t side = 0; side < GATE_SIDES; side++) {
    const struct side_values *v = &row->side[side];
    middle[side] = v->right ? median_sorted(v->ns, v->right) : NAN;
    human_ns(number[side], middle[side]);
  }
  struct text name = {0};
  cell_name(&name, row->problem, row->named->cell, true);
  text_add(out, "  ");
  text_plain(out, text_of(&name));
  text_free(&name);
  bool doubtful = judged && row->both && row->doubt && !row->broken;
  text_format(out, "\n    %-10s%s%s %s -> %s", sided_cell_word(row, judged), doubtful ? ": " : "",
              doubtful ? doubt_words[row->doubt] : "", number[GATE_BASE], number[GATE_NEW]);
  if (judged && row->ratio.coverage > 0)
    change_say(out, &row->ratio, row->holm_p, row->detectable);
  else if (row->both)
    text_format(out, ", ratio %s (base / new)", human_number(number[0], middle[GATE_BASE] / middle[GATE_NEW]));
  if (judged && row->both && !(row->ratio.coverage > 0))
    text_format(out, "; needs %d right runs on each side", GATE_LEAST);
  say_lacks(out, row, sides);
  say_yardstick(out, &row->side[GATE_BASE]);
  text_add(out, "\n");
}

static void print_rows(struct text *out, const struct sided_cells *rows, const struct gate_side *sides) {
  const struct problem *last = NULL;
  for (size_t i = 0; i < rows->count; i++) {
    const struct sided_cell *row = &rows->list[i];
    if (row->nowhere)
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
    row_line(out, row, sides, !rows->counts.refused);
  }
}

/* ---- after the rows ---- */

static void say_powerless(struct text *out, const struct sided_cells *rows, struct screen s) {
  struct text words = {0};
  const struct gate_counts *c = &rows->counts;
  size_t base = SIZE_MAX, new = SIZE_MAX;
  for (size_t i = 0; i < rows->count; i++)
    if (rows->list[i].powerless) {
      base = rows->list[i].side[GATE_BASE].right < base ? rows->list[i].side[GATE_BASE].right : base;
      new = rows->list[i].side[GATE_NEW].right < new ? rows->list[i].side[GATE_NEW].right : new;
    }
  text_format(&words,
              "! more runs needed: %zu of %zu cells have so few right runs that nothing can be proven of them. %zu "
              "against %zu runs give no p below %.2g, and Holm's adjustment multiplies it by %zu cells. Use at least "
              "%zu right runs of each cell on each side, or fewer cells.",
              c->powerless, c->compared, base, new, ranksum_least_p(base, new), c->tested,
              sides_runs_needed(c->tested));
  say(out, &words, s);
}

static void say_unjudged(struct text *out, const struct gate_counts *c, struct screen s) {
  struct text words = {0};
  text_format(
      &words,
      "! %zu cell%s not judged: over half of a side's runs met a busy machine, or do not say when they started. "
      "Measure on an idle machine, with the run.json that nway wrote.",
      c->unjudged, c->unjudged == 1 ? " is" : "s are");
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

static void sum_up(struct text *out, const struct gate_counts *c, double worth, struct screen s) {
  struct text words = {0};
  text_format(&words, "%zu cell%s on both sides", c->compared, plural(c->compared));
  if (!c->refused)
    text_format(&words, ": %zu slower, %zu faster, %zu same, %zu undecided", c->of[CHANGE_SLOWER], c->of[CHANGE_FASTER],
                c->of[CHANGE_SAME], c->of[CHANGE_UNDECIDED]);
  if (c->of[CHANGE_UNSIZED])
    text_format(&words, ", %zu slower by an undecided size", c->of[CHANGE_UNSIZED]);
  if (c->lost)
    text_format(&words, "; %zu not comparable", c->lost);
  if (c->nowhere)
    text_format(&words, "; %zu left out by every run", c->nowhere);
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

struct gate_counts gate_print(const struct gate_side sides[GATE_SIDES], double worth, struct text *out,
                              struct screen s) {
  struct sided_cells rows = sided_cells_of(sides, worth);
  struct gate_counts counts = rows.counts;
  preface(out, sides, !counts.refused, s);
  print_rows(out, &rows, sides);
  sum_up(out, &counts, worth, s);
  if (counts.tested)
    say_blind(out, sides, s);
  if (counts.powerless)
    say_powerless(out, &rows, s);
  if (counts.unjudged)
    say_unjudged(out, &counts, s);
  sided_cells_free(&rows);
  if (!s.unicode)
    text_ascii(out);
  return counts;
}

/* ---- for charts and tables ---- */

static void add_row(struct change_rows *out, const struct sided_cell *row, const struct gate_side *sides, bool judged) {
  const struct side_values *base = &row->side[GATE_BASE], *new = &row->side[GATE_NEW];
  struct change_row *to = change_rows_add(out);
  problem_title(&to->problem, row->problem);
  cell_name(&to->name, row->problem, row->named->cell, true);
  to->old_ns = base->right ? median_sorted(base->ns, base->right) : NAN;
  to->new_ns = new->right ? median_sorted(new->ns, new->right) : NAN;
  to->ratio = row->ratio.n > 0 ? row->ratio.median : NAN;
  to->word = sided_cell_word(row, judged);
  to->judged = judged && row->both && !row->broken;
  to->verdict = row->verdict;
  if (judged && row->ratio.coverage > 0)
    to->low = row->ratio.low, to->high = row->ratio.high, to->holm_p = row->holm_p;
  if (to->judged && row->doubt)
    text_format(&to->note, "; %s", doubt_words[row->doubt]);
  lacks(&to->note, row, sides);
}

/* The lines that gate_print writes before and after the rows. */
static void add_lines(struct text *out, const struct gate_side *sides, const struct sided_cells *rows) {
  const struct screen unlimited = {.columns = INT_MAX, .unicode = true};
  preface(out, sides, !rows->counts.refused, unlimited);
  if (rows->counts.powerless)
    say_powerless(out, rows, unlimited);
  if (rows->counts.unjudged)
    say_unjudged(out, &rows->counts, unlimited);
}

struct gate_counts gate_rows(const struct gate_side sides[GATE_SIDES], double worth, struct change_rows *out,
                             struct text *lines) {
  struct sided_cells rows = sided_cells_of(sides, worth);
  struct gate_counts counts = rows.counts;
  for (size_t i = 0; i < rows.count; i++)
    if (!rows.list[i].nowhere)
      add_row(out, &rows.list[i], sides, !counts.refused);
  add_lines(lines, sides, &rows);
  sided_cells_free(&rows);
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
