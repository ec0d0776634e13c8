/* Finds settings while a plan is expanded, and adds their place to faults. */
#include "making.h"

#include <stdio.h>

/* Writes "FILE:LINE: name", or "--name" for a setting from the command line. */
static char *setting_place(const struct config *config, int line, const char *name, char *out, size_t size) {
  if (line > 0)
    snprintf(out, size, "%s:%d: %s", config->file, line, name);
  else
    snprintf(out, size, "--%s", name);
  for (char *at = out; line == 0 && *at; at++)
    if (*at == '_')
      *at = '-';
  return out;
}

int making_fault_at(struct making *m, int line, const char *name) {
  char where[300];
  return fault_at(m->fault, "%s", setting_place(m->config, line, name, where, sizeof where));
}

const struct setting *making_setting(const struct making *m, const char *name) {
  const struct setting *run = section_find(m->run, name);
  const struct setting *own = section_find(m->section, name);
  return run && run->line == 0 ? run : own ? own : run;
}
