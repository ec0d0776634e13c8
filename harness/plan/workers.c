/* Parses, creates and thins lists of worker counts. */
#include "workers.h"

#include "base/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

int workers_add(struct counts *counts, int workers, struct fault *fault) {
  int at = 0;
  while (at < counts->count && counts->workers[at] < workers)
    at++;
  if (at < counts->count && counts->workers[at] == workers)
    return 0;
  if (counts->count == COUNTS_MAX)
    return fault_set(fault, EXIT_USAGE, "more than %d worker counts; shorten the list", COUNTS_MAX);
  memmove(&counts->workers[at + 1], &counts->workers[at], (size_t)(counts->count - at) * sizeof counts->workers[0]);
  counts->workers[at] = workers;
  counts->count++;
  return 0;
}

struct parsing {
  struct counts *counts;
  struct capacity capacity;
  int last; /* the previous number; 0: none */
  struct fault *fault;
};

/* ---- words ---- */

static int at_most(int number) { return number < WORKERS_MAX ? number : WORKERS_MAX; }
static int64_t all_usable(struct capacity c) { return at_most(c.usable); }
static int64_t all_cores(struct capacity c) { return at_most(c.cores); }
static int64_t twice_usable(struct capacity c) { return 2 * (int64_t)c.usable; }

static const struct {
  const char *name;
  int64_t (*number)(struct capacity); /* 0: unknown on this machine */
} words[] = {{"max", all_usable}, {"phys", all_cores}, {"2x", twice_usable}};
enum { WORDS = sizeof words / sizeof *words };

static int word_at(const char *text) {
  for (int i = 0; i < WORDS; i++)
    if (strcmp(text, words[i].name) == 0)
      return i;
  return -1;
}

/* Sets the fault for an unknown word. "10^6" and "1 2" are left to parse_count. */
static int unknown_count(const char *text, struct fault *fault) {
  const char *names[WORDS];
  char shown[80], hint[100];
  for (int i = 0; i < WORDS; i++)
    names[i] = words[i].name;
  return fault_set(
      fault, EXIT_USAGE, "invalid worker count '%s'; %s", printable(text, shown, sizeof shown),
      suggest(hint, sizeof hint, text, names, WORDS, "expected numbers, max, phys, 2x or ranges such as 1..max"));
}

static int one_count(struct parsing *parsing, const char *text, int *workers) {
  int64_t number;
  int word = word_at(text);
  if (word >= 0 && (number = words[word].number(parsing->capacity)) < 1)
    return fault_set(parsing->fault, EXIT_USAGE,
                     "'%s': the number of physical cores is unknown on this machine; write a number", text);
  if (word < 0 && isalpha((unsigned char)text[0]))
    return unknown_count(text, parsing->fault);
  if (word < 0 && parse_count(text, &number, parsing->fault) != 0)
    return -1;
  if (word >= 0 && number > WORKERS_MAX)
    return fault_set(parsing->fault, EXIT_USAGE, "'%s' means %lld workers here (expected at most %d)", text,
                     (long long)number, WORKERS_MAX);
  if (number < 1 || number > WORKERS_MAX)
    return fault_set(parsing->fault, EXIT_USAGE, "invalid worker count '%s' (expected 1 to %d)", text, WORKERS_MAX);
  *workers = (int)number;
  return 0;
}

/* ---- lists ---- */

/* Splits "a..b" or "a-b", or "a" taken as "a..a"; true for a range. */
static bool split_range(const char *part, char *first, size_t size, const char **last) {
  const char *dots = strstr(part, ".."), *dash = *part && !dots ? strchr(part + 1, '-') : NULL;
  const char *end = dots ? dots : dash;
  snprintf(first, size, "%.*s", end ? (int)(end - part) : (int)size - 1, part);
  *last = dots ? dots + 2 : dash ? dash + 1 : first;
  return end != NULL;
}

static int add_part(const char *part, void *with) {
  struct parsing *parsing = with;
  char first[1024];
  const char *last;
  int low = 0, high = 0;
  bool range = split_range(part, first, sizeof first, &last);
  if (one_count(parsing, first, &low) != 0 || one_count(parsing, last, &high) != 0)
    return -1;
  bool doubling = range && parsing->last * 2 == low;
  if (range && high < low && word_at(last) < 0)
    return fault_set(parsing->fault, EXIT_USAGE, "invalid range '%s'; write the smaller count first", part);
  for (int n = low; range && n < high; n = doubling ? 2 * n : n + 1)
    if (workers_add(parsing->counts, n, parsing->fault) != 0)
      return -1;
  parsing->last = high;
  return workers_add(parsing->counts, high, parsing->fault);
}

int workers_parse(const char *text, struct capacity capacity, struct counts *counts, struct fault *fault) {
  struct parsing parsing = {counts, capacity, 0, fault};
  counts->count = 0;
  return each_part(text, ',', add_part, &parsing);
}

struct named {
  const char *word;
};

static int is_named(const char *part, void *with) {
  const struct named *named = with;
  char first[1024];
  const char *last;
  split_range(part, first, sizeof first, &last);
  return strcmp(first, named->word) == 0 || strcmp(last, named->word) == 0;
}

bool workers_names(const char *text, const char *word) {
  return each_part(text, ',', is_named, &(struct named){word}) != 0;
}

void workers_default(struct capacity capacity, struct counts *counts) {
  struct fault ignored;
  int usable = at_most(capacity.usable);
  counts->count = 0;
  for (int n = 1; n < usable; n = n < 8 ? n + 1 : 2 * n)
    workers_add(counts, n, &ignored);
  if (capacity.cores > 0 && capacity.cores < usable)
    workers_add(counts, capacity.cores, &ignored);
  workers_add(counts, usable, &ignored);
}

int workers_thin(struct counts *counts) {
  int best = 0;
  double least = 0;
  for (int i = 1; i + 1 < counts->count; i++) {
    double gap = (double)counts->workers[i + 1] / counts->workers[i - 1];
    if (counts->workers[i] > 2 && (best == 0 || gap < least)) {
      best = i;
      least = gap;
    }
  }
  if (best == 0)
    return 0;
  int out = counts->workers[best];
  counts->count--;
  memmove(&counts->workers[best], &counts->workers[best + 1],
          (size_t)(counts->count - best) * sizeof counts->workers[0]);
  return out;
}
