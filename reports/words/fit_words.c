/* Fits of scaling laws as text. */
#include "fit_words.h"

#include "stats/fitness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static bool differs(const struct fits *f, size_t column) {
  for (size_t i = 1; i < f->count; i++)
    if (strcmp(f->groups[i].texts[column], f->groups[0].texts[column]) != 0)
      return true;
  return false;
}

void fit_group_name(struct text *out, const struct fits *f, const struct fit_group *g) {
  size_t named = 0;
  for (size_t i = 0; i < f->column_count; i++)
    if (differs(f, i))
      text_format(out, "%s%s=%s", named++ ? ", " : "", f->columns[i], g->texts[i]);
}

static const char *short_number(char out[HUMAN_MAX], double value) {
  if (isfinite(value))
    snprintf(out, HUMAN_MAX, "%.4g", value);
  else
    snprintf(out, HUMAN_MAX, "–");
  return out;
}

/* ---- the parts of a fit in words ---- */

static void interval_words(struct text *out, double low, double high) {
  char a[HUMAN_MAX], b[HUMAN_MAX];
  text_format(out, "[%s, %s]", short_number(a, low), short_number(b, high));
}

static void chosen_words(struct text *out, const struct fit_group *g) {
  const struct fit_term *beta = &g->fit.laws[LAW_USL].terms[TERM_BETA];
  enum law law = g->fit.chosen;
  text_format(out, "%s: ", law_titles[law]);
  if (law == LAW_USL)
    text_add(out, g->fit.peak.known ? "beta is proven above 0" : "no other law converged");
  else if (beta->held)
    text_add(out, "beta is held at 0; the unconstrained fit is negative");
  else
    text_add(out, "the interval of beta includes 0, so no coherency loss is shown");
  if (law == LAW_GUSTAFSON)
    text_add(out, "; the problem grows with the workers");
  text_add(out, ".");
  if (g->fit.laws[law].faster)
    text_add(out, " The rows rise faster than the count (superlinear), which no law here can describe: check the "
                  "smallest counts, and cache effects.");
}

/* A law that cannot fall says nothing of rows that do. */
static void fall_words(struct text *out, const struct fits *f, const struct fit *fit) {
  char highest[HUMAN_MAX], last[HUMAN_MAX];
  text_format(
      out,
      "the rows fall from %s at %.10g to %s at %.10g %s, which %s cannot show: no more than %.10g pay, and nothing "
      "is predicted beyond the rows.",
      short_number(highest, fit->highest.rate), fit->highest.workers, short_number(last, fit->last.rate),
      fit->last.workers, f->workers, law_titles[fit->chosen], fit->highest.workers);
}

static void peak_words(struct text *out, const struct fits *f, const struct peak *p) {
  char at[HUMAN_MAX], rate[HUMAN_MAX];
  text_format(out, "%s at %s %s ", short_number(rate, p->rate), short_number(at, p->workers), f->workers);
  interval_words(out, p->low, p->high);
  text_add(out, p->far ? ", beyond twice the largest measured count: do not rely on it." : ".");
}

static void held_out_words(struct text *out, const struct fits *f, const struct held_out *h) {
  char rate[HUMAN_MAX], seen[HUMAN_MAX];
  text_format(out, "the other counts predict %s ", short_number(rate, h->foretold.rate));
  interval_words(out, h->foretold.low, h->foretold.high);
  text_format(out, " for %.10g %s (%s); measured %s: %s.", h->foretold.workers, f->workers, law_titles[h->law],
              short_number(seen, h->seen), h->state == HELD_OUT_HIT ? "hit" : "miss");
  if (h->vague && h->state == HELD_OUT_HIT)
    text_add(out, " The interval is so wide that a hit proves little.");
}

static void further_words(struct text *out, const struct fits *f, const struct fit *fit) {
  char rate[HUMAN_MAX];
  struct prediction p = fit_predict(fit->chosen, &fit->laws[fit->chosen], FIT_REACH * fit->most);
  text_format(out, "%s ", short_number(rate, p.rate));
  interval_words(out, p.low, p.high);
  text_format(out, " for %.10g %s (extrapolated).", p.workers, f->workers);
}

/* Why the fit of a run is told and not judged; nothing if it may be. */
static void unfit_fit_words(struct text *out, const struct fit_group *g) {
  if (g->busy)
    text_add(out, "BUSY: not judged, other programs may have slowed some counts more than others. ");
  if (g->unfit)
    text_format(out, "Not judged: %zu of %zu points rest on under 6 rounds or an interval above +-%.0f %%. ", g->unfit,
                g->row_count, 100 * HALF_WIDTH_MAX);
}

