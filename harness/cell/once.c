/* Runs a kernel for people: prints its answer, whether it is right, and the time of its executions. */
#include "sampling.h"

#include <inttypes.h>
#include <stdio.h>

static void print_counters(struct cell *cell) {
  struct counter counters[COUNTERS_MAX];
  int count = cell->kernel->counters ? cell->kernel->counters(&cell->job, counters) : 0;
  for (int i = 0; i < count; i++)
    printf("%s=%.12g\n", counters[i].name, counters[i].value);
}

static void print_name(const struct cell *cell) {
  printf("%s", cell->kernel->name);
  for (int i = 0; i < cell->options->set_count; i++)
    printf(" %s", cell->options->sets[i]);
  printf(", %s, %d worker%s", cell->variant->name, cell->team.workers, cell->team.workers == 1 ? "" : "s");
  if (cell->options->iterations > 1)
    printf(", %" PRId64 " executions", cell->options->iterations);
}

int once(struct cell *cell) {
  struct times times;
  const char *wrong;
  if (sample_once(cell, cell->options->iterations, &times, &wrong) != 0)
    return -1;
  print_name(cell);
  printf(": answer %016" PRIx64 ", %s%s\n", job_digest(&cell->job),
         wrong                 ? "wrong: "
         : cell->kernel->check ? "right"
                               : "not checked: the kernel has no check",
         wrong ? wrong : "");
  print_counters(cell);
  printf("nway: time %.9f s\n", (double)times.wall / 1e9);
  cell->code = wrong ? EXIT_WRONG : EXIT_FINE;
  return 0;
}
