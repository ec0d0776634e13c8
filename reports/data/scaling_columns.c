/* Tells from its name what a column of a reader's scaling table holds. */
#include "scaling_columns.h"

#include "base/words.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { WORDS_MAX = 8, WORD_BYTES = 24, JOINED_BYTES = WORDS_MAX * WORD_BYTES };

/* Names, their words joined. */
static const struct {
  struct column_role role;
  const char *names;
} known[] = {
    {{COLUMN_COUNT, 0},
     "workers threads nodes cores processors processes procs cpus vcpus ncpu ncpus ncores nthreads nworkers nnodes "
     "nprocs nproc np ranks tasks jobs users clients connections sessions vus virtualusers concurrency parallelism"},
    {{COLUMN_COUNT, 1}, "p thread core cpu node worker processor client"},
    {{COLUMN_TIME, 0},
     "time seconds second secs sec s ms us ns milliseconds microseconds nanoseconds elapsed duration runtime walltime "
     "wallclock wallclocktime wall real makespan"},
    {{COLUMN_TIME, 1}, "median"},
    {{COLUMN_TIME, 2}, "mean average avg"},
    {{COLUMN_RATE, 0}, "throughput rate tps qps rps ops iops bandwidth flops mflops gflops tflops persecond persec"},
    {{COLUMN_RATE, 9}, "speedup"}, /* derived where there is anything else */
    {{COLUMN_REPEAT, 0},
     "rep reps repetition repetitions repeat repeats run runs trial trials iteration iterations iter sample samples "
     "attempt try seed index idx id row round rounds replicate replica"},
    {{COLUMN_MEASURE, 0},
     "efficiency eff parallelefficiency stddev stdev std sd sem se stderr err error ci low high lower upper min max "
     "minimum maximum variance var user sys system usertime systime systemtime cputime"},
};

/* Words that do not change what a name means, and how much less the column is meant with them. */
static const struct {
  const char *word;
  int rank;
} fillers[] = {{"number", 0},  {"of", 0},    {"num", 0},      {"no", 0},    {"nr", 0},      {"n", 0},
               {"count", 0},   {"the", 0},   {"in", 0},       {"used", 0},  {"active", 0},  {"parameter", 0},
               {"param", 0},   {"total", 0}, {"wall", 0},     {"clock", 0}, {"elapsed", 0}, {"execution", 0},
               {"exec", 0},    {"run", 0},   {"measured", 0}, {"s", 0},     {"sec", 0},     {"secs", 0},
               {"seconds", 0}, {"ms", 0},    {"us", 0},       {"ns", 0},    {"median", 1},  {"mean", 2},
               {"average", 2}, {"avg", 2},   {"best", 3},     {"min", 3},   {"max", 4}};

struct name_words {
  char of[WORDS_MAX][WORD_BYTES];
  size_t count;
};

/* Splits a name at what is neither a letter nor a digit, up to a bracket that follows a word; false: too long. */
static bool split(struct name_words *w, const char *name) {
  size_t length = 0;
  *w = (struct name_words){0};
  for (; *name && !(strchr("([", *name) && (w->count || length)); name++) {
    unsigned char byte = (unsigned char)*name;
    if (isalnum(byte) && (w->count == WORDS_MAX || length == WORD_BYTES - 1))
      return false;
    if (isalnum(byte))
      w->of[w->count][length++] = (char)tolower(byte);
    else if (length)
      w->count++, length = 0;
  }
  w->count += length > 0;
  return w->count > 0;
}

/* Drops filler words while others are left; returns the sum of their ranks. */
static int drop_fillers(struct name_words *w) {
  int rank = 0;
  for (size_t i = 0; i < w->count;) {
    size_t f = 0;
    while (f < sizeof fillers / sizeof *fillers && strcmp(fillers[f].word, w->of[i]) != 0)
      f++;
    if (w->count == 1 || f == sizeof fillers / sizeof *fillers) {
      i++;
      continue;
    }
    rank += fillers[f].rank;
    memmove(w->of[i], w->of[i + 1], (w->count - i - 1) * WORD_BYTES);
    w->count--;
  }
  return rank;
}

static void join(char out[JOINED_BYTES], const struct name_words *w) {
  *out = '\0';
  for (size_t i = 0; i < w->count; i++)
    strcat(out, w->of[i]);
}

static struct column_role role_of(const char *joined) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (text_has_word(known[i].names, joined))
      return known[i].role;
  return (struct column_role){COLUMN_OTHER, 0};
}

/* "requests/s", "GB per second", "items_per_sec" */
static bool is_per_second(const struct name_words *w, const char *name) {
  static const char seconds[] = "s sec second";
  return w->count >= 2 && text_has_word(seconds, w->of[w->count - 1]) &&
         (strchr(name, '/') || (w->count >= 3 && strcmp(w->of[w->count - 2], "per") == 0));
}

struct column_role column_role(const char *name) {
  struct name_words words;
  char joined[JOINED_BYTES];
  if (!split(&words, name))
    return (struct column_role){COLUMN_OTHER, 0};
  join(joined, &words);
  struct column_role role = role_of(joined);
  if (role.kind != COLUMN_OTHER)
    return role;
  bool per_second = is_per_second(&words, name);
  int rank = drop_fillers(&words);
  join(joined, &words);
  role = role_of(joined);
  role.rank += rank;
  if (per_second && role.kind != COLUMN_TIME) /* "time/s" is a time in seconds */
    role = (struct column_role){COLUMN_RATE, rank};
  return role;
}
