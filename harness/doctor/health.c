/* Judges the readings of a machine by the table of checks. */
#include "health.h"

#include <math.h>
#include <string.h>

const char *const verdict_words[VERDICTS] = {"unknown", "pass", "warn", "fail"};

void readings_unknown(struct readings *readings) {
  *readings = (struct readings){.busy = NAN,
                                .busy_during = NAN,
                                .mhz_low = NAN,
                                .mhz_high = NAN,
                                .steal = NAN,
                                .steal_ever = NAN,
                                .throttled = NAN};
  vitals_unknown(&readings->system);
}

const struct check *check_find(const char *name) {
  for (int i = 0; i < check_count; i++)
    if (strcmp(checks[i].name, name) == 0)
      return &checks[i];
  return NULL;
}

void check_judge(const struct check *check, const struct readings *readings, struct finding *finding) {
  *finding = (struct finding){0};
  check->judge(check, readings, finding);
}
