/* Judges a run by its configuration's [expect] sections, and says so in words. */
#include "expectations.h"

#include "base/words.h"
#include "page/html.h"
#include "stats/examiner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which cells a line speaks of ---- */

/* How much of a line fits a cell. */
struct fit {
  bool subject;
  int missed;
  int64_t distance; /* between the workers asked for and those of the cell */
};

/* The most workers of the problem that were asked for, also where the budget left them out. */
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
  struct expect_cell cell = {.own = {[EXPECT_VARIANT] = c->variant,
                                     [EXPECT_METHOD] = c->method,
                                     [EXPECT_SCHEDULE] = c->schedule,
                                     [EXPECT_PIN] = c->pin,
                                     [EXPECT_MEMORY] = c->memory,
                                     [EXPECT_SCALE] = c->scale,
                                     [EXPECT_BUILD] = c->build,
                                     [EXPECT_PROBLEM] = c->problem},
                             .params = a->problem->params};
  fit.missed = expect_missed(e, &cell);
  if (workers && c->workers != workers)
    fit.missed++, fit.distance = llabs(c->workers - workers);
  return fit;
}

static bool fits(const struct fit *fit) { return fit->subject && fit->missed == 0; }

static bool was_left_out(const struct figures *f) {
  return !f->time.n && (strcmp(f->cell->state, "skipped") == 0 || is_thinned(f->cell));
}

/* ---- figures ---- */

struct span {
  double value, low, high;
};

static struct span span_of(const struct estimate *e) {
  return e->coverage > 0 ? (struct span){e->median, e->low, e->high} : (struct span){e->median, NAN, NAN};
}

/* A cell over itself is 1 without uncertainty: its estimate has rounds, but no test was made. */
static struct span ratio_of_cells(const struct estimate *e) {
  bool itself = e->n > 0 && e->median == 1 && isnan(e->p);
  return itself ? (struct span){1, 1, 1} : span_of(e);
}

static struct span scaled(struct span s, double factor) {
  return (struct span){s.value * factor, s.low * factor, s.high * factor};
}

static struct span throughput_of(const struct figures *f) {
  struct span time = span_of(&f->time);
  double work = f->cell->units > 0 ? f->cell->units * 1e9 : NAN;
  return (struct span){work / time.value, work / time.high, work / time.low};
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
  return (struct span){NAN, NAN, NAN};
}

/* Why a cell cannot be judged. */
static void no_figure(struct text *out, const struct analysis *a, const struct figures *f,
                      enum expect_quantity quantity) {
  bool ratio = quantity != EXPECT_TIME && quantity != EXPECT_THROUGHPUT;
  if (!f->valid || (ratio && f->no_speedup))
    trouble_words(out, f);
  if (!out->length && ratio && f->no_speedup)
    text_add(out, f->no_speedup);
  if (!out->length)
    text_add(out, quantity == EXPECT_GAIN && !a->naive ? "the naive baseline has no valid time"
                  : quantity == EXPECT_GAIN            ? "no round has it and the naive baseline"
                  : quantity == EXPECT_EFFICIENCY      ? "no sequential cell of its method to divide by"
                                                       : "its work is not known");
}

static struct judgement judge(const struct result *r, const struct analysis *a, const struct figures *f,
                              const struct expect *e) {
  struct judgement j = {.analysis = a, .figures = f, .outcome = EXPECT_NOT_SHOWN, .value = NAN};
  if (r->run.examiner)
    examiner_objects(&j.why, r->run.examiner, r, a, f->cell, e);
  if (j.why.length) {
    j.outcome = EXPECT_FAILED, j.foreign = true;
    return j;
  }
  struct span s = f->valid ? figure_of(f, e->quantity) : (struct span){NAN, NAN, NAN};
  j.value = s.value, j.low = s.low, j.high = s.high;
  if (!isfinite(s.value)) {
    no_figure(&j.why, a, f, e->quantity);
    if (!f->valid && !was_left_out(f))
      j.outcome = EXPECT_FAILED;
  } else if (isnan(s.low))
    text_format(&j.why, "%zu round%s; an interval needs 6", f->time.n, f->time.n == 1 ? "" : "s");
  else
    j.outcome = expect_judge(e, s.low, s.high);
  return j;
}

/* ---- a line ---- */

static void full_name(struct text *out, const struct analysis *a, const struct figures *f) {
  problem_title(out, a->problem);
  text_add(out, ": ");
  cell_name(out, a->problem, f->cell, true);
}

static bool nearer(const struct fit *fit, const struct fit *than) {
  return fit->missed != than->missed ? fit->missed < than->missed : fit->distance < than->distance;
}

static const char *subject_of(const struct problem *p, bool label) {
  return !label ? p->kernel : p->count ? p->cells[0].section : "";
}

