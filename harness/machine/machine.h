/* The facts of this host, each with its source; what is unknown is null. */
#ifndef NWAY_MACHINE_H
#define NWAY_MACHINE_H

#include "cpus.h"

#include <jansson.h>

struct machine {
  char id[17];     /* 16 hex digits; see machine_read */
  char label[120]; /* "AMD EPYC, 2 cores" */
  char slug[40];   /* the label as part of a file name: a-z, 0-9 and '-' */
  struct cpus cpus;
  json_t *json; /* as in machine.json */
};

/* Reads the facts below `root` ("" for this machine); `name` (may be NULL) is the label that the user gives, else it
 * is the CPU model and the number of cores.
 *
 * The id rests on what stays the same as long as it is the same machine: the CPU's model, family and stepping, the
 * CPUs present (not those online, usable or in the mask), vendor and product by DMI or device tree, and
 * /etc/machine-id, which tells twins apart. It does not rest on memory (balloons, and kernels that keep some more for
 * themselves), host name, clocks, load, kernel or boot. In a container /etc/machine-id belongs to the image: it is
 * the same on every host that runs the image, and another one after each build, so there it is left out (as long as
 * every user can see that it is a container). Two containers on one machine then have one id, as they should; on
 * machines that are twins they have one, too: there the user's label tells them apart. A container and its host have
 * two. */
void machine_read(struct machine *machine, const char *root, const char *name, const char *commit);
/* Adds the compiler and flags of a module as a fact; `described` is its part of catalog.json. */
void machine_add_module(struct machine *machine, const char *name, const json_t *described);
void machine_free(struct machine *machine);

/* Lower-case letters, digits and '-' only; at most size - 1 bytes. Returns `out`. */
char *slug_of(const char *text, char *out, size_t size);

#endif
