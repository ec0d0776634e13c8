/* Names what a run measures, in a text and a digest. */
#include "inputs.h"

#include "kernel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t digest_of_file(uint64_t digest, const char *path) {
  char block[65536];
  FILE *file = fopen(path, "re");
  for (size_t n; file && (n = fread(block, 1, sizeof block, file)) > 0;)
    digest = digest_of(digest, block, n);
  if (file)
    fclose(file);
  return digest;
}

void run_inputs(const struct run *run, char *options, size_t size, char modules[17]) {
  const struct run_options *o = run->asked.options;
  const char *last = "";
  uint64_t digest = 0;
  options[0] = '\0';
  append(options, size, "kernel=%s", o->kernel ? o->kernel : "");
  for (int i = 0; i < o->override_count; i++)
    append(options, size, " %s=%s", o->overrides[i].name, o->overrides[i].value);
  append(options, size, "%s", o->quick ? " quick" : "");
  for (int i = 0; o->defines[i]; i++)
    append(options, size, " define %s", o->defines[i]);
  for (int i = 0; o->commands[i]; i++)
    append(options, size, " command %.100s %.30s", o->commands[i], o->names[i] ? o->names[i] : "");
  for (int i = 0; i < o->set_count; i++)
    append(options, size, " set %.*s=%.100s", (int)strcspn(o->sets[i].name, "="), o->sets[i].name, o->sets[i].value);
  for (int i = 0; i < 2 && o->builds[i]; i++)
    append(options, size, " build=%s", o->builds[i]);
  if (o->builds[0]) /* --worth may have set it */
    append(options, size, " stops_at=%g", run->plan.width);
  for (int i = 0; i < run->plan.task_count; i++)
    if (run->plan.tasks[i].kernel->path && strcmp(run->plan.tasks[i].kernel->path, last) != 0)
      digest = digest_of_file(digest, last = run->plan.tasks[i].kernel->path);
  for (int i = 0; i < run->asked.catalog.variant_count; i++)
    digest = digest_of_file(digest, run->asked.catalog.variants[i].path);
  snprintf(modules, 17, "%016" PRIx64, digest);
}