static void known_subjects(struct text *out, const struct result *r, bool labels) {
  const char *last = "";
  for (size_t i = 0; i < r->run.problem_count; i++) {
    const char *name = subject_of(&r->run.problems[i], labels);
    if (*name && strcmp(name, last) != 0)
      text_format(out, "%s%s", *last ? ", " : "; this run has ", name), last = name;
  }
}

static void no_cell(struct text *out, const struct result *r, const struct expect *e) {
  const struct figures *found = NULL;
  const struct analysis *where = NULL;
  struct fit best = {0};
  text_add(out, "no such cell");
  for (size_t i = 0; i < r->run.problem_count; i++)
    for (size_t j = 0; j < r->analyses[i].count; j++) {
      const struct figures *f = &r->analyses[i].figures[j];
      struct fit fit = fit_of(&r->analyses[i], f->cell, e);
      if (fit.subject && (!found || nearer(&fit, &best)))
        found = f, where = &r->analyses[i], best = fit;
    }
  if (!found) {
    known_subjects(out, r, e->labelled);
    return;
  }
  text_add(out, "; the nearest is ");
  full_name(out, where, found);
}

static void add_cell(struct expectation *x, size_t *capacity, struct judgement j) {
  GROW(x->cells, x->count, *capacity);
  x->cells[x->count++] = j;
}

/* The cells that a line speaks of; those left out on purpose are judged only where there is no other. */
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
  struct fault fault;
  if (expect_parse(x->text, &x->expect, &fault) != 0) {
    text_format(&x->why, "cannot be read: %s", fault.text);
    return;
  }
  collect(x, r, false);
  if (x->count == 0)
    collect(x, r, true);
  if (x->count == 0)
    no_cell(&x->why, r, &x->expect);
  x->met = x->count > 0;
  for (size_t i = 0; i < x->count; i++)
    x->met &= x->cells[i].outcome == EXPECT_MET;
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
    all.unmet += !x->met;
  }
  return all;
}

void expectations_free(struct expectations *all) {
  for (size_t i = 0; i < all->count; i++) {
    for (size_t j = 0; j < all->list[i].count; j++)
      text_free(&all->list[i].cells[j].why);
    free(all->list[i].cells);
    text_free(&all->list[i].why);
  }
  free(all->list);
  *all = (struct expectations){0};
}

size_t expectations_unmet(const struct result *r) {
  struct expectations all = expectations_of(r);
  size_t unmet = all.unmet;
  expectations_free(&all);
  return unmet;
}

/* ---- words ---- */

static const char *const outcome_words[] = {
    [EXPECT_MET] = "met", [EXPECT_NOT_SHOWN] = "not shown", [EXPECT_FAILED] = "failed"};

/* The worst of a line: what its mark says. */
static enum expect_outcome worst_of(const struct expectation *x) {
  enum expect_outcome worst = x->count ? EXPECT_MET : EXPECT_FAILED;
  for (size_t i = 0; i < x->count; i++)
    worst = x->cells[i].outcome > worst ? x->cells[i].outcome : worst;
  return worst;
}

static const char *number_words(char out[HUMAN_MAX], enum expect_quantity quantity, double value) {
  return quantity == EXPECT_TIME         ? human_ns(out, value)
         : quantity == EXPECT_THROUGHPUT ? human_si(out, value)
                                         : human_number(out, value);
}

/* "speedup 5.62 [5.53, 5.71]", or why there is none; then why it cannot be judged. */
static void figure_words(struct text *out, const struct judgement *j, enum expect_quantity quantity) {
  char value[HUMAN_MAX], low[HUMAN_MAX], high[HUMAN_MAX];
  if (j->foreign) {
    text_add(out, text_of(&j->why));
    return;
  }
  if (!isfinite(j->value)) {
    text_format(out, "no %s: %s", expect_quantity_name(quantity), text_of(&j->why));
    return;
  }
  text_format(out, "%s %s", expect_quantity_name(quantity), number_words(value, quantity, j->value));
  if (isnan(j->low))
    text_format(out, " [–] (%s)", text_of(&j->why));
  else if (j->low < j->high)
    text_format(out, " [%s, %s]", number_words(low, quantity, j->low), number_words(high, quantity, j->high));
}

static void where_words(struct text *out, const struct result *r, const struct expectation *x) {
  const struct run *run = &r->run;
  text_format(out, "%s%s:%d", *run->config_file ? run->config_file : run->config_name, *run->config_file ? "" : ".conf",
              x->line);
}

static void count_words(struct text *out, const struct expectations *all) {
  if (all->unmet)
    text_format(out, "%zu of %zu expectations not met", all->unmet, all->count);
  else
    text_format(out, "%zu expectation%s met", all->count, all->count == 1 ? "" : "s");
}

/* ---- in the terminal ---- */

