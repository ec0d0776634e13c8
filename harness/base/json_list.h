/* Builds a JSON array so that running out of memory is an error and never loses an element silently. */
#ifndef NWAY_JSON_LIST_H
#define NWAY_JSON_LIST_H

#include <jansson.h>

/* Appends `value` and takes ownership of it. If `value` is NULL or memory runs out, frees *list and sets it to NULL;
 * later calls leave it NULL, so json_pack and folder_write_json fail. */
void json_list_add(json_t **list, json_t *value);

#endif
