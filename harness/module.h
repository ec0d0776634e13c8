/* Kernels and variants as shared objects: opened by the cell that needs them, described for the catalog. */
#ifndef NWAY_MODULE_H
#define NWAY_MODULE_H

#include "fault.h"
#include "variant.h"

#include <jansson.h>

/* Opens the shared object at `path`; it stays open until the process ends. */
int module_kernel(const char *path, const struct kernel **kernel, struct fault *fault);
int module_variant(const char *path, const struct variant **variant, struct fault *fault);

/* The description of the kernel or variant at `path`, as in catalog.json; the caller owns it. NULL on fault. */
json_t *module_describe(const char *path, struct fault *fault);

/* "shared, locks": the names of the needs in `bits`. Returns `out`. */
char *needs_text(unsigned bits, char *out, size_t size);

/* Names as the catalog writes them: of needs in the order of their bits, of param_role and param_type. */
#define NEEDS 6
#define PARAM_ROLES 4
#define PARAM_TYPES 4
extern const char *const need_names[NEEDS], *const role_names[PARAM_ROLES], *const type_names[PARAM_TYPES];

#endif
