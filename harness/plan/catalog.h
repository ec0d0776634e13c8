/* The available kernels and variants, described by other processes; no module is loaded into this process. */
#ifndef NWAY_CATALOG_H
#define NWAY_CATALOG_H

#include "base/fault.h"
#include "base/params.h"

#include <jansson.h>
#include <stdbool.h>

struct known_kernel {
  char *name, *path, *unit;
  char *missing; /* why it could not be built; NULL if it was */
  struct param *params;
  unsigned needs;
  bool own; /* it can bring its own workers */
  double min_unit_ns;
  const char *weak;    /* the parameter that grows with the workers, or NULL; owned by `json` */
  const char *command; /* the parameter that is a command line, or NULL; owned by `json` */
  bool calibrates;     /* plain CPU work in proportion to `weak` */
  json_t *json;        /* as in catalog.json; NULL if missing */
};

struct known_variant {
  char *name, *path;
  char *missing; /* why it could not be built or cannot run here; NULL if it can */
  unsigned offers, only, schedules;
  int max_workers;
  bool serial;        /* runs every oracle and is the base of speedups */
  bool one_thread;    /* any number of workers */
  bool per_iteration; /* starts a new team for each iteration */
  int usual;          /* position among the default variants of a problem; 0: not a default */
  json_t *json;
};

struct catalog {
  struct known_kernel *kernels;
  struct known_variant *variants;
  int kernel_count, variant_count;
};

/* Describes all modules beside the program (kernels/, variants/, or lib/nway/ of an installation). */
int catalog_load(struct catalog *catalog, struct fault *fault);
/* Whether a user's word is the file of a module, such as x.so, ./x.so.1 or lib/x.so, and not the name of a kernel or
 * variant, or a pattern of such names. */
bool catalog_is_file(const char *word);
/* Adds a kernel from outside the tree; of kernels with the same name the last one counts. */
int catalog_add_kernel(struct catalog *catalog, const char *path, struct fault *fault);
void catalog_free(struct catalog *catalog);

/* NULL and a fault with the nearest name if there is none. */
const struct known_kernel *catalog_kernel(const struct catalog *catalog, const char *name, struct fault *fault);
const struct known_variant *catalog_variant(const struct catalog *catalog, const char *name, struct fault *fault);

/* The serial variant; the kernel that runs programs; the one that calibrates. NULL and a fault if there is none. */
const struct known_variant *catalog_serial(const struct catalog *catalog, struct fault *fault);
const struct known_kernel *catalog_commander(const struct catalog *catalog, struct fault *fault);
const struct known_kernel *catalog_calibrator(const struct catalog *catalog, struct fault *fault);
/* True if the variant can run the kernel, as far as their needs and offers say. */
bool catalog_fits(const struct known_kernel *kernel, const struct known_variant *variant);
/* The default variants of a kernel, used by a problem that names none: the general ones, unless the kernel must bring
 * its own workers, and those made for kernels that do, ordered by `usual`. Fills out[] (room for
 * catalog->variant_count) and returns how many. */
int catalog_usual(const struct catalog *catalog, const struct known_kernel *kernel, const struct known_variant **out);

/* The content of catalog.json; the caller owns it. */
json_t *catalog_json(const struct catalog *catalog);

#endif