static const struct {
  const char *sign, *const *colour;
} marks[] = {[EXPECT_MET] = {"✓", &GREEN}, [EXPECT_NOT_SHOWN] = {"?", &YELLOW}, [EXPECT_FAILED] = {"✗", &RED}};

static void print_cells(struct text *out, const struct expectation *x, struct screen s) {
  for (size_t i = 0; i < x->count; i++) {
    const struct judgement *j = &x->cells[i];
    struct text line = {0};
    if (j->outcome == EXPECT_MET)
      continue;
    text_format(&line, "%s: ", outcome_words[j->outcome]);
    full_name(&line, j->analysis, j->figures);
    text_add(&line, ": ");
    figure_words(&line, j, x->expect.quantity);
    if (!j->foreign)
      text_format(&line, ", asked %s", x->expect.asked);
    text_wrapped(out, text_of(&line), 6, s.columns);
    text_free(&line);
  }
  if (x->count == 0)
    text_wrapped(out, text_of(&x->why), 6, s.columns);
}

static void print_line(struct text *out, const struct result *r, const struct expectation *x, struct screen s) {
  struct text line = {0};
  enum expect_outcome worst = worst_of(x);
  where_words(&line, r, x);
  text_format(&line, ": %s", x->text);
  if (x->met && x->count == 1)
    text_add(&line, ": "), figure_words(&line, &x->cells[0], x->expect.quantity);
  else if (x->met)
    text_format(&line, ": %zu cells", x->count);
  if (x->count && x->left_out)
    text_format(&line, " (%zu more left out to keep the time budget)", x->left_out);
  struct text wrapped = {0};
  text_wrapped(&wrapped, text_of(&line), 4, s.columns);
  text_add(out, "  ");
  text_coloured(out, s, *marks[worst].colour, marks[worst].sign);
  text_format(out, " %s", text_of(&wrapped) + 4);
  print_cells(out, x, s);
  text_free(&line), text_free(&wrapped);
}

size_t expectations_print(struct text *out, const struct result *r, struct screen s, bool every) {
  struct expectations all = expectations_of(r);
  size_t count = all.count;
  for (size_t i = 0; i < count; i++)
    if (every || !all.list[i].met)
      print_line(out, r, &all.list[i], s);
  struct text words = {0};
  count_words(&words, &all);
  if (count)
    text_coloured(out, s, all.unmet ? RED : GREEN, text_of(&words)), text_add(out, "\n");
  text_free(&words);
  expectations_free(&all);
  return count;
}

void expectations_show(struct text *out, const struct result *r, struct screen s) {
  struct text body = {0};
  if (expectations_print(&body, r, s, true)) {
    text_rule(out, "Expectations", s);
    text_add(out, text_of(&body));
  }
  text_free(&body);
}

/* ---- on the page ---- */

static void outcome_td(struct text *out, enum expect_outcome outcome) {
  static const char *const classes[] = {[EXPECT_MET] = "mark", [EXPECT_NOT_SHOWN] = "soft", [EXPECT_FAILED] = "wrong"};
  text_format(out, "<tr><td><b class=\"%s\">%s %s</b></td>", classes[outcome], marks[outcome].sign,
              outcome_words[outcome]);
}

static void wrapped_td(struct text *out, const char *foreign) {
  text_add(out, "<td class=\"wrap\">");
  text_html(out, foreign);
  text_add(out, "</td>");
}

/* A row a cell, or one for a line without any. */
static void html_rows(struct text *out, const struct result *r, const struct expectation *x) {
  size_t i = 0;
  do {
    struct text where = {0}, name = {0}, figure = {0};
    where_words(&where, r, x);
    if (x->count)
      full_name(&name, x->cells[i].analysis, x->cells[i].figures),
          figure_words(&figure, &x->cells[i], x->expect.quantity);
    outcome_td(out, x->count ? x->cells[i].outcome : EXPECT_FAILED);
    wrapped_td(out, x->text), wrapped_td(out, text_of(x->count ? &name : &x->why));
    wrapped_td(out, text_of(&figure)), text_td(out, text_of(&where));
    text_add(out, "</tr>\n");
    text_free(&where), text_free(&name), text_free(&figure);
  } while (++i < x->count);
}

void expectations_html(struct text *out, const struct result *r) {
  struct expectations all = expectations_of(r);
  if (all.count) {
    text_add(out, "<section><h2 id=\"expectations\">Expectations</h2>\n<p>");
    count_words(out, &all);
    text_add(out, ". A line of the configuration is met where the whole 95 % interval is on the side that it asks for; "
                  "not shown where the interval reaches over to the other.</p>\n");
    table_start(out, "Expectations", "", "outcome|asked|cell|measured [95 %]|where");
    for (size_t i = 0; i < all.count; i++)
      html_rows(out, r, &all.list[i]);
    table_end(out);
    text_add(out, "</section>\n");
  }
  expectations_free(&all);
}
