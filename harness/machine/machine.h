/* Identity, label and facts of this host; each fact has its source, and unknown values are null. */
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

/* Reads the facts below `root` ("" for this machine). `name` is the user's label; if NULL, the label is the CPU model
 * and the number of cores. `commit` is the git commit of the working directory, or "".
 *
 * The id is a digest of facts that are constant for a machine: the CPU's model, family and stepping, the CPUs present
 * (not those online, usable or in the mask), vendor and product by DMI or device tree, and /etc/machine-id, which
 * distinguishes identical machines. It excludes memory (balloon drivers and kernel reservations change it), host name,
 * frequencies, load, kernel and boot. It also excludes /etc/machine-id in a container that every user can detect: there
 * the file belongs to the image, so it is equal on all hosts of an image and changes with each build. Two containers on
 * one machine therefore share an id. So do containers on identical machines, which need the user's label to be
 * distinguished. A container and its host have different ids. */
void machine_read(struct machine *machine, const char *root, const char *name, const char *commit);
/* Adds the compiler and flags of a module as a fact; `described` is its part of catalog.json. */
void machine_add_module(struct machine *machine, const char *name, const json_t *described);
void machine_free(struct machine *machine);

/* Reduces text to lower-case letters, digits and '-', at most size - 1 bytes. Returns `out`. */
char *slug_of(const char *text, char *out, size_t size);

#endif
