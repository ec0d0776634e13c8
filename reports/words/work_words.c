/* Tells work that takes no time, and answers without an oracle. */
#include "work_words.h"

#include "base/words.h"
#include "language.h"

#include <string.h>

static const double short_ns = 1000, least_unit_ns = 0.001;

static void too_short(struct text *out, double ns) {
  char time[HUMAN_MAX];
  text_format(
      out,
      _("One execution takes %s, about as long as starting and timing it, so the comparison shows that overhead. The "
        "compiler may have removed the work, or the problem is too small; make it larger."),
      human_ns(time, ns));
}

static void too_fast(struct text *out, const struct problem *p, const struct cell *cell, double ns) {
  char time[HUMAN_MAX], units[32];
  text_format(
      out,
      _("%s %s in %s are %.2g ns each, less than a core needs: the compiler removed the work, or the method does "
        "not do it unit by unit. A kernel's min_unit_ns makes rows that are too fast wrong."),
      format_count((int64_t)cell->units, units, sizeof units), *p->unit ? p->unit : "units", human_ns(time, ns),
      ns / cell->units);
}

void work_sentence(struct text *out, const struct analysis *a) {
  const struct problem *p = a->problem;
  if (p->runs_programs || p->probes_granularity)
    return;
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    if (!f->cell->serial || !f->valid)
      continue;
    double ns = f->time.median;
    if (strcmp(p->bound, "cpu") == 0 && f->cell->units > 0 && ns / f->cell->units < least_unit_ns)
      too_fast(out, p, f->cell, ns);
    else if (ns < short_ns)
      too_short(out, ns);
    else
      continue;
    return;
  }
}

void oracle_sentence(struct text *out, const struct problem *p) {
  if (p->lacks_check)
    text_add(out, _("The kernel has no check of its own: its answers are compared with the serial one (vs seq)."));
}
