/* Reads the column `counters`, and what it says about the time of a row. */
#include "counters.h"

#include "decimal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The number of a counter, which ends before ';'; NAN if it is none. */
static double counter_value(const char *text) {
  char number[64];
  double value;
  size_t length = strcspn(text, ";");
  snprintf(number, sizeof number, "%.*s", (int)length, text);
  return length < sizeof number && read_real(number, &value) ? value : NAN;
}

bool counter_next(const char **at, char name[COUNTER_NAME], double *value) {
  while (*at && **at) {
    const char *one = *at, *equals = one + strcspn(one, "=;");
    *at = one + strcspn(one, ";");
    *at += **at == ';';
    if (*equals != '=' || equals == one)
      continue;
    snprintf(name, COUNTER_NAME, "%.*s", (int)(equals - one), one);
    *value = counter_value(equals + 1);
    return true;
  }
  return false;
}

double counter_in(const char *counters, const char *name) {
  size_t length = strlen(name);
  for (const char *at = counters; at && *at; at += strcspn(at, ";"), at += *at == ';')
    if (strncmp(at, name, length) == 0 && at[length] == '=')
      return counter_value(at + length + 1);
  return NAN;
}

double execution_ns(double wall_ns, double iterations, const char *counters) {
  double rate = counters && *counters ? counter_in(counters, COUNTER_RATE) : NAN;
  return rate > 0 && isfinite(1e9 / rate) ? 1e9 / rate : wall_ns / iterations;
}
