/* What the CPU time of a program says about its workers. */
#include "program_words.h"

#include "language.h"

#include <math.h>

#define CPUS_TOO_MANY 1.25 /* more CPUs in use than workers, as a factor */
#define CPUS_ONE 1.15      /* CPUs that a program on one worker may use */
#define TIME_SAME 0.05     /* times that differ by less do not change with the workers */

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

/* Whether a cell on several workers is like the serial one of its method, in time and in CPUs. */
static bool is_like_serial(const struct analysis *a, const struct figures *f) {
  const struct figures *serial = f->no_speedup ? NULL : own_serial(a, f);
  return serial && serial->cell->cpus > 0 && f->cell->cpus > 0 && f->cell->cpus < CPUS_ONE &&
         serial->cell->cpus < CPUS_ONE && fabs(f->own.median - 1) < TIME_SAME;
}

static void deaf(struct text *out, const struct analysis *a) {
  for (size_t i = 0, end; i < a->count; i = end) {
    const struct figures *last = NULL;
    bool like = true;
    for (end = i; end < a->count && same_way(a->figures[i].cell, a->figures[end].cell); end++)
      if (a->figures[end].cell->workers > 1) {
        last = &a->figures[end];
        like &= is_like_serial(a, last);
      }
    if (!last || !like)
      continue;
    text_add(out, out->length ? " " : "");
    cell_name(out, a->problem, last->cell, false);
    text_format(out, _(" takes the same time and one CPU with 1 to %lld workers: it may ignore {workers}."),
                (long long)last->cell->workers);
  }
}

void program_sentences(struct text *out, const struct analysis *a) {
  struct text sentence = {0};
  if (!a->problem->runs_programs)
    return;
  greedy(&sentence, a);
  deaf(&sentence, a);
  text_add(out, text_of(&sentence));
  text_free(&sentence);
}
