/* `nway import FILE.json`: samples that hyperfine or Google Benchmark measured, as a run of their own. */
#ifndef NWAY_IMPORT_H
#define NWAY_IMPORT_H

#include "base/fault.h"

#include <stddef.h>

struct import_options {
  const char *file;      /* JSON of hyperfine --export-json or of --benchmark_format=json */
  const char *results;   /* root of results */
  const char *title;     /* name of the problem that hyperfine's commands solve; NULL: none */
  const char *parameter; /* hyperfine's parameter that is the number of workers; NULL: one of the usual names */
};

/* Writes a run folder and points `latest` to it. `path` gets its name. What the file does not know stays unknown: the
 * machine, start-up, CPU times of single executions. Returns 0, or -1 and a fault that names file and entry. */
int import_file(const struct import_options *options, char *path, size_t size, struct fault *fault);

#endif
