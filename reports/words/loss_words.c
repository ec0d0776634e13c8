/* Says in words where the missing speedup went, and why a way of running stopped scaling. */
#include "loss_words.h"

#include <math.h>

const char *const loss_names[LOSS_PARTS] = {[LOSS_START] = "start and join",
                                            [LOSS_TAIL] = "serial tail",
                                            [LOSS_IMBALANCE] = "imbalance",
                                            [LOSS_CLOCK] = "slower clock",
                                            [LOSS_REST] = "slower work"};

static const char *const cause_names[CAUSES] = {
    [CAUSE_START] = "starting and joining the workers",
    [CAUSE_TAIL] = "the serial tail",
    [CAUSE_IMBALANCE] = "imbalance between the workers",
    [CAUSE_CLOCK] = "a slower processor clock with more cores in use",
    [CAUSE_BANDWIDTH] = "memory bandwidth (by the run's bandwidth probe)",
    [CAUSE_SMT] = "two threads sharing a core (SMT)",
    [CAUSE_OVERSUBSCRIBED] = "more workers than CPUs",
    [CAUSE_UNKNOWN] = "slower work of unknown cause",
};

static void tell_words(struct text *out, unsigned tells) {
  static const struct {
    enum tell tell;
    const char *words;
  } ways[] = {
      {TELL_BUSY, "the workers' own times in the rows (busy_mean_ns, finish_ns)"},
      {TELL_PROBE, "a bandwidth probe (a kernel whose catalog entry probes bandwidth) at the same worker counts"},
      {TELL_CLOCK, "the processor's clock, from counters (perf_event_paranoid) or cpufreq"},
      {TELL_CORES, "one worker a core (pin = cores)"},
      {TELL_COUNTS, "more worker counts in between"},
      {TELL_MISSES, "cache misses, from counters (perf_event_paranoid)"}};
  size_t named = 0;
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
    if (tells & ways[i].tell)
      text_format(out, "%s%s", named++ ? "; " : " To find out, measure: ", ways[i].words);
  if (named)
    text_add(out, ".");
}

/* "imbalance explains 74 % of it, the serial tail 22 %." */
static void shares_words(struct text *out, const struct diagnosis *d) {
  char share[HUMAN_MAX];
  human_percent(share, d->share);
  if (d->mixed)
    text_format(out, "no single cause explains half of it: %s %s", cause_names[d->cause], share);
  else if (d->cause == CAUSE_UNKNOWN)
    text_format(out, "the work itself took longer (%s of the loss), of unknown cause", share);
  else
    text_format(out, "%s explains %s of it", cause_names[d->cause], share);
  if (d->second != CAUSE_NONE)
    text_format(out, ", %s %s", cause_names[d->second], human_percent(share, d->second_share));
  text_add(out, ".");
  if (d->either)
    text_format(out, " The unknown part fits %s as well as %s.", cause_names[CAUSE_BANDWIDTH], cause_names[CAUSE_SMT]);
}

void diagnosis_words(struct text *out, const struct loss_point *points, const struct diagnosis *d) {
  const struct loss_point *p = &points[d->at];
  char lost[HUMAN_MAX], share[HUMAN_MAX];
  double missing = p->workers - p->speedup;
  text_format(out, "At %.0f workers ", p->workers);
  if (d->cause == CAUSE_NONE) {
    text_format(out, "it still scales: efficiency %s.", human_percent(share, p->speedup / p->workers));
    return;
  }
  text_format(out, "the equivalent of %s is lost; ", human_number(lost, missing));
  if (!isfinite(d->share) && d->cause == CAUSE_UNKNOWN)
    text_add(out, "the cause is unknown.");
  else if (!isfinite(d->share))
    text_format(out, "it scaled while each worker had a CPU; the loss comes from %s.", cause_names[d->cause]);
  else
    shares_words(out, d);
  if (d->items)
    text_format(out, " The item sizes limit the speedup to %s.", human_number(lost, p->attainable));
  tell_words(out, d->tells);
}

void surplus_words(struct text *out, const struct loss_point *points, size_t n, bool wait_bound) {
  static const char *const causes[] = {[ABOVE_BY_BASE] = "the serial cell is slower than one worker of this variant",
                                       [ABOVE_BY_CLOCK] = "the clock was higher than in the serial cell",
                                       [ABOVE_BY_CACHE] = "each worker's part fits in cache, the whole does not",
                                       [ABOVE_BY_COSTS] = "the items' costs differ from what their kernel states"};
  for (size_t i = 0; i < n; i++) {
    char low[HUMAN_MAX], bound[HUMAN_MAX];
    struct surplus s = surplus_of(points, n, i, wait_bound);
    const struct loss_point *p = &points[i];
    if (s.above == ABOVE_NOTHING || (p->workers < 2 && s.cause != ABOVE_BY_BASE))
      continue;
    double ideal = wait_bound || p->cpus <= 0 ? p->workers : fmin(p->workers, p->cpus);
    text_format(out, "%sAt %.0f worker%s the speedup is at least %s, above the %s of %s; likely %s.",
                out->length ? " " : "", p->workers, p->workers == 1 ? "" : "s", human_number(low, p->low),
                s.above == ABOVE_IDEAL ? "ideal" : "limit by item sizes",
                human_number(bound, s.above == ABOVE_IDEAL ? ideal : p->attainable), causes[s.cause]);
  }
}
