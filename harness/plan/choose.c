/* Chooses definitions by what they can do, or by the size of the machine. */
#include "choose.h"

#include "base/clock.h"
#include "base/define.h"
#include "base/json_foreign.h"
#include "base/translate.h"
#include "base/words.h"
#include "requires.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 700, WHY_BYTES = 400, TIMES = 2 };
static const int64_t try_limit_ns = 10000000000; /* a candidate that hangs must not use up a short budget */

struct choice {
  const struct config *config;
  const struct section *section;
  char line[LINE_BYTES]; /* the best candidate so far; "" if none passed */
  int64_t ns;
  char why[WHY_BYTES]; /* why the first one that failed did */
  struct fault *fault;
};

static int at_setting(const struct choice *c, const struct setting *setting) {
  return fault_at(c->fault, "%s:%d: %s", c->config->file, setting ? setting->line : c->section->line,
                  setting ? setting->name : "choose");
}

static const struct setting *required(const struct choice *c, const char *name) {
  const struct setting *setting = section_find(c->section, name);
  if (!setting)
    fault_set(c->fault, EXIT_USAGE, "%s:%d: [choose %s] lacks '%s'; add it", c->config->file, c->section->line,
              c->section->label, name);
  return setting;
}

/* Runs a candidate's test. Keeps the candidate if it passes and is the first, or takes at most half of the best's time.
 */
static int try_one(struct choice *c, const char *candidate) {
  const struct setting *test = section_find(c->section, "test");
  char line[2 * LINE_BYTES], why[WHY_BYTES] = "";
  int64_t best = INT64_MAX;
  snprintf(line, sizeof line, "%s %s", candidate, test->value);
  for (int i = 0; i < TIMES && !why[0]; i++) {
    int64_t took = -clock_ns();
    if (requires_check(line, try_limit_ns, why, sizeof why, c->fault) != 0)
      return at_setting(c, test);
    took += clock_ns();
    best = took < best ? took : best;
  }
  if (why[0]) {
    if (!c->why[0])
      snprintf(c->why, sizeof c->why, "%s", why);
  } else if (!c->line[0] || best <= c->ns / 2) {
    snprintf(c->line, sizeof c->line, "%s", candidate);
    c->ns = best;
  }
  return 0;
}

static int try_all(struct choice *c, const char *list) {
  char copy[4 * LINE_BYTES];
  snprintf(copy, sizeof copy, "%s", list);
  for (char *rest = copy, *word; (word = strsep(&rest, ","));) {
    word += strspn(word, " \t");
    for (char *end = word + strlen(word); end > word && strchr(" \t", end[-1]);)
      *--end = '\0';
    if (*word && try_one(c, word) != 0)
      return -1;
  }
  return 0;
}

/* "python is '/usr/bin/python3 -B': its test takes 95 ms; ..." */
static int tell(const struct choice *c, const char *value, char *notes, size_t size) {
  const struct setting *slow = section_find(c->section, "slow");
  char took[40], pace[140], shown[200];
  int64_t limit = INT64_MAX;
  if (slow && parse_duration(slow->value, &limit, c->fault) != 0)
    return at_setting(c, slow);
  printable(value, shown, sizeof shown);
  format_duration(c->ns, took, sizeof took);
  snprintf(pace, sizeof pace,
           c->ns > limit ? N_("%s, which is slow: each process of a cell includes this start") : "%s", took);
  append(notes, size, "%s", notes[0] ? "\n" : "");
  if (c->line[0])
    append(notes, size, N_("%s is '%s': its test takes %s%s%s"), c->section->label, shown, pace, c->why[0] ? "; " : "",
           c->why);
  else
    append(notes, size, N_("%s is '%s'; no candidate passes its test: %s"), c->section->label, shown, c->why);
  return 0;
}

/* ---- by the size of the machine ---- */

struct tier {
  struct choice *choice;
  int cpus; /* usable ones */
  int64_t limit;
  bool found;
};

