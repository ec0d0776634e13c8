/* Widens a problem's intervals for dependence between rounds and revises its verdicts. Pure. */
#include "widening.h"

#include "run_dependence.h"
#include "standing.h"

#include <math.h>

static bool changes_intervals(const struct dependence_finding *f) { return f->factor > 1 || f->shift > 0; }

static void widen_ends(double *low, double *high, double median, const struct dependence_finding *f) {
  struct interval i = dependence_widen((struct interval){log(*low), log(*high), 1}, log(median), f);
  *low = exp(i.low), *high = exp(i.high);
}

struct estimate estimate_widen(struct estimate e, const struct dependence_finding *f) {
  if (!changes_intervals(f) || !(e.coverage > 0))
    return e;
  widen_ends(&e.low, &e.high, e.median, f);
  if (e.taken_out && isfinite(e.whole_low))
    widen_ends(&e.whole_low, &e.whole_high, e.whole, f);
  if (isnan(e.low))
    e.coverage = 0;
  if (!(e.low > 1 || e.high < 1))
    e.p = 1;
  return e;
}

struct dependence_finding findings_together(const struct dependence_finding *a, const struct dependence_finding *b) {
  struct dependence_finding both = *a;
  both.kinds |= b->kinds;
  both.factor = fmax(a->factor, b->factor);
  both.shift = a->shift + b->shift;
  return both;
}

static const struct dependence_finding *finding_of(const struct dependence_findings *all, const struct figures *f) {
  return &all->of[cell_class(f->cell)];
}

/* The finding for a ratio of two cells through the baseline; the baseline itself contributes none. */
static struct dependence_finding finding_of_two(const struct analysis *a, const struct dependence_findings *all,
                                                const struct figures *f, const struct figures *g) {
  if (!g || g == a->base || g == f)
    return *finding_of(all, f);
  return f == a->base ? *finding_of(all, g) : findings_together(finding_of(all, f), finding_of(all, g));
}

static void widen_slowdown(struct analysis *a, struct figures *f, const struct dependence_findings *all) {
  struct dependence_finding finding = finding_of_two(a, all, f, a->best);
  f->slowdown = estimate_widen(f->slowdown, &finding);
  bool open = changes_intervals(&finding) && !(f->slowdown.low > 1);
  if (!open || (f->standing != SLOWER && f->standing != SLOWER_UNPROVEN))
    return;
  a->unproven -= f->standing == SLOWER_UNPROVEN;
  a->equals += f->standing == SLOWER;
  a->choices += f->standing == SLOWER;
  f->standing = EQUAL;
}

static void widen_figures(struct analysis *a, struct figures *f, const struct dependence_findings *all) {
  struct dependence_finding own = finding_of_two(a, all, f, own_serial(a, f));
  struct dependence_finding naive = finding_of_two(a, all, f, a->naive);
  f->speedup = estimate_widen(f->speedup, finding_of(all, f));
  f->own = estimate_widen(f->own, &own);
  f->naive = estimate_widen(f->naive, &naive);
  if (f->own.n)
    efficiency_of(f);
  if (a->best)
    widen_slowdown(a, f, all);
}

static void widen_chosen(struct analysis *a, const struct dependence_findings *all, bool more_choices) {
  if (a->best && a->headline.n)
    a->headline = estimate_widen(more_choices ? headline_of(a) : a->headline, finding_of(all, a->best));
  if (a->nearest && a->nearest_speedup.n)
    a->nearest_speedup = estimate_widen(a->nearest_speedup, finding_of(all, a->nearest));
  if (!a->faster_serial)
    return;
  struct dependence_finding over = finding_of_two(a, all, a->best ? a->best : a->faster_serial, a->faster_serial);
  a->serial_gain = estimate_widen(a->serial_gain, finding_of(all, a->faster_serial));
  a->over_serial = estimate_widen(a->over_serial, &over);
  if (!(a->serial_gain.low > 1))
    a->faster_serial = NULL;
}

void analysis_widen(struct analysis *a, const struct dependence_findings *found) {
  size_t choices = a->choices;
  a->dependence = *found;
  for (size_t i = 0; i < a->count; i++)
    widen_figures(a, &a->figures[i], found);
  if (a->base && a->base != a->naive)
    a->algorithmic = a->base->naive;
  widen_chosen(a, found, a->choices > choices); /* cells that are back in the set count as choices */
}
