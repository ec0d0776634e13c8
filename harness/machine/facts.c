/* Converts tables of facts to JSON. */
#include "facts.h"

#include "base/json_list.h"
#include "base/words.h"
#include "sysfile.h"

#include <math.h>
#include <string.h>

void facts_add_value(json_t **facts, const char *name, json_t *value, const char *unit, const char *source) {
  json_list_add(facts, json_pack("{ss so ss ss}", "name", name, "value", value ? value : json_null(), "unit",
                                 unit ? unit : "", "source", source));
}

void facts_add(json_t **facts, const struct fact *table, const struct survey *survey) {
  for (const struct fact *fact = table; fact->name; fact++)
    facts_add_value(facts, fact->name, fact->read(survey, fact), fact->unit, fact->source);
}

json_t *fact_string(const char *text) {
  char shown[2000];
  return text && text[0] ? json_string(printable(text, shown, sizeof shown)) : NULL;
}

static const void *value_at(const struct survey *survey, const struct fact *fact) {
  return (const char *)survey + fact->at;
}

json_t *fact_text_at(const struct survey *survey, const struct fact *fact) {
  return fact_string(value_at(survey, fact));
}

json_t *fact_count_at(const struct survey *survey, const struct fact *fact) {
  const int *count = value_at(survey, fact);
  return *count > 0 ? json_integer(*count) : NULL;
}

json_t *fact_real_at(const struct survey *survey, const struct fact *fact) {
  const double *number = value_at(survey, fact);
  return isfinite(*number) ? json_real(*number) : NULL;
}

json_t *fact_line(const struct survey *survey, const struct fact *fact) {
  char line[512];
  return sysfile_line(survey->root, line, sizeof line, "%s", fact->with) ? fact_string(line) : NULL;
}