/* Takes "LIMIT:VALUE"; keeps the first that holds the machine, else the last. Limits ascend. */
static int take_tier(const char *part, void *with) {
  struct tier *tier = with;
  const char *colon = strchr(part, ':');
  char first[40];
  int64_t limit;
  snprintf(first, sizeof first, "%.*s", colon ? (int)(colon - part) : 0, part);
  if (!colon || !colon[1])
    return fault_set(tier->choice->fault, EXIT_USAGE, "'%s' is not CPUS:VALUE, such as 64:32M", part);
  if (parse_count(first, &limit, tier->choice->fault) != 0)
    return -1;
  if (limit <= tier->limit && !tier->found)
    return fault_set(tier->choice->fault, EXIT_USAGE, "'%s': numbers of CPUs must ascend; sort them", part);
  if (tier->found)
    return 0;
  tier->limit = limit, tier->found = limit >= tier->cpus;
  snprintf(tier->choice->line, sizeof tier->choice->line, "%s", colon + 1 + strspn(colon + 1, " \t"));
  return 0;
}

/* "for 2 usable CPUs: size 8, elements 4M": one line for all that follow each other. */
static void tell_chosen(const struct choice *c, int cpus, char *notes, size_t size) {
  char begin[60], shown[200];
  const char *last = strrchr(notes, '\n') ? strrchr(notes, '\n') + 1 : notes;
  snprintf(begin, sizeof begin, N_("for %d usable CPU%s"), cpus, plural(cpus));
  bool goes_on = strncmp(last, begin, strlen(begin)) == 0;
  append(notes, size, "%s%s%s%s %s",
         goes_on    ? ", "
         : notes[0] ? "\n"
                    : "",
         goes_on ? "" : begin, goes_on ? "" : ": ", c->section->label, printable(c->line, shown, sizeof shown));
}

static int choose_by_cpus(struct choice *c, const struct setting *list, const struct setting *defined, int cpus,
                          char *notes, size_t size) {
  struct tier tier = {.choice = c, .cpus = cpus};
  if (each_part(list->value, ',', take_tier, &tier) != 0)
    return at_setting(c, list);
  if (defined->line > 0) /* 0: by --define */
    tell_chosen(c, cpus, notes, size);
  return 0;
}

/* ---- one section ---- */

static int choose_by_test(struct choice *c, const struct setting *defined, char *notes, size_t size) {
  char value[LINE_BYTES];
  snprintf(value, sizeof value, "%s", defined->value);
  if (try_all(c, defined->line == 0 ? value : section_find(c->section, "try")->value) != 0)
    return -1;
  return tell(c, c->line[0] ? c->line : value, notes, size);
}

static int choose(struct config *config, const struct section *section, int cpus, char *notes, size_t size,
                  struct fault *fault) {
  struct choice c = {.config = config, .section = section, .fault = fault};
  const struct setting *defined = define_find(config, section->label), *tiers = section_find(section, "cpus");
  if (!tiers && (!required(&c, "try") || !required(&c, "test")))
    return -1;
  if (!defined)
    return fault_set(fault, EXIT_USAGE, "%s:%d: [choose %s]: [define] lacks this name; add it", config->file,
                     section->line, section->label);
  bool given = defined->line == 0; /* by --define */
  if ((tiers ? choose_by_cpus(&c, tiers, defined, cpus, notes, size) : choose_by_test(&c, defined, notes, size)) != 0)
    return -1;
  return c.line[0] && !given ? define_put(config, section->label, c.line, defined->line, fault) : 0;
}

int choose_definitions(struct config *config, int cpus, char *notes, size_t size, struct fault *fault) {
  for (int i = 0; i < config->count; i++)
    if (strcmp(config->sections[i].kind, "choose") == 0 &&
        choose(config, &config->sections[i], cpus, notes, size, fault) != 0)
      return -1;
  return 0;
}

json_t *chosen_sizes(const struct config *config) {
  json_t *sizes = json_object();
  for (int i = 0; i < config->count; i++) {
    const struct section *section = &config->sections[i];
    const struct setting *defined = strcmp(section->kind, "choose") == 0 && section_find(section, "cpus")
                                        ? define_find(config, section->label)
                                        : NULL;
    if (defined)
      json_object_set_new(sizes, section->label, json_foreign(defined->value));
  }
  return sizes;
}
