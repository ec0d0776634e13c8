/* Fields of CSV and JSON for foreign text and for figures. */
#include "fields.h"

#include <math.h>
#include <stdlib.h>

void csv_text(struct text *out, const char *foreign) {
  struct text plain = {0};
  text_plain(&plain, foreign);
  text_field(out, text_of(&plain));
  text_free(&plain);
}

void csv_real(struct text *out, double value) {
  text_add(out, ",");
  if (isfinite(value))
    text_format(out, "%.12g", value);
}

json_t *text_json(const char *foreign) {
  struct text plain = {0};
  text_plain(&plain, foreign);
  json_t *json = json_string(text_of(&plain));
  text_free(&plain);
  return json;
}

json_t *number_json(double value) { return isfinite(value) ? json_real(value) : json_null(); }

void put_json(struct text *out, json_t *json, int digits) {
  char *dumped = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(digits));
  text_add(out, dumped ? dumped : "");
  text_add(out, "\n");
  free(dumped);
  json_decref(json);
}
