/* What a kernel or a program counted in one execution, with rates. */
#include "counter_words.h"

#include "language.h"
#include "verdict.h"

#include <math.h>
#include <string.h>

/* Words of a counter's name that make it a measure, of which a rate says nothing. */
static const char *const measures[] = {"ns", "us", "ms", "s", "ulp", "percent", "ratio", "mean", "max", "min", "per"};

static bool names_a_measure(const char *name) {
  for (size_t length; *name; name += length + !!name[length]) {
    length = strcspn(name, "_ /");
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
      if (strlen(measures[i]) == length && strncmp(name, measures[i], length) == 0)
        return true;
  }
  return false;
}

/* Whether it counts something: a whole number, not a measure. */
static bool is_count(const char *name, double value) {
  return value >= 0 && value == floor(value) && !names_a_measure(name);
}

double counter_rate(const struct figures *f, const char *name, double value) {
  bool known = f->valid && !f->cell->rated && !f->cell->imported;
  return known && is_count(name, value) ? value / (f->time.median / 1e9) : NAN;
}

bool counted_next(const struct figures *f, const char **at, struct counted *counted) {
  while (counter_next(at, counted->name, &counted->value)) {
    counted->per_second = counter_rate(f, counted->name, counted->value);
    if (strcmp(counted->name, "inner_ns") != 0 && strcmp(counted->name, "alone") != 0)
      return true;
  }
  return false;
}

const char *counted_words(char out[HUMAN_MAX], double value) {
  return fabs(value) < 999.5 ? human_number(out, value) : human_si(out, value);
}

void counter_sentence(struct text *out, const struct analysis *a) {
  const struct figures *f = a->best ? a->best : a->nearest ? a->nearest : a->base;
  const char *at = f ? f->cell->counters : NULL;
  char value[HUMAN_MAX], rate[HUMAN_MAX];
  struct counted one;
  for (size_t count = 0; f && counted_next(f, &at, &one); count++) {
    if (count == 0)
      text_add(out, _("Counters of ")), cell_name(out, a->problem, f->cell, true), text_add(out, ": ");
    text_format(out, "%s%s %s", count ? ", " : "", one.name, counted_words(value, one.value));
    if (isfinite(one.per_second))
      text_format(out, " (%s/s)", counted_words(rate, one.per_second));
  }
  if (out->length)
    text_add(out, ".");
}
