/* Kernels and variants as shared objects: opened by the cell that needs them, described for the catalog. */
#ifndef NWAY_MODULE_H
#define NWAY_MODULE_H

#include "base/fault.h"
#include "variant.h"

#include <jansson.h>

/* Opens the shared object at `path`; it stays open until the process ends. */
int module_kernel(const char *path, const struct kernel **kernel, struct fault *fault);
int module_variant(const char *path, const struct variant **variant, struct fault *fault);

/* The description of the kernel or variant at `path`, as in catalog.json; the caller owns it. NULL on fault. */
json_t *module_describe(const char *path, struct fault *fault);

/* "shared, locks": the names of the needs in `bits`. Returns `out`. */
char *needs_text(unsigned bits, char *out, size_t size);

/* Names of needs as the catalog writes them, in the order of their bits. */
#define NEEDS 6
extern const char *const need_names[NEEDS];

#endif
