/* A JSON array in the making, of which nothing is lost silently where memory runs out. */
#ifndef NWAY_JSON_LIST_H
#define NWAY_JSON_LIST_H

#include <jansson.h>

/* Adds a value, which it takes over. Where it is NULL or there is no memory, *list is freed and becomes NULL, and stays
 * so: json_pack and folder_write_json then fail. */
void json_list_add(json_t **list, json_t *value);

#endif
