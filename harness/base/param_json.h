/* Reads a kernel's parameters from its description in catalog.json. */
#ifndef NWAY_PARAM_JSON_H
#define NWAY_PARAM_JSON_H

#include "kernel.h"

#include <jansson.h>

/* Names of param_role and param_type in the catalog. */
#define PARAM_ROLES 4
#define PARAM_TYPES 4
extern const char *const role_names[PARAM_ROLES], *const type_names[PARAM_TYPES];

/* Returns the index of a word, or 0 if it is unknown or NULL. */
int index_of_name(const char *const *words, int count, const char *word);

/* Converts a description's list of parameters to an array that ends with a nameless element. The caller frees the
 * array; its texts belong to the JSON. Returns NULL if out of memory. */
struct param *params_from_json(json_t *list);

#endif
