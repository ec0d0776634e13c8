/* A kernel's parameters as its description in catalog.json has them. */
#ifndef NWAY_PARAM_JSON_H
#define NWAY_PARAM_JSON_H

#include "kernel.h"

#include <jansson.h>

/* Names as the catalog writes them, of param_role and param_type. */
#define PARAM_ROLES 4
#define PARAM_TYPES 4
extern const char *const role_names[PARAM_ROLES], *const type_names[PARAM_TYPES];

/* The place of a word among others; 0 where it is none of them. */
int index_of_name(const char *const *words, int count, const char *word);

/* The parameters of a description's list, ended by one without a name. The caller frees the array; its texts live as
 * long as the JSON. NULL without memory. */
struct param *params_from_json(json_t *list);

#endif
