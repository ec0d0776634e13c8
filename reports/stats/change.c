/* Classifies a change of time as slower, faster, same or undecided, from an interval and two tests. */
#include "change.h"

#include "ranksum.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const change_words[CHANGES] = {"undecided", "same", "faster", "slower", "slower, size undecided"};

enum change change_judge(const struct evidence_of_change *e, double worth) {
  const struct estimate *ratio = e->ratio;
  if (!(ratio->coverage > 0) || e->doubt)
    return CHANGE_UNDECIDED;
  if (ratio->low > 1 / (1 + worth) && ratio->high < 1 + worth)
    return CHANGE_SAME;
  if (!(e->holm_p <= 1 - LEVEL))
    return CHANGE_UNDECIDED;
  if (ratio->high < 1)
    return e->beyond_p <= 1 - LEVEL ? CHANGE_SLOWER : CHANGE_UNSIZED;
  return ratio->low > 1 ? CHANGE_FASTER : CHANGE_UNDECIDED;
}

double change_beyond_p(const double *logs, size_t n, double worth) {
  double *beyond = must_alloc(n, sizeof *beyond);
  size_t below = 0, above = 0;
  for (size_t i = 0; i < n; i++) {
    beyond[i] = logs[i] + log1p(worth);
    below += beyond[i] < 0;
    above += beyond[i] > 0;
  }
  double p = below > above ? sign_test(beyond, n) / 2 : 1;
  free(beyond);
  return p;
}

struct estimate change_of_sides(const double *base, size_t m, const double *new, size_t n) {
  struct interval ci = shift_interval(base, m, new, n, LEVEL);
  return (struct estimate){.n = m < n ? m : n,
                           .median = exp(-shift_estimate(base, m, new, n)),
                           .low = exp(-ci.high),
                           .high = exp(-ci.low),
                           .coverage = ci.coverage,
                           .p = ranksum_p(base, m, new, n)};
}

double change_sides_beyond_p(const double *base, size_t m, const double *new, size_t n, double worth) {
  double *less = must_alloc(n, sizeof *less);
  for (size_t i = 0; i < n; i++)
    less[i] = new[i] - log1p(worth);
  double p = ranksum_above_p(base, m, less, n);
  free(less);
  return p;
}

double change_level(size_t family) { return 1 - (1 - LEVEL) / (double)(family ? family : 1); }

struct detectable change_detectable(const struct interval *at_family_level, size_t family) {
  const double z = gsl_cdf_ugaussian_Qinv((1 - change_level(family)) / 2), more = gsl_cdf_ugaussian_Pinv(.8);
  double half = (at_family_level->high - at_family_level->low) / 2;
  if (!(at_family_level->coverage > 0))
    return (struct detectable){NAN, NAN};
  return (struct detectable){expm1(half), expm1(half * (z + more) / z)};
}

double change_percent(double ratio) { return 100 * (1 / ratio - 1); }

void change_say_interval(struct text *out, double ratio, double low, double high) {
  text_format(out, " %+.2f %%", change_percent(ratio));
  if (!isnan(low) && !isnan(high))
    text_format(out, " [%+.2f, %+.2f]", change_percent(high), change_percent(low));
}

void change_say(struct text *out, const struct estimate *ratio, double holm_p, struct detectable detectable) {
  text_add(out, ",");
  change_say_interval(out, ratio->median, ratio->low, ratio->high);
  if (!(ratio->coverage > 0))
    return;
  text_format(out, ", p %.2g, ", holm_p);
  if (isnan(detectable.half))
    text_add(out, "too few rounds or runs to detect a change");
  else
    text_format(out, "detects %.2g %% (50 %%), %.2g %% (80 %% of runs)", 100 * detectable.half,
                100 * detectable.mostly);
}

/* ---- for programs ---- */

/* Adds a CSV field of foreign text, quoted if needed, and a comma. */
static void csv_text(struct text *out, const char *foreign) {
  struct text safe = {0};
  text_plain(&safe, foreign);
  const char *at = text_of(&safe);
  bool quoted = strpbrk(at, ",\"") != NULL;
  text_add(out, quoted ? "\"" : "");
  for (; *at; at++)
    text_bytes(out, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
  text_add(out, quoted ? "\"," : ",");
  text_free(&safe);
}

static void csv_number(struct text *out, double value) {
  if (!isnan(value))
    text_format(out, "%.6g", value);
  text_add(out, ",");
}

void change_csv_head(struct text *out, const char *unit) {
  text_format(out,
              "kernel,problem,method,variant,schedule,pin,scale,workers,%s,ratio,low,high,p,holm_p,verdict,memory,"
              "taken_out,whole,noisy,env\n",
              unit);
}

void change_csv_line(struct text *out, const struct cell *cell, const struct estimate *r, double holm_p,
                     const char *verdict) {
  const bool compared = r->n > 0, interval = r->coverage > 0;
  const char *const words[] = {cell->kernel,   cell->problem, cell->method, cell->variant,
                               cell->schedule, cell->pin,     cell->scale};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    csv_text(out, words[i]);
  text_format(out, "%lld,%zu,", (long long)cell->workers, r->n);
  csv_number(out, compared ? 1 / r->median : NAN);
  csv_number(out, interval ? 1 / r->high : NAN);
  csv_number(out, interval ? 1 / r->low : NAN);
  csv_number(out, compared ? r->p : NAN);
  csv_number(out, compared ? holm_p : NAN);
  for (const char *at = verdict; *at; at++)
    text_bytes(out, at, *at != ',');
  text_add(out, ",");
  csv_text(out, cell->memory);
  text_format(out, "%zu,", r->taken_out);
  csv_number(out, r->taken_out ? 1 / r->whole : NAN);
  text_format(out, "%d,", r->noisy);
  csv_text(out, cell_text(cell, CELL_ID_env));
  out->bytes[out->length - 1] = '\n'; /* replaces the trailing comma */
}