void fit_sentence(struct text *out, const struct fits *f, const struct fit_group *g) {
  const struct fit *fit = &g->fit;
  if (fit->refused) {
    text_format(out, "No law is fitted: %s.", fit->refused);
    return;
  }
  const struct law_fit *law = &fit->laws[fit->chosen];
  unfit_fit_words(out, g);
  text_format(out, "%s fits with ", law_titles[fit->chosen]);
  for (int i = 0, named = 0; i < TERM_GAMMA; i++) {
    char value[HUMAN_MAX];
    if (!law->part[i])
      continue;
    text_format(out, "%s%s %s ", named++ ? " and " : "", term_names[i], short_number(value, law->terms[i].value));
    interval_words(out, law->terms[i].low, law->terms[i].high);
  }
  text_add(out, ". ");
  if (fit->peak.known) {
    text_add(out, "Peak: ");
    peak_words(out, f, &fit->peak);
    text_add(out, " ");
  }
  if (fit->held_out.state != HELD_OUT_NONE) {
    text_add(out, "Test: ");
    held_out_words(out, f, &fit->held_out);
  }
  if (fit->falls)
    text_add(out, " But "), fall_words(out, f, fit);
  if (fit->few)
    text_add(out, " Fewer than 6 counts make the intervals wide.");
}

/* ---- the text of the command ---- */

static void print_term(struct text *out, const char *law, enum term term, const struct fit_term *t) {
  static const char *const meanings[TERMS] = {"contention", "coherency", "rate of one"};
  char value[HUMAN_MAX], se[HUMAN_MAX];
  struct text interval = {0};
  interval_words(&interval, t->low, t->high);
  text_format(out, "  %-10s %-5s  %-10s se ", law, term_names[term], short_number(value, t->value));
  text_cell(out, short_number(se, t->se), 10, false);
  text_add(out, " ");
  text_cell(out, text_of(&interval), 24, false);
  text_format(out, " %s%s\n", meanings[term], t->held ? ", held at 0" : "");
  text_free(&interval);
}

static void print_law(struct text *out, enum law law, const struct law_fit *f) {
  char sigma[HUMAN_MAX];
  const char *name = law_titles[law];
  if (!f->good) {
    text_format(out, "  %-10s not fitted: the search did not converge\n", name);
    return;
  }
  for (int i = 0; i < TERMS; i++)
    if (f->part[i]) {
      print_term(out, name, (enum term)i, &f->terms[i]);
      name = "";
    }
  text_format(out, "  %-10s residual standard error %s on %d degrees of freedom\n", "", short_number(sigma, f->sigma),
              f->df);
}

static void print_line(struct text *out, const char *head, struct text *words) {
  text_format(out, "  %-10s %s\n", head, text_of(words));
  text_free(words);
}

static void print_group(struct text *out, const struct fits *f, const struct fit_group *g) {
  const struct fit *fit = &g->fit;
  struct text words = {0};
  static const enum law order[LAWS] = {LAW_USL, LAW_AMDAHL, LAW_GUSTAFSON};
  text_format(out, "%zu %s of %s from %.10g to %.10g, %zu row%s\n", fit->count, fit->count == 1 ? "count" : "counts",
              f->workers, fit->least, fit->most, g->row_count, g->row_count == 1 ? "" : "s");
  if (g->left_out)
    text_format(out, "  %zu with more workers than CPUs left out: they measure waiting\n", g->left_out);
  if (fit->refused) {
    text_format(out, "  refused: %s\n", fit->refused);
    return;
  }
  unfit_fit_words(&words, g);
  if (words.length)
    print_line(out, "warning", &words);
  if (fit->few)
    text_add(out, "  warning: fewer than 6 counts make the intervals wide\n");
  for (int i = 0; i < LAWS; i++)
    print_law(out, order[i], &fit->laws[order[i]]);
  chosen_words(&words, g), print_line(out, "chosen", &words);
  if (fit->peak.known)
    peak_words(&words, f, &fit->peak), print_line(out, "peak", &words);
  if (fit->held_out.state != HELD_OUT_NONE)
    held_out_words(&words, f, &fit->held_out), print_line(out, "test", &words);
  if (fit->falls)
    fall_words(&words, f, fit);
  else
    further_words(&words, f, fit);
  print_line(out, fit->falls ? "but" : "beyond", &words);
}

void fit_print(struct text *out, const struct fit_source *s, struct screen screen) {
  const struct fits *f = &s->fits;
  struct text safe = {0};
  text_plain(&safe, text_of(&s->name));
  text_add(&safe, f->time ? ": 1 / " : ": ");
  text_plain(&safe, f->value);
  text_add(&safe, " over ");
  text_plain(&safe, f->workers);
  text_add(&safe, ", with 95 % intervals\n");
  if (s->read.length)
    text_wrapped(&safe, text_of(&s->read), 0, screen.columns);
  for (size_t i = 0; i < f->count; i++) {
    struct text group = {0};
    fit_group_name(&group, f, &f->groups[i]);
    text_add(&safe, "\n");
    if (group.length) {
      text_plain(&safe, text_of(&group));
      text_add(&safe, ": ");
    }
    print_group(&safe, f, &f->groups[i]);
    text_free(&group);
  }
  if (fit_exit(f) != EXIT_FINE && f->column_count && !screen.results)
    text_add(&safe, "\nEach group has too few counts. If a column only numbers repetitions, leave it out of the "
                    "groups: --group none, or --group with the other columns.\n");
  if (!screen.unicode)
    text_ascii(&safe);
  text_add(out, text_of(&safe));
  text_free(&safe);
}

int fit_exit(const struct fits *f) {
  for (size_t i = 0; i < f->count; i++)
    if (!f->groups[i].fit.refused)
      return EXIT_FINE;
  return EXIT_UNDECIDED;
}
