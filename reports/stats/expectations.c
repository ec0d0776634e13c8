/* Judges a run by its configuration's [expect] sections. */
#include "expectations.h"

#include "examiner.h"
#include "fitness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- matching cells ---- */

/* How closely a line matches a cell. */
struct fit {
  bool subject;
  int missed;
  int64_t distance; /* between the line's and the cell's worker counts */
};

/* Returns the largest planned worker count of the problem, even if the budget left it out. */
static int64_t workers_asked(const struct analysis *a, const struct expect *e) {
  int64_t most = 0;
  if (e->workers != EXPECT_MOST_WORKERS)
    return e->workers;
  for (size_t i = 0; i < a->count; i++)
    most = a->figures[i].cell->workers > most ? a->figures[i].cell->workers : most;
  return most;
}

static struct fit fit_of(const struct analysis *a, const struct cell *c, const struct expect *e) {
  struct fit fit = {.subject = strcmp(e->labelled ? c->section : c->kernel, e->subject) == 0};
  int64_t workers = workers_asked(a, e);
  struct expect_cell cell = {.params = a->problem->params};
  for (int i = 0; i < CELL_IDS; i++)
    cell.own[i] = cell_text(c, (enum cell_axis)i);
  fit.missed = expect_missed(e, &cell);
  if (workers && c->workers != workers)
    fit.missed++, fit.distance = llabs(c->workers - workers);
  return fit;
}

static bool fits(const struct fit *fit) { return fit->subject && fit->missed == 0; }

static bool was_left_out(const struct figures *f) {
  return !f->time.n && (f->cell->state == CELL_SKIPPED || is_thinned(f->cell));
}

/* ---- figures ---- */

struct span {
  double value, low, high;
  size_t rounds; /* that the interval comes from */
};

static struct span span_of(const struct estimate *e) {
  bool known = e->coverage > 0;
  return (struct span){e->median, known ? e->low : NAN, known ? e->high : NAN, e->n};
}

/* A cell over itself is exactly 1: its estimate has rounds but no test. */
static struct span ratio_of_cells(const struct estimate *e) {
  bool itself = e->n > 0 && e->median == 1 && isnan(e->p);
  return itself ? (struct span){1, 1, 1, e->n} : span_of(e);
}

static struct span scaled(struct span s, double factor) {
  return (struct span){s.value * factor, s.low * factor, s.high * factor, s.rounds};
}

static struct span throughput_of(const struct figures *f) {
  struct span time = span_of(&f->time);
  double work = f->cell->units > 0 ? f->cell->units * 1e9 : NAN;
  return (struct span){work / time.value, work / time.high, work / time.low, time.rounds};
}

static struct span figure_of(const struct figures *f, enum expect_quantity quantity) {
  switch (quantity) {
  case EXPECT_SPEEDUP:
    return ratio_of_cells(&f->speedup);
  case EXPECT_GAIN:
    return ratio_of_cells(&f->naive);
  case EXPECT_EFFICIENCY:
    return scaled(ratio_of_cells(&f->own), 1 / (double)f->cell->workers);
  case EXPECT_TIME:
    return span_of(&f->time);
  case EXPECT_THROUGHPUT:
    return throughput_of(f);
  }
  return (struct span){NAN, NAN, NAN, 0};
}

/* Returns why a valid cell lacks the figure. */
static enum no_figure why_no_figure(const struct analysis *a, const struct figures *f, enum expect_quantity quantity) {
  bool ratio = quantity != EXPECT_TIME && quantity != EXPECT_THROUGHPUT;
  return !f->valid                              ? CELL_HAS_TROUBLE
         : ratio && f->no_speedup               ? CELL_HAS_NO_SPEEDUP
         : quantity == EXPECT_GAIN && !a->naive ? NAIVE_HAS_NO_TIME
         : quantity == EXPECT_GAIN              ? NO_ROUND_WITH_NAIVE
         : quantity == EXPECT_EFFICIENCY        ? NO_SERIAL_CELL
                                                : WORK_UNKNOWN;
}

/* A cell over itself is 1 by definition, whatever the machine does. */
static bool is_exact(const struct judgement *j) { return j->value == 1 && j->low == 1 && j->high == 1; }

/* The run ended before it measured the cell, or the baseline of a cell that it measured. */
static bool is_unreached(const struct run *run, const struct judgement *j) {
  const struct cell *base = j->analysis->problem->best_serial;
  bool no_base = j->figures->valid && j->figures->no_speedup && base;
  return cell_is_unreached(run, j->figures->cell) || (no_base && cell_is_unreached(run, base));
}

/* Withdraws a verdict if the machine was busy or the figure is unfit. */
static void withhold(struct judgement *j, const struct run *run) {
  static const enum no_figure reasons[] = {
      [UNFIT_BUSY] = MACHINE_BUSY, [UNFIT_FEW] = TOO_FEW_ROUNDS, [UNFIT_WIDE] = TOO_WIDE};
  if (j->outcome == EXPECT_MET || !isfinite(j->value) || is_exact(j))
    return;
  enum fitness unfit = is_busy(run) ? UNFIT_BUSY : fitness_of(j->rounds, j->low, j->high, j->value);
  if (!unfit)
    return;
  j->outcome = EXPECT_NOT_JUDGED;
  j->why = reasons[unfit];
}

