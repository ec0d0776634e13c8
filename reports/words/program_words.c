/* What the CPU time of a program says about its workers. */
#include "program_words.h"

#include "language.h"

#include <math.h>

#define CPUS_TOO_MANY 1.25 /* more CPUs in use than workers, as a factor */
#define CPUS_ONE 1.15      /* CPUs that a program on one worker may use */
#define CPUS_GROWN 0.75    /* a program that keeps all its workers busy uses at least this share of so many CPUs */
#define TIME_SAME 0.05     /* times that are proven to differ by less do not change with the workers */

/* The first cell that is too greedy; the message names it alone. */
static void greedy(struct text *out, const struct analysis *a) {
  char cpus[HUMAN_MAX];
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    double workers = (double)f->cell->workers;
    if (!f->valid || f->cell->cpus <= CPUS_TOO_MANY * workers)
      continue;
    text_add(out, out->length ? " " : "");
    cell_name(out, a->problem, f->cell, true);
    text_format(out,
                dngettext("nway", " kept %s CPUs busy, more than its %lld worker: it ignores {workers}.",
                          " kept %s CPUs busy, more than its %lld workers: it ignores {workers}.",
                          (unsigned long)f->cell->workers),
                human_number(cpus, f->cell->cpus), (long long)f->cell->workers);
    return;
  }
}

/* The first cell whose speedup is proven above its workers. */
static void above_workers(struct text *out, const struct analysis *a) {
  char speedup[HUMAN_MAX];
  for (size_t i = 0; i < a->count; i++) {
    const struct figures *f = &a->figures[i];
    double workers = (double)f->cell->workers;
    if (!f->valid || f->no_speedup || f->cell->workers < 2 || !(f->own.coverage > 0) || f->own.low <= workers ||
        f->own.median <= workers * (1 + WORTH_ATTENTION))
      continue;
    text_add(out, out->length ? " " : "");
    cell_name(out, a->problem, f->cell, true);
    text_format(out,
                _(": %sx over its run on one worker, more than its %lld workers: on one worker the program may do "
                  "other work, or its data may not fit in the caches."),
                human_number(speedup, f->own.median), (long long)f->cell->workers);
    return;
  }
}

/* How a way takes its numbers of workers, where its time does not change with them. */
enum same { SAME_NOT, SAME_ONE_CPU, SAME_BUSY };

/* A cell on several workers against the serial one of its method, in time and in CPUs. */
static enum same same_as_serial(const struct analysis *a, const struct figures *f) {
  const struct figures *serial = f->no_speedup ? NULL : own_serial(a, f);
  double workers = (double)f->cell->workers, cpus = (double)cell_cpus(f->cell);
  bool proven = f->own.coverage > 0 && f->own.low > 1 - TIME_SAME && f->own.high < 1 + TIME_SAME;
  if (!serial || !(serial->cell->cpus > 0 && f->cell->cpus > 0) || !proven || a->busy)
    return SAME_NOT;
  if (f->cell->cpus < CPUS_ONE && serial->cell->cpus < CPUS_ONE)
    return SAME_ONE_CPU;
  return f->cell->cpus >= CPUS_GROWN * serial->cell->cpus * (cpus > 0 ? fmin(workers, cpus) : workers) ? SAME_BUSY
                                                                                                       : SAME_NOT;
}

static void unchanging(struct text *out, const struct analysis *a) {
  for (size_t i = 0, end; i < a->count; i = end) {
    const struct figures *last = NULL;
    enum same same = SAME_NOT;
    for (end = i; end < a->count && same_way(a->figures[i].cell, a->figures[end].cell); end++)
      if (a->figures[end].cell->workers > 1) {
        enum same own = same_as_serial(a, &a->figures[end]);
        same = last && own != same ? SAME_NOT : own;
        last = &a->figures[end];
      }
    if (same == SAME_NOT || (same == SAME_BUSY && a->problem->rated))
      continue;
    text_add(out, out->length ? " " : "");
    cell_name(out, a->problem, last->cell, false);
    text_format(
        out,
        same == SAME_ONE_CPU
            ? _(" takes the same time and one CPU with 1 to %lld workers: it may ignore {workers}, or run for a "
                "fixed time. Then --rate compares what it does in that.")
            : _(" takes the same time with 1 to %lld workers and keeps them all busy: it may run for a fixed "
                "time. Then --rate compares what it does in that."),
        (long long)last->cell->workers);
  }
}

void program_sentences(struct text *out, const struct analysis *a) {
  struct text sentence = {0};
  if (!a->problem->runs_programs)
    return;
  greedy(&sentence, a);
  above_workers(&sentence, a);
  unchanging(&sentence, a);
  text_add(out, text_of(&sentence));
  text_free(&sentence);
}
