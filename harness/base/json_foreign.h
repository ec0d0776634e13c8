/* Makes JSON of text that may be no UTF-8. */
#ifndef NWAY_JSON_FOREIGN_H
#define NWAY_JSON_FOREIGN_H

#include <jansson.h>

/* Returns the text as a string, with each byte that is no UTF-8 as \xNN; null for NULL. A new reference, or NULL if
 * memory runs out. */
json_t *json_foreign(const char *text);

#endif