static struct judgement judge(const struct result *r, const struct analysis *a, const struct figures *f,
                              const struct expect *e) {
  struct judgement j = {.analysis = a, .figures = f, .outcome = EXPECT_NOT_SHOWN, .value = NAN};
  if (r->run.examiner)
    examiner_compare(&j.objection, r->run.examiner, r, a, f->cell, e);
  if (j.objection.length) {
    j.outcome = EXPECT_FAILED, j.why = EXAMINER_OBJECTS;
    return j;
  }
  struct span s = f->valid ? figure_of(f, e->quantity) : (struct span){NAN, NAN, NAN, 0};
  j.value = s.value, j.low = s.low, j.high = s.high, j.rounds = s.rounds;
  if (!isfinite(s.value)) {
    j.why = why_no_figure(a, f, e->quantity);
    if (is_unreached(&r->run, &j))
      j.outcome = EXPECT_NOT_JUDGED, j.why = RUN_ENDED;
    else if (!f->valid && !was_left_out(f))
      j.outcome = EXPECT_FAILED;
  } else if (isnan(s.low))
    j.why = TOO_FEW_ROUNDS;
  else
    j.outcome = expect_judge(e, s.low, s.high);
  withhold(&j, &r->run);
  return j;
}

/* ---- a line ---- */

static bool nearer(const struct fit *fit, const struct fit *than) {
  return fit->missed != than->missed ? fit->missed < than->missed : fit->distance < than->distance;
}

/* Finds the closest cell for a line that matches none. */
static void find_nearest(struct expectation *x, const struct result *r) {
  struct fit best = {0};
  for (size_t i = 0; i < r->run.problem_count; i++)
    for (size_t j = 0; j < r->analyses[i].count; j++) {
      const struct figures *f = &r->analyses[i].figures[j];
      struct fit fit = fit_of(&r->analyses[i], f->cell, &x->expect);
      if (fit.subject && (!x->nearest || nearer(&fit, &best)))
        x->nearest = f, x->nearest_in = &r->analyses[i], best = fit;
    }
}

static void add_cell(struct expectation *x, size_t *capacity, struct judgement j) {
  GROW(x->cells, x->count, *capacity);
  x->cells[x->count++] = j;
}

/* Judges the matched cells; those left out on purpose only if there is no other. */
static void collect(struct expectation *x, const struct result *r, bool left_out) {
  size_t capacity = 0;
  for (size_t i = 0; i < r->run.problem_count; i++)
    for (size_t j = 0; j < r->analyses[i].count; j++) {
      const struct figures *f = &r->analyses[i].figures[j];
      struct fit fit = fit_of(&r->analyses[i], f->cell, &x->expect);
      if (fits(&fit) && was_left_out(f) == left_out)
        add_cell(x, &capacity, judge(r, &r->analyses[i], f, &x->expect));
      x->left_out += fits(&fit) && !left_out && is_thinned(f->cell);
    }
}

static void judge_line(struct expectation *x, const struct result *r) {
  if (expect_parse(x->text, &x->expect, &x->unreadable) != 0)
    return;
  collect(x, r, false);
  if (x->count == 0)
    collect(x, r, true);
  if (x->count == 0)
    find_nearest(x, r);
  x->met = x->unjudged = x->count > 0;
  for (size_t i = 0; i < x->count; i++) {
    x->met &= x->cells[i].outcome == EXPECT_MET;
    x->unjudged &= x->cells[i].outcome <= EXPECT_NOT_JUDGED;
  }
  x->unjudged &= !x->met;
}

struct expectations expectations_of(const struct result *r) {
  struct expectations all = {0};
  struct expect_reader reader = {.at = r->run.config_text ? r->run.config_text : ""};
  char text[EXPECT_BYTES];
  size_t capacity = 0;
  while (expect_next(&reader, text)) {
    GROW(all.list, all.count, capacity);
    struct expectation *x = &all.list[all.count++];
    *x = (struct expectation){.line = reader.line};
    snprintf(x->text, sizeof x->text, "%s", text);
    judge_line(x, r);
    all.unmet += !x->met && !x->unjudged;
    all.unjudged += x->unjudged;
  }
  return all;
}

void expectations_free(struct expectations *all) {
  for (size_t i = 0; i < all->count; i++) {
    for (size_t j = 0; j < all->list[i].count; j++)
      text_free(&all->list[i].cells[j].objection);
    free(all->list[i].cells);
  }
  free(all->list);
  *all = (struct expectations){0};
}

int expectations_exit(const struct result *r) {
  struct expectations all = expectations_of(r);
  int code = all.unmet ? EXIT_WRONG : all.unjudged ? EXIT_UNDECIDED : EXIT_FINE;
  expectations_free(&all);
  return code;
}
