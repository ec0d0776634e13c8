/* Fields of CSV and JSON for foreign text and for figures. */
#ifndef NWAY_REPORT_FIELDS_H
#define NWAY_REPORT_FIELDS_H

#include "base/text.h"

#include <jansson.h>

/* Appends foreign text as a field of a CSV file: what no terminal may show appears as \xNN. */
void csv_text(struct text *, const char *foreign);
/* Appends a comma, and the number if it is finite. */
void csv_real(struct text *, double value);

/* Returns a new reference to a string of foreign text, valid UTF-8 by the same rule. */
json_t *text_json(const char *foreign);
/* Returns a new reference to the number, or to null if it is not finite. */
json_t *number_json(double value);
/* Appends the JSON, indented, and a line feed; takes the reference. `digits` of each real number. */
void put_json(struct text *, json_t *, int digits);

#endif
