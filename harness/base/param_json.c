/* Reads a kernel's parameters from its description. */
#include "param_json.h"

#include <stdlib.h>
#include <string.h>

const char *const role_names[PARAM_ROLES] = {"problem", "size", "method", "option"};
const char *const type_names[PARAM_TYPES] = {"int", "choice", "text", "list"};

int index_of_name(const char *const *words, int count, const char *word) {
  for (int i = 0; word && i < count; i++)
    if (strcmp(words[i], word) == 0)
      return i;
  return 0;
}

/* Returns NULL if the key is missing. */
static const char *optional(json_t *object, const char *key) { return json_string_value(json_object_get(object, key)); }

static const char *text_of(json_t *object, const char *key) {
  const char *text = optional(object, key);
  return text ? text : "";
}

struct param *params_from_json(json_t *list) {
  struct param *params = calloc(json_array_size(list) + 1, sizeof *params);
  size_t i;
  json_t *p;
  if (params)
    json_array_foreach(list, i, p) params[i] = (struct param){
        .name = text_of(p, "name"),
        .role = (enum param_role)index_of_name(role_names, PARAM_ROLES, text_of(p, "role")),
        .type = (enum param_type)index_of_name(type_names, PARAM_TYPES, text_of(p, "type")),
        .initial = text_of(p, "initial"),
        .min = json_integer_value(json_object_get(p, "min")),
        .max = json_integer_value(json_object_get(p, "max")),
        .choices = optional(p, "choices"),
        .when = optional(p, "when"),
        .unit = text_of(p, "unit"),
        .meaning = text_of(p, "meaning"),
    };
  return params;
}
