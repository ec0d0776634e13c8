/* Appends to JSON arrays. */
#include "json_list.h"

void json_list_add(json_t **list, json_t *value) {
  if (!*list) {
    json_decref(value);
    return;
  }
  if (value && json_array_append_new(*list, value) == 0)
    return;
  json_decref(*list);
  *list = NULL;
}
