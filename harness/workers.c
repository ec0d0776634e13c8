/* Reads, makes and thins lists of worker counts. */
#include "workers.h"

#include "words.h"

#include <stdio.h>
#include <string.h>

int workers_add(struct counts *counts, int workers, struct fault *fault) {
  int at = 0;
  while (at < counts->count && counts->workers[at] < workers)
    at++;
  if (at < counts->count && counts->workers[at] == workers)
    return 0;
  if (counts->count == COUNTS_MAX)
    return fault_set(fault, EXIT_USAGE, "more than %d worker counts", COUNTS_MAX);
  memmove(&counts->workers[at + 1], &counts->workers[at], (size_t)(counts->count - at) * sizeof counts->workers[0]);
  counts->workers[at] = workers;
  counts->count++;
  return 0;
}

struct parsing {
  struct counts *counts;
  int usable, last; /* last: the number before, 0 = none */
  struct fault *fault;
};

static int one_count(struct parsing *parsing, const char *text, int *workers) {
  int64_t number = parsing->usable;
  if (strcmp(text, "max") != 0 && parse_count(text, &number, parsing->fault) != 0)
    return -1;
  if (number < 1 || number > WORKERS_MAX)
    return fault_set(parsing->fault, EXIT_USAGE, "'%s' is no number of workers: 1 to %d", text, WORKERS_MAX);
  *workers = (int)number;
  return 0;
}

static int add_part(const char *part, void *with) {
  struct parsing *parsing = with;
  const char *dots = strstr(part, "..");
  char first[1024];
  int low, high;
  snprintf(first, sizeof first, "%.*s", dots ? (int)(dots - part) : 1023, part);
  if (one_count(parsing, first, &low) != 0 || one_count(parsing, dots ? dots + 2 : first, &high) != 0)
    return -1;
  bool doubling = dots && parsing->last * 2 == low;
  if (dots && high < low && strcmp(dots + 2, "max") != 0)
    return fault_set(parsing->fault, EXIT_USAGE, "'%s' goes down", part);
  for (int n = low; dots && n < high; n = doubling ? 2 * n : n + 1)
    if (workers_add(parsing->counts, n, parsing->fault) != 0)
      return -1;
  parsing->last = high;
  return workers_add(parsing->counts, high, parsing->fault);
}

int workers_parse(const char *text, int usable, struct counts *counts, struct fault *fault) {
  struct parsing parsing = {counts, usable < WORKERS_MAX ? usable : WORKERS_MAX, 0, fault};
  counts->count = 0;
  return each_part(text, ',', add_part, &parsing);
}

void workers_default(int usable, struct counts *counts) {
  struct fault ignored;
  counts->count = 0;
  usable = usable < WORKERS_MAX ? usable : WORKERS_MAX;
  for (int n = 1; n < usable; n = n < 8 ? n + 1 : 2 * n)
    workers_add(counts, n, &ignored);
  workers_add(counts, usable, &ignored);
}

int workers_thin(struct counts *counts) {
  int best = 0;
  double least = 0;
  for (int i = 1; i + 1 < counts->count; i++) {
    double gap = (double)counts->workers[i + 1] / counts->workers[i - 1];
    if (counts->workers[i] > 2 && (best == 0 || gap < least)) {
      best = i;
      least = gap;
    }
  }
  if (best == 0)
    return 0;
  int out = counts->workers[best];
  counts->count--;
  memmove(&counts->workers[best], &counts->workers[best + 1],
          (size_t)(counts->count - best) * sizeof counts->workers[0]);
  return out;
}
