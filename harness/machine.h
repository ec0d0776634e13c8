/* The facts of this host, each with its source; what is unknown is null. */
#ifndef NWAY_MACHINE_H
#define NWAY_MACHINE_H

#include "cpus.h"

#include <jansson.h>

struct machine {
  char id[17];     /* 16 hex digits from facts that no reboot changes */
  char label[120]; /* "AMD EPYC, 2 cores" */
  char slug[40];   /* the label as part of a file name: a-z, 0-9 and '-' */
  struct cpus cpus;
  json_t *json; /* as in machine.json */
};

/* Reads the facts; `name` (may be NULL) is the label that the user gives. */
void machine_read(struct machine *machine, const char *name);
void machine_free(struct machine *machine);

/* Lower-case letters, digits and '-' only; at most size - 1 bytes. Returns `out`. */
char *slug_of(const char *text, char *out, size_t size);

#endif
