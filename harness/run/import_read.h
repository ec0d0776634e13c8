/* What an imported file holds, whoever wrote it: cells, each with samples in the order of their measurement. */
#ifndef NWAY_IMPORT_READ_H
#define NWAY_IMPORT_READ_H

#include "import.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { IMPORT_CELLS_MAX = 10000, IMPORT_TEXT = 400, IMPORT_COUNTERS = 600 };

struct import_sample {
  int64_t round, iterations;
  double wall_ns;                 /* of all iterations; NAN if it failed */
  int64_t repetition, entry;      /* of a benchmark: its number, -1 unknown, and its index in the file */
  char counters[IMPORT_COUNTERS]; /* "name=value;..." */
  char failed[200];               /* the reason; "" if it did not */
};

struct import_cell {
  char problem[IMPORT_TEXT], method[IMPORT_TEXT];
  int64_t workers;
  int64_t entry; /* of a command: index of its result in the file, else -1 */
  struct import_sample *samples;
  size_t count, capacity;
  double median_ns; /* of an iteration; NAN if every sample failed */
};

struct import {
  const char *by, *unit, *summary; /* who measured; what is counted */
  bool programs;                   /* the cells are programs */
  bool workers_unknown;            /* no entry says how many workers it had */
  size_t lost_counters;            /* numbers of entries for which a row has no room */
  char date[64];                   /* as the file has it; "" unknown */
  json_t *facts;                   /* of the machine, as in machine.json */
  struct import_cell *cells;
  size_t count, capacity;
};

/* Reads the file by its form. Returns 0, or -1 and a fault; free with import_free in both cases. */
int import_read(struct import *import, const struct import_options *options, struct fault *fault);
void import_free(struct import *import);

#endif
