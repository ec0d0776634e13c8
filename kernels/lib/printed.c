/* Finds the time or the rate that a program printed, by a regular expression. */
#include "printed.h"

#include "number.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void tail_keep(struct tail *tail, const char *block, size_t length) {
  size_t take = length < TAIL_BYTES ? length : TAIL_BYTES;
  if (tail->length + take > 2 * TAIL_BYTES) {
    memmove(tail->text, tail->text + tail->length - TAIL_BYTES, TAIL_BYTES);
    tail->length = TAIL_BYTES;
  }
  memcpy(tail->text + tail->length, block + length - take, take);
  tail->length += take;
  tail->text[tail->length] = '\0';
}

void tail_read(struct tail *tail, int fd) {
  char block[TAIL_BYTES];
  off_t bytes = lseek(fd, 0, SEEK_END);
  ssize_t n = pread(fd, block, sizeof block, bytes > TAIL_BYTES ? bytes - TAIL_BYTES : 0);
  if (n > 0)
    tail_keep(tail, block, (size_t)n);
}

static int compile(const char *pattern, regex_t *compiled) {
  return regcomp(compiled, pattern, REG_EXTENDED | REG_NEWLINE);
}

const char *printed_fault(const char *pattern, const char *what, char *out, size_t size) {
  regex_t compiled;
  if (compile(pattern, &compiled) != 0)
    return snprintf(out, size, "'%.100s' is not a regular expression", pattern), out;
  size_t groups = compiled.re_nsub;
  regfree(&compiled);
  return groups ? NULL : (snprintf(out, size, "'%.100s' has no group (...) that holds the %s", pattern, what), out);
}

/* A part of a text: what a group of a regular expression matched; nothing where it took no part. */
struct part {
  const char *at;
  size_t length;
};

static struct part part_of(const char *text, const regmatch_t *match) {
  return match->rm_so < 0 ? (struct part){text, 0}
                          : (struct part){text + match->rm_so, (size_t)(match->rm_eo - match->rm_so)};
}

/* A unit of time in seconds; 1 if it is none that is known. */
static double seconds_of(struct part part) {
  static const struct {
    const char *name;
    double seconds;
  } units[] = {{"ms", 1e-3}, {"msec", 1e-3},      {"milliseconds", 1e-3}, {"us", 1e-6},  {"usec", 1e-6},
               {"ns", 1e-9}, {"\302\265s", 1e-6}, {"microseconds", 1e-6}, {"min", 60.0}, {"minutes", 60.0}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (strlen(units[i].name) == part.length && strncmp(part.at, units[i].name, part.length) == 0)
      return units[i].seconds;
  return 1;
}

/* What a prefix of a unit multiplies by; 1 if there is none. */
static double prefix_of(struct part part) {
  static const char prefixes[] = "kMGT";
  char first = part.length ? part.at[0] == 'K' ? 'k' : part.at[0] : '\0';
  const char *prefix = first ? strchr(prefixes, first) : NULL;
  double step = part.length > 1 && part.at[1] == 'i' ? 1024 : 1000, factor = 1;
  for (const char *at = prefixes; prefix && at <= prefix; at++)
    factor *= step;
  return factor;
}

/* The number of a match times its second group, if that is not within the first; 0 if there is none. */
static double value_at(const char *text, const regmatch_t match[3], double (*unit_of)(struct part)) {
  struct part number = part_of(text, &match[1]), unit = part_of(text, &match[2]);
  double value;
  if (!read_number(number.at, number.length, &value))
    return 0;
  return unit.at >= number.at + number.length ? value * unit_of(unit) : value;
}

static double last_value(const struct tail *tail, const char *pattern, double (*unit_of)(struct part)) {
  regex_t compiled;
  regmatch_t match[3];
  double value = 0;
  if (compile(pattern, &compiled) != 0)
    return 0;
  for (const char *at = tail->text; regexec(&compiled, at, 3, match, at == tail->text ? 0 : REG_NOTBOL) == 0;
       at += match[0].rm_eo > 0 ? match[0].rm_eo : 1) {
    if (match[1].rm_eo > match[1].rm_so)
      value = value_at(at, match, unit_of);
    if (!at[match[0].rm_eo])
      break;
  }
  regfree(&compiled);
  return value;
}

double printed_seconds(const struct tail *tail, const char *pattern) {
  double seconds = last_value(tail, pattern, seconds_of);
  return seconds > 0 && seconds < 1e9 ? seconds : 0; /* an execution takes less than 30 years */
}

double printed_rate(const struct tail *tail, const char *pattern) {
  double rate = last_value(tail, pattern, prefix_of);
  return rate > 1e-9 && rate < 1e18 ? rate : 0;
}
